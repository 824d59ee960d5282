#include "backend/change/name_changes.h"

#include <string>
#include <vector>

#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Lines = std::vector<std::string>;

absl::StatusOr<Change> Set(const Lines& assignments,
                           const std::string& name = "ftp.example.org") {
  return SetName(ThreeGroups().dataset(), name, assignments, false);
}

TEST_CASE("keys of a name are set and removed") {
  const Change change = Made(Set({"ttl=30", "ANSWERS=2", "ON_EMPTY="}));
  CHECK(Typed(change) ==
        Lines{"HSET ftp.example.org:CONFIG TTL 30",
              "HSET ftp.example.org:CONFIG ANSWERS 2",
              "HDEL ftp.example.org:CONFIG ON_EMPTY on_empty"});
  CHECK(Before(change) == "TTL=60, ANSWERS=1, ON_EMPTY=fail_open");
  CHECK(After(change) == "TTL=30, ANSWERS=2, ON_EMPTY=fail_open (default)");
  const redis::NameConfig config =
      Written(change).names.at("ftp.example.org")->config;
  CHECK(config.ttl_seconds == 30);
  CHECK(config.answers == 2);
  CHECK(config.answer == redis::AnswerMode::kGroupConsistentHash);
}

TEST_CASE("every key takes what the schema takes") {
  const Change change = Made(
      Set({"SOA=ns1.example.org hostmaster.example.org 1 2 3 4 5",
           "NS=ns1.example.org,ns2.example.org", "ANSWER=random",
           "ON_EMPTY=servfail",
           R"(RECORDS=[{"name":"www","type":"A","content":"192.0.2.1"}])"}));
  const redis::NameConfig config =
      Written(change).names.at("ftp.example.org")->config;
  CHECK(config.is_zone);
  CHECK(config.ns.size() == 2);
  CHECK(config.answer == redis::AnswerMode::kRandom);
  CHECK(config.on_empty == redis::OnEmpty::kServfail);
  CHECK(config.records_json.find("192.0.2.1") != std::string::npos);
  CHECK_FALSE(Written(Made(Set({"SOA="}, "example.org")))
                  .names.at("example.org")
                  ->config.is_zone);
}

TEST_CASE("nodata is set with what it costs, and when it is said") {
  const auto kinds = [](const Change& change) {
    std::vector<RemarkKind> all;
    for (const Remark& remark : change.remarks) all.push_back(remark.kind);
    return all;
  };
  const Change change = Made(Set({"ON_EMPTY=nodata"}));
  CHECK(kinds(change) ==
        std::vector<RemarkKind>{RemarkKind::kNodataRemembered,
                                RemarkKind::kNodataNeedsPanic0});
  // The last field of the SOA, as it is less than its TTL.
  CHECK(change.remarks[0].number == 4);
  CHECK(kinds(Made(Set({"ON_EMPTY=nodata", "PANIC=0"}))) ==
        std::vector<RemarkKind>{RemarkKind::kNodataRemembered});
  CHECK(kinds(Made(Set({"PANIC=60"}))).empty());
  CHECK(Written(Made(Set({"PANIC=60"})))
            .names.at("ftp.example.org")
            ->config.panic_percent == 60u);
}

TEST_CASE("a malformed value is refused, saying what was expected") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"TTL=1m", "TTL=1m: expected seconds, 0 to 2147483647"},
      {"ANSWERS=0", "ANSWERS=0: expected a number of addresses, 1 to 32"},
      {"ANSWER=geoip",
       "ANSWER=geoip: expected group_consistent_hash, random or "
       "consistent_hash"},
      {"ON_EMPTY=maybe",
       "ON_EMPTY=maybe: expected fail_open, servfail or nodata"},
      {"PANIC=101",
       "PANIC=101: expected a percentage of the name's weight, 0 to 100 (0: "
       "health is never ignored)"},
      {"NS=a..b",
       "NS=a..b: expected names of servers with commas between them"},
      {"TTTL=5",
       "\"TTTL\" is no key of a name, which are SOA, NS, TTL, ANSWER, ANSWERS, "
       "ON_EMPTY, PANIC, RECORDS; did you mean TTL?"},
      {"TTL",
       "\"TTL\": expected KEY=VALUE, or KEY= to remove the key; the "
       "keys are SOA, NS, TTL, ANSWER, ANSWERS, ON_EMPTY, PANIC, RECORDS"},
  };
  for (const auto& [assignment, message] : cases) {
    CAPTURE(assignment);
    CHECK(ErrorOf(Set({assignment}), absl::StatusCode::kInvalidArgument) ==
          message);
  }
  CHECK(ErrorOf(Set({"SOA=ns1 host"}), absl::StatusCode::kInvalidArgument)
            .find("SOA=ns1 host: expected MNAME RNAME SERIAL") == 0);
  CHECK(ErrorOf(Set({"RECORDS=[{}"}), absl::StatusCode::kInvalidArgument)
            .find("expected a JSON array") != std::string::npos);
  CHECK_FALSE(Set({}).ok());
  CHECK_FALSE(Set({"TTL=5", "TTL=6"}).ok());
}

TEST_CASE("a new name is made only when that is asked for") {
  CHECK(
      ErrorOf(Set({"TTL=5"}, "fpt.example.org"), absl::StatusCode::kNotFound) ==
      "there is no name fpt.example.org; did you mean ftp.example.org? "
      "(--create makes a new one)");
  const Change change =
      Made(SetName(ThreeGroups().dataset(), "new.test", {"TTL=5"}, true));
  CHECK(Before(change) == "no such name");
  CHECK(Written(change).names.at("new.test")->config.ttl_seconds == 5);
}

TEST_CASE("a name is removed with all its keys") {
  const Change change =
      Made(RemoveName(ThreeGroups().dataset(), "ftp.example.org"));
  CHECK(Typed(change) ==
        Lines{"DEL ftp.example.org:CONFIG ftp.example.org:GROUPS "
              "ftp.example.org:WEIGHTS ftp.example.org:A "
              "ftp.example.org:A:SKIPLIST ftp.example.org:AAAA "
              "ftp.example.org:AAAA:SKIPLIST"});
  CHECK(Before(change) == "group_consistent_hash on 3 groups");
  CHECK_FALSE(Written(change).names.contains("ftp.example.org"));
}

TEST_CASE("the addresses of a group stay when a name like it goes") {
  DatasetText data = ThreeGroups();
  data.Set("g1", DatasetText::OnGroups({"g2"}));
  const Change change = Made(RemoveName(data.dataset(), "g1"));
  CHECK(Typed(change) == Lines{"DEL g1:CONFIG g1:GROUPS g1:WEIGHTS "
                               "g1:A:SKIPLIST g1:AAAA:SKIPLIST"});
}

}  // namespace
}  // namespace groupring::backend
