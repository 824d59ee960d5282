// What pdns-razor makes of names.
#include "redis/schema/razor_names.h"

#include <initializer_list>
#include <utility>

#include "redis/schema/name_head.h"
#include "tests/redis/schema/raw_values.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using Strings = std::vector<std::string>;
using Data = std::shared_ptr<const NameData>;

// As its own keys make it.
Data Name(const std::string& name, const Strings& config,
          const Strings& groups = {}, bool has_addresses = false) {
  RawNameHead raw;
  if (!config.empty()) raw.config = Holding(config);
  if (!groups.empty()) raw.groups = Holding(groups);
  Complaints complaints;
  NameHead head = ParseNameHead(name, raw, nullptr, false, &complaints);
  auto data = std::make_shared<NameData>();
  data->name = name;
  data->config = std::move(head.config);
  data->config_key = head.config_key;
  data->groups = std::make_shared<const GroupList>(std::move(head.groups));
  std::vector<AddressRange> members;
  if (has_addresses) members.push_back(*ParseMember(Family::kA, "192.0.2.1"));
  data->addresses = {
      std::make_shared<AddressSet>("", Family::kA, std::move(members)),
      std::make_shared<AddressSet>("", Family::kAaaa,
                                   std::vector<AddressRange>())};
  for (auto& skip : data->skip) skip = std::make_shared<SkipList>();
  return data;
}

Data AddressesOnly(const std::string& name) { return Name(name, {}, {}, true); }

Data Zone(const std::string& name, Strings more = {}) {
  more.insert(more.end(), {"SOA", "ns1.example.net h.example.net 1 2 3 4 5"});
  return Name(name, more);
}

NameMap MapOf(std::initializer_list<Data> names) {
  NameMap map;
  for (const Data& name : names) map[name->name] = name;
  return map;
}

// By the rules, where nothing was known before.
NameMap Ruled(std::initializer_list<Data> names) {
  NameMap map = MapOf(names);
  ApplyRazorRules({}, &map);
  return map;
}

SharedMap<NameData> Known(std::initializer_list<Data> names) {
  SharedMap<NameData> known;
  const NameMap ruled = Ruled(names);
  for (const auto& [name, data] : ruled) known.Set(data);
  return known;
}

int Bit(ConfigField field) { return 1 << static_cast<int>(field); }

TEST_CASE("a name goes by its zone in what its own CONFIG does not say") {
  const NameMap names =
      Ruled({Zone("example.org", {"TTL", "300", "ANSWER", "consistent_hash",
                                  "ANSWERS", "2", "ON_EMPTY", "servfail"}),
             AddressesOnly("www.example.org"),
             Name("own.example.org", {"TTL", "20", "ON_EMPTY", "fail_open"}, {},
                  true),
             Name("elsewhere.example.com", {"TTL", "20"}, {}, true)});

  const NameConfig& www = names.at("www.example.org")->config;
  CHECK(www.ttl_seconds == 300);
  CHECK(www.answer == AnswerMode::kConsistentHash);
  CHECK(www.answers == 2);
  CHECK(www.on_empty == OnEmpty::kServfail);
  CHECK(names.at("www.example.org")->config_key.inherited ==
        (Bit(ConfigField::kTtl) | Bit(ConfigField::kAnswer) |
         Bit(ConfigField::kAnswers) | Bit(ConfigField::kOnEmpty)));

  const NameConfig& own = names.at("own.example.org")->config;
  CHECK(own.ttl_seconds == 20);
  CHECK(own.answer == AnswerMode::kConsistentHash);
  CHECK(own.on_empty == OnEmpty::kFailOpen);
  CHECK(names.at("own.example.org")->config_key.inherited ==
        (Bit(ConfigField::kAnswer) | Bit(ConfigField::kAnswers)));

  const NameConfig& elsewhere = names.at("elsewhere.example.com")->config;
  CHECK(elsewhere.answer == AnswerMode::kRandom);
  CHECK(elsewhere.answers == 1);
  CHECK(names.at("elsewhere.example.com")->config_key.inherited == 0);
}

TEST_CASE("what makes a name of its own a zone it does not inherit") {
  const NameMap names =
      Ruled({Name("example.org",
                  {"SOA", "soa", "NS", "ns1.example.net", "RECORDS", "[]"}),
             AddressesOnly("www.example.org")});
  const NameConfig& www = names.at("www.example.org")->config;
  CHECK_FALSE(www.is_zone);
  CHECK(www.soa.empty());
  CHECK(www.ns.empty());
  CHECK(www.records_json.empty());
}

