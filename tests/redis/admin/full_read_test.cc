#include "redis/admin/full_read.h"

#include <memory>
#include <string>

#include "tests/redis/admin/admin_fixture.h"
#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

// So many names of which each has other keys, and their groups.
std::string ManyNames(int names) {
  std::string commands =
      "SADD g1:A 192.0.2.1\nSADD g1:AAAA 2001:db8::1\n"
      "HSET g2:STATE state disabled\nHSET g3:DISABLED 192.0.2.3 until=1\n"
      "HSET groupring:affinity 192.0.2.0/24 office\n";
  for (int i = 0; i < names; ++i) {
    const std::string name = "n" + std::to_string(i) + ".example.com";
    commands += "SADD " + name + ":GROUPS g1 g2 g3\n";
    if (i % 2 == 0) commands += "HSET " + name + ":CONFIG TTL 7\n";
    if (i % 3 == 0) commands += "HSET " + name + ":WEIGHTS g1 7\n";
    if (i % 5 == 0) commands += "SADD " + name + ":A 198.51.100.1\n";
    if (i % 7 == 0) commands += "SADD " + name + ":AAAA 2001:db8::7\n";
    if (i % 11 == 0) commands += "SADD " + name + ":A:SKIPLIST 192.0.2.9\n";
    if (i % 13 == 0) commands += "SADD " + name + ":AAAA:SKIPLIST 2001::/32\n";
  }
  return commands;
}

int64_t CommandsSoFar(testing::RedisServer* redis) {
  const std::string info = redis->Run("INFO stats\n");
  const std::string field = "total_commands_processed:";
  return std::stoll(info.substr(info.find(field) + field.size()));
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
  redis.Run(ManyNames(kNames));
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
  CHECK(of_existing.affinity != nullptr);
  REQUIRE(of_existing.groups.size() == 3);
  CHECK(of_existing.groups.at("g1")->addresses[1]->members().size() == 1);
  CHECK(of_existing.groups.at("g2")->state.state == AdminState::kDisabled);
  CHECK(of_existing.groups.at("g3")->withheld[0] != nullptr);
}

}  // namespace
}  // namespace groupring::redis
