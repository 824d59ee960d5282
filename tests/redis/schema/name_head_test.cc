#include "redis/schema/name_head.h"

#include <memory>

#include "tests/redis/schema/raw_values.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using Strings = std::vector<std::string>;

constexpr char kLast[] =
    "what could be read last is used instead, or else the defaults";

NameConfig Config(const std::function<void(NameConfig*)>& change = {}) {
  NameConfig config;
  if (change) change(&config);
  return config;
}

struct ConfigCase {
  Strings items;
  NameConfig config;
  Strings complaints;  // what follows the key
};

// Without GROUPS.
std::vector<ConfigCase> ConfigCases() {
  const auto ttl = [](const std::string& text) {
    return "field \"TTL\": \"" + text +
           "\" is no TTL in seconds (a whole number from 0 to 2147483647); 60 "
           "is used instead";
  };
  const auto answers = [](const std::string& text) {
    return "field \"ANSWERS\": \"" + text +
           "\" is no number of addresses (a whole number from 1 to 32); 1 "
           "is used instead";
  };
  const auto answer = [](const std::string& text) {
    return "field \"ANSWER\": \"" + text +
           "\" is none of group_consistent_hash, random, consistent_hash; "
           "random is used instead";
  };
  const auto on_empty = [](const std::string& text) {
    return "field \"ON_EMPTY\": \"" + text +
           "\" is none of fail_open, servfail, nodata; fail_open is used "
           "instead";
  };
  const auto set_answer = [](AnswerMode mode) {
    return Config([mode](NameConfig* c) { c->answer = mode; });
  };
  const auto set_ns = [](const Strings& ns) {
    return Config([&ns](NameConfig* c) { c->ns = ns; });
  };
  return {
      {{"other", "field"}, {}, {}},
      {{"SOA", " ns1 host 1 2 3 4 5 "},
       Config([](NameConfig* c) {
         c->is_zone = true;
         c->soa = "ns1 host 1 2 3 4 5";
       }),
       {}},
      {{"soa", ""}, Config([](NameConfig* c) { c->is_zone = true; }), {}},
      {{"TTL", "0"}, Config([](NameConfig* c) { c->ttl_seconds = 0; }), {}},
      {{"ttl", " 2147483647 "},
       Config([](NameConfig* c) { c->ttl_seconds = 2147483647; }),
       {}},
      {{"TTL", "2147483648"}, {}, {ttl("2147483648")}},
      {{"TTL", "-1"}, {}, {ttl("-1")}},
      {{"TTL", ""}, {}, {ttl("")}},
      {{"TTL", "1m"}, {}, {ttl("1m")}},
      {{"ANSWERS", "1"}, {}, {}},
      {{"answers", "32"}, Config([](NameConfig* c) { c->answers = 32; }), {}},
      {{"ANSWERS", "0"}, {}, {answers("0")}},
      {{"ANSWERS", "33"}, {}, {answers("33")}},
      {{"ANSWER", "Random"}, set_answer(AnswerMode::kRandom), {}},
      {{"ANSWER", "CONSISTENT_HASH"},
       set_answer(AnswerMode::kConsistentHash),
       {}},
      {{"answer", " group_consistent_hash "},
       set_answer(AnswerMode::kGroupConsistentHash),
       {}},
      {{"ANSWER", "ring"}, {}, {answer("ring")}},
      {{"ANSWER", ""}, {}, {answer("")}},
      {{"ON_EMPTY", "Fail_Open"}, {}, {}},
      {{"on_empty", " SERVFAIL "},
       Config([](NameConfig* c) { c->on_empty = OnEmpty::kServfail; }),
       {}},
      {{"ON_EMPTY", "nxdomain"}, {}, {on_empty("nxdomain")}},
      {{"ON_EMPTY", "nodata", "panic", " 0 "},
       Config([](NameConfig* c) {
         c->on_empty = OnEmpty::kNodata;
         c->panic_percent = 0;
       }),
       {}},
      {{"PANIC", "100"},
       Config([](NameConfig* c) { c->panic_percent = 100; }),
       {}},
      {{"PANIC", "101"},
       {},
       {"field \"PANIC\": \"101\" is no percentage (a whole number from 0 to "
        "100); that of groupring:check is used instead"}},
      {{"NS", "ns1.example.org"}, set_ns({"ns1.example.org"}), {}},
      {{"ns", " NS2.Example.org. ,ns1.example.org,, ns2.example.org "},
       set_ns({"ns2.example.org", "ns1.example.org"}),
       {}},
      {{"NS", ""}, {}, {}},
      {{"NS", "n s, ns1.example.org, a:b"},
       set_ns({"ns1.example.org"}),
       {"field \"NS\": \"n s\" is no name of a server; \"ns1.example.org\" "
        "is used instead",
        "field \"NS\": \"a:b\" is no name of a server; \"ns1.example.org\" "
        "is used instead"}},
      {{"NS", "n s"},
       {},
       {"field \"NS\": \"n s\" is no name of a server; none is there"}},
      {{"RECORDS", " [1] "},
       Config([](NameConfig* c) { c->records_json = "[1]"; }),
       {}},
  };
}

