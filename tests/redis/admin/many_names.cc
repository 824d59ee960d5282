#include "tests/redis/admin/many_names.h"

#include "tests/support/catch.h"

namespace groupring::redis {

std::string NameOf(int number) {
  return "n" + std::to_string(number) + ".example.com";
}

std::string ManyNames(
    int names,
    const std::function<std::string(int number, const std::string& name)>&
        more) {
  std::string commands =
      "SADD g1:A 192.0.2.1\nSADD g1:AAAA 2001:db8::1\n"
      "HSET g2:STATE state disabled\nHSET g3:DISABLED 192.0.2.3 until=1\n"
      "HSET groupring:affinity 192.0.2.0/24 office\n";
  for (int i = 0; i < names; ++i) {
    const std::string name = NameOf(i);
    commands += "SADD " + name + ":GROUPS g1 g2 g3\n";
    if (i % 2 == 0) commands += "HSET " + name + ":CONFIG TTL 7\n";
    if (i % 3 == 0) commands += "HSET " + name + ":WEIGHTS g1 7\n";
    commands += more(i, name);
  }
  return commands;
}

void CheckGroupsOfManyNames(const Dataset& dataset) {
  CHECK(dataset.affinity != nullptr);
  REQUIRE(dataset.groups.size() == 3);
  for (size_t f = 0; f < kFamilies; ++f) {
    CHECK(dataset.groups.at("g1")->addresses[f]->members().size() == 1);
  }
  CHECK(dataset.groups.at("g2")->state.state == AdminState::kDisabled);
  CHECK(dataset.groups.at("g3")->withheld[0] != nullptr);
}

int64_t CommandsSoFar(testing::RedisServer* redis) {
  const std::string info = redis->Run("INFO stats\n");
  const std::string field = "total_commands_processed:";
  return std::stoll(info.substr(info.find(field) + field.size()));
}

}  // namespace groupring::redis
