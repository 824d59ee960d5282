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

}  // namespace
}  // namespace groupring::redis
