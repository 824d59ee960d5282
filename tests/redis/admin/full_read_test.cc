#include "redis/admin/full_read.h"

#include <memory>
#include <string>

#include "tests/redis/admin/admin_fixture.h"
#include "tests/redis/admin/many_names.h"
#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

// So many names of which each has other keys, and their groups.
std::string NamesWithOtherKeys(int names) {
  return ManyNames(names, [](int i, const std::string& name) {
    std::string more;
    if (i % 5 == 0) more += "SADD " + name + ":A 198.51.100.1\n";
    if (i % 7 == 0) more += "SADD " + name + ":AAAA 2001:db8::7\n";
    if (i % 11 == 0) more += "SADD " + name + ":A:SKIPLIST 192.0.2.9\n";
    if (i % 13 == 0) more += "SADD " + name + ":AAAA:SKIPLIST 2001::/32\n";
    return more;
  });
}

// Everything of a name, as text.
std::string TextOf(const NameData& name) {
  std::string text = std::to_string(name.config.ttl_seconds);
  for (const WeightedGroup& group : *name.groups) {
    text += " " + group.name + "*" + std::to_string(group.weight);
  }
  for (size_t f = 0; f < kFamilies; ++f) {
    for (const std::string& member : Texts(name.addresses[f])) {
      text += " " + member;
    }
    text += name.skip[f]->empty() ? "" : " skips";
  }
  return text;
}

TEST_CASE(
    "of many names only keys that exist are read, and nothing is missed") {
  constexpr int kNames = 600;
  testing::RedisServer redis;
  redis.Run(NamesWithOtherKeys(kNames));
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  const auto read = [&](size_t most_before_read) {
    Findings findings;
    const absl::StatusOr<Dataset> dataset = ReadEverything(
        Schema::kGroupring, &admin->connection(),
        [](const std::vector<std::string>&) { return absl::OkStatus(); },
        most_before_read, &findings);
    REQUIRE(dataset.ok());
    CHECK(findings.complaints.empty());
    return *dataset;
  };
  const Dataset asked_for_all = read(kNames);
  const int64_t before = CommandsSoFar(&redis);
  const Dataset of_existing = read(kNames - 1);
  // A size and a value of each of some two keys.
  CHECK(CommandsSoFar(&redis) - before < 6 * kNames);
  CHECK(of_existing.names.size() == kNames);
  for (const auto& [name, data] : asked_for_all.names) {
    CAPTURE(name);
    REQUIRE(of_existing.names.contains(name));
    CHECK(TextOf(*of_existing.names.at(name)) == TextOf(*data));
  }
  CheckGroupsOfManyNames(of_existing);
}

TEST_CASE("names alone are read with those above them and their groups") {
  testing::RedisServer redis;
  redis.Run(NamesWithOtherKeys(600));
  redis.Run(
      "HSET example.com:CONFIG SOA \"ns1.example.com a.example.com 1 2 3 4 "
      "5\"\n"
      "SADD n7.example.com:GROUPS g4\nSADD g4:A 192.0.2.4\n");
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  const int64_t before = CommandsSoFar(&redis);
  const absl::StatusOr<Dataset> some = admin->LoadNames({"n7.example.com"});
  REQUIRE(some.ok());
  CHECK(CommandsSoFar(&redis) - before < 60);
  CHECK(some->names.size() == 2);
  CHECK(some->names.at("example.com")->config.is_zone);
  const absl::StatusOr<Dataset> all = admin->Load();
  REQUIRE(all.ok());
  CHECK(TextOf(*some->names.at("n7.example.com")) ==
        TextOf(*all->names.at("n7.example.com")));
  CHECK(some->groups.size() == 4);
  CHECK(some->groups.at("g2")->state == all->groups.at("g2")->state);
  CHECK(some->affinity != nullptr);
  const absl::StatusOr<Dataset> none = admin->LoadNames({"x.example.org"});
  REQUIRE(none.ok());
  CHECK(none->names.empty());
}

}  // namespace
}  // namespace groupring::redis