TEST_CASE("each field of CONFIG is read, or complained about") {
  for (const ConfigCase& c : ConfigCases()) {
    CAPTURE(c.items);
    RawNameHead raw;
    raw.config = Holding(c.items);
    Complaints complaints;
    const NameHead head = ParseNameHead("n", raw, nullptr, false, &complaints);
    CHECK(head.exists);
    CHECK(head.config == c.config);
    CHECK(head.groups.empty());
    Strings expected;
    for (const std::string& text : c.complaints) {
      expected.push_back("n:CONFIG: " + text);
    }
    CHECK(Lines(complaints) == expected);
  }
}

TEST_CASE("with groups, answers come from the ring unless CONFIG says else") {
  struct Case {
    Strings config;
    AnswerMode answer;
    size_t complaints;
  };
  for (const Case& c :
       {Case{{}, AnswerMode::kGroupConsistentHash, 0},
        Case{{"ANSWER", "random"}, AnswerMode::kRandom, 0},
        Case{{"ANSWER", "ring"}, AnswerMode::kGroupConsistentHash, 1},
        Case{{"ANSWER", "GeoIP"}, AnswerMode::kRandom, 1}}) {
    CAPTURE(c.config);
    RawNameHead raw;
    if (!c.config.empty()) raw.config = Holding(c.config);
    raw.groups = Holding({"g1"});
    Complaints complaints;
    const NameHead head = ParseNameHead("n", raw, nullptr, false, &complaints);
    CHECK(head.config.answer == c.answer);
    CHECK(complaints.size() == c.complaints);
  }
}

TEST_CASE("groups are sorted and have the weights that make sense") {
  RawNameHead raw;
  raw.groups = Holding({"g2", "", "g1", "g4", "g3", "G1"});
  raw.weights = Holding({"g1", "0", "g2", " 1000 ", "g3", "1001", "g4", "1.5",
                         "gone", "7", "G1", "-0"});
  Complaints complaints;
  const NameHead head = ParseNameHead("n", raw, nullptr, false, &complaints);
  CHECK(head.exists);
  CHECK(head.groups ==
        GroupList{
            {"G1", 100}, {"g1", 0}, {"g2", 1000}, {"g3", 100}, {"g4", 100}});
  const std::string rest =
      " is no weight (a whole number from 0 to 1000); 100 is used instead";
  CHECK(Lines(complaints) ==
        Strings{"n:WEIGHTS: field \"g3\": \"1001\"" + rest,
                "n:WEIGHTS: field \"g4\": \"1.5\"" + rest,
                "n:WEIGHTS: field \"G1\": \"-0\"" + rest,
                "n:GROUPS: member \"\" is no group; it is left out"});
}

TEST_CASE("a list of groups that is known is not made again") {
  RawNameHead raw;
  raw.groups = Holding({"g1", ""});
  Complaints complaints;
  const NameHead head = ParseNameHead("n", raw, nullptr, true, &complaints);
  CHECK(head.exists);
  CHECK(head.groups.empty());
  CHECK(head.config.answer == AnswerMode::kGroupConsistentHash);
  CHECK(complaints.empty());
}

TEST_CASE("what was read last replaces keys that cannot be read") {
  NameData before;
  before.config.ttl_seconds = 5;
  before.groups = std::make_shared<const GroupList>(GroupList{{"g9", 7}});
  struct Case {
    RawValue unreadable;
    std::string fault_of_hash;
    std::string fault_of_set;
  };
  for (const Case& c : {Case{OfWrongType(), "is no hash; ", "is no set; "},
                        Case{Denied(), kDeniedText, kDeniedText}}) {
    RawNameHead raw{c.unreadable, c.unreadable, c.unreadable};
    Complaints complaints;
    const NameHead kept = ParseNameHead("n", raw, &before, false, &complaints);
    CHECK(kept.exists);
    CHECK(kept.config == before.config);
    CHECK(kept.groups == *before.groups);
    CHECK(Lines(complaints) ==
          Strings{"n:CONFIG: " + c.fault_of_hash + kLast,
                  "n:GROUPS: " + c.fault_of_set + kLast,
                  "n:WEIGHTS: " + c.fault_of_hash + kLast});

    const NameHead fresh = ParseNameHead("n", raw, nullptr, false, &complaints);
    CHECK_FALSE(fresh.exists);
    CHECK(fresh.config == NameConfig());
    CHECK(fresh.groups.empty());

    // Each of the two keeps the name alone, and says how it answers.
    const NameHead config_only =
        ParseNameHead("n", {c.unreadable, {}, {}}, &before, false, &complaints);
    CHECK(config_only.exists);
    CHECK(config_only.groups.empty());
    const NameHead groups_only =
        ParseNameHead("n", {{}, c.unreadable, {}}, &before, false, &complaints);
    CHECK(groups_only.exists);
    CHECK(groups_only.groups == GroupList{{"g9", 100}});  // WEIGHTS is gone
    CHECK(groups_only.config.answer == AnswerMode::kGroupConsistentHash);
  }
}