TEST_CASE("the closest zone counts, and zones inherit nothing of each other") {
  const NameMap names = Ruled({Zone("example.org", {"TTL", "300"}),
                               Zone("sub.example.org", {"ANSWERS", "3"}),
                               AddressesOnly("deep.www.sub.example.org")});
  CHECK(names.at("sub.example.org")->config.ttl_seconds == kDefaultTtlSeconds);
  const NameConfig& deep = names.at("deep.www.sub.example.org")->config;
  CHECK(deep.answers == 3);
  CHECK(deep.ttl_seconds == kDefaultTtlSeconds);
}

TEST_CASE("addresses alone make a name in a zone only") {
  const NameMap names =
      Ruled({Zone("example.org"), AddressesOnly("www.example.org"),
             AddressesOnly("proxy.example.com")});
  CHECK(names.at("www.example.org") != nullptr);
  CHECK(names.at("proxy.example.com") == nullptr);

  CHECK(MayBeRazorName("www.example.org"));
  CHECK_FALSE(MayBeRazorName("GROUP1"));
  CHECK_FALSE(MayBeRazorName("group1"));
  CHECK_FALSE(MayBeRazorName("WWW.example.org"));
  CHECK_FALSE(MayBeRazorName("geoip:eu"));
}

TEST_CASE("an ANSWER that is not the name's own is one that it can give") {
  const auto answer_of = [](Strings zone, const Data& name) {
    return Ruled({Zone("example.org", std::move(zone)), name})
        .at(name->name)
        ->config.answer;
  };
  const Strings by_group = {"ANSWER", "group_consistent_hash"};
  const Data on_groups = Name("a.example.org", {}, {"g1"});
  const Data on_both = Name("a.example.org", {}, {"g1"}, true);
  const Data addresses = AddressesOnly("a.example.org");
  CHECK(answer_of(by_group, on_groups) == AnswerMode::kGroupConsistentHash);
  CHECK(answer_of(by_group, on_both) == AnswerMode::kGroupConsistentHash);
  CHECK(answer_of(by_group, addresses) == AnswerMode::kRandom);
  // Without ANSWER razor answers at random, from addresses of the name's own.
  CHECK(answer_of({}, on_groups) == AnswerMode::kGroupConsistentHash);
  CHECK(answer_of({}, on_both) == AnswerMode::kRandom);
  CHECK(answer_of({}, addresses) == AnswerMode::kRandom);
  // Its own stays as it is written.
  CHECK(answer_of({}, Name("a.example.org", {"ANSWER", "random"}, {"g1"})) ==
        AnswerMode::kRandom);
}

TEST_CASE("a change of a zone changes its names, and no others") {
  const SharedMap<NameData> known = Known(
      {Zone("example.org", {"TTL", "300"}), Zone("example.net", {"TTL", "300"}),
       AddressesOnly("www.example.org"), AddressesOnly("www.example.net"),
       Name("own.example.org", {"TTL", "20"})});

  NameMap read = MapOf({Zone("example.org", {"TTL", "100"})});
  ApplyRazorRules(known, &read);
  CHECK(read.at("www.example.org")->config.ttl_seconds == 100);
  CHECK(read.at("own.example.org") == known.at("own.example.org"));
  CHECK_FALSE(read.contains("www.example.net"));

  // What a zone says of itself is nothing to its names.
  read = MapOf({Name("example.org",
                     {"TTL", "300", "SOA", "other", "NS", "ns9.example.net"})});
  ApplyRazorRules(known, &read);
  CHECK(read.size() == 1);

  read = {{"example.org", nullptr}};
  ApplyRazorRules(known, &read);
  CHECK(read.at("www.example.org") == nullptr);
  CHECK(read.at("own.example.org")->config.ttl_seconds == 20);
}

TEST_CASE("a name that is the same as before is the same object") {
  const SharedMap<NameData> known = Known(
      {Zone("example.org", {"TTL", "300"}), AddressesOnly("www.example.org")});
  // As it is read again: without what it inherits, but with the same sets.
  auto again = std::make_shared<NameData>(*known.at("www.example.org"));
  again->config = NameConfig();
  again->config_key = ConfigKey();
  NameMap read = MapOf({again});
  ApplyRazorRules(known, &read);
  CHECK(read.at("www.example.org") == known.at("www.example.org"));
}

}  // namespace
}  // namespace groupring::redis