TEST_CASE("a field that makes no sense leaves the one in force") {
  NameData before;
  before.config.ttl_seconds = 5;
  before.config.answers = 3;
  before.config.on_empty = OnEmpty::kServfail;
  before.config.answer = AnswerMode::kConsistentHash;
  before.config.ns = {"ns1.example.org", "ns2.example.org"};
  before.config_key = {1, true};
  before.groups = std::make_shared<const GroupList>(
      GroupList{{"g1", 7}, {"g2", 0}, {"g3", 9}});
  RawNameHead raw;
  raw.config = Holding({"TTL", "soon", "ANSWERS", "many", "ON_EMPTY", "fail",
                        "ANSWER", "ring", "NS", "ns3.example.org, n s"});
  raw.groups = Holding({"g1", "g2", "g3", "g4"});
  raw.weights = Holding({"g1", "abc", "g2", "1001", "g3", "1", "g4", "-1"});
  Complaints complaints;
  const NameHead head = ParseNameHead("n", raw, &before, false, &complaints);
  CHECK(head.config == before.config);
  CHECK(head.groups == GroupList{{"g1", 7}, {"g2", 0}, {"g3", 1}, {"g4", 100}});
  CHECK(
      Lines(complaints)[0] ==
      "n:WEIGHTS: field \"g1\": \"abc\" is no weight (a whole number from 0 to "
      "1000); 7 is used instead");
  // Read again, it stays so, and is the same complaint.
  NameData again = before;
  again.config = head.config;
  again.config_key = head.config_key;
  again.groups = std::make_shared<const GroupList>(head.groups);
  Complaints same;
  const NameHead second = ParseNameHead("n", raw, &again, false, &same);
  CHECK(second.config == head.config);
  CHECK(second.groups == head.groups);
  CHECK(same == complaints);
  // A field that is gone is gone.
  CHECK(ParseNameHead("n", {Holding({"TTL", "x"}), raw.groups, {}}, &before,
                      false, &complaints)
            .config.answers == 1);
}

TEST_CASE("weights that cannot be read stay, those of new groups are 100") {
  NameData before;
  before.groups = std::make_shared<const GroupList>(GroupList{{"g1", 7}});
  Complaints complaints;
  for (const RawValue& unreadable :
       {OfWrongType(), Denied(), RawValue{RawValue::Kind::kNoTexts, {}}}) {
    CHECK(ParseNameHead("n", {{}, Holding({"g1", "g2"}), unreadable}, &before,
                        false, &complaints)
              .groups == GroupList{{"g1", 7}, {"g2", 100}});
  }
}

TEST_CASE("a wrong weight of a new group is 100, not that of its neighbour") {
  NameData before;
  before.groups = std::make_shared<const GroupList>(GroupList{{"g2", 7}});
  Complaints complaints;
  CHECK(ParseNameHead("n", {{}, Holding({"g1", "g2"}), Holding({"g1", "abc"})},
                      &before, false, &complaints)
            .groups[0] == WeightedGroup{"g1", 100});
}

TEST_CASE("a name exists by its CONFIG or its GROUPS, not by WEIGHTS") {
  Complaints complaints;
  NameData before;
  before.groups = std::make_shared<const GroupList>();
  for (const NameData* last : {static_cast<const NameData*>(nullptr),
                               static_cast<const NameData*>(&before)}) {
    CHECK_FALSE(ParseNameHead("n", {}, last, false, &complaints).exists);
    CHECK_FALSE(ParseNameHead("n", {{}, {}, Holding({"g1", "1"})}, last, false,
                              &complaints)
                    .exists);
    CHECK(ParseNameHead("n", {Holding({"TTL", "5"}), {}, {}}, last, false,
                        &complaints)
              .exists);
    CHECK(
        ParseNameHead("n", {{}, Holding({"g1"}), {}}, last, false, &complaints)
            .exists);
  }
  CHECK(complaints.empty());
}

}  // namespace
}  // namespace groupring::redis
