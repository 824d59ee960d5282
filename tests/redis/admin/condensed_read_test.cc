#include "redis/admin/condensed_read.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "redis/admin/full_read.h"
#include "tests/redis/admin/admin_fixture.h"
#include "tests/redis/admin/heartbeat_node.h"
#include "tests/redis/admin/many_names.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

constexpr int kNames = 600;

// Names of a few kinds in a zone, and some with something of their own.
std::string NamesOfFewKinds() {
  return "HSET example.com:CONFIG SOA 'ns.example.com h.example.com 1 2 3 4 5' "
         "NS ns.example.com\n"
         "SET groupring:generation 41\n" +
         ManyNames(kNames, [](int number, const std::string& name) {
           std::string more;
           if (number % 50 == 0) more += "SADD " + name + ":A 198.51.100.1\n";
           if (number % 70 == 0) {
             more += "SADD " + name + ":A:SKIPLIST 192.0.2.9\n";
           }
           return more;
         });
}

CondenseOptions Always() {
  CondenseOptions options;
  options.from_keys = 1;
  return options;
}

std::string WithoutName(const NameData& name) {
  std::string text = std::to_string(name.config.ttl_seconds);
  for (const WeightedGroup& group : *name.groups) {
    text += " " + group.name + "*" + std::to_string(group.weight);
  }
  for (size_t f = 0; f < kFamilies; ++f) {
    text += name.addresses[f]->empty() ? " -" : " has";
    text += name.skip[f]->empty() ? " -" : " skips";
  }
  return text;
}

// How many names there are of each kind.
std::map<std::string, size_t> Kinds(const Dataset& dataset,
                                    const AlikeNames& alike) {
  std::map<std::string, size_t> kinds;
  for (const auto& [name, data] : dataset.names) {
    kinds[WithoutName(*data)] += CountOf(alike, name);
  }
  return kinds;
}

TEST_CASE("condensed names stand for all names, with one command for a key") {
  testing::RedisServer redis;
  redis.Run(NamesOfFewKinds());
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  const auto all = admin->Load();
  REQUIRE(all.ok());
  CHECK(all->names.size() == kNames + 1);
  CHECK(admin->alike().empty());

  admin->Condense(Always());
  const int64_t before = CommandsSoFar(&redis);
  const auto condensed = admin->Load();
  REQUIRE(condensed.ok());
  CHECK(CommandsSoFar(&redis) - before < 2 * kNames);
  CHECK(condensed->names.size() < 40);
  CHECK(Kinds(*condensed, admin->alike()) == Kinds(*all, {}));
  for (const auto& [name, data] : condensed->names) {
    CHECK(WithoutName(*data) == WithoutName(*all->names.at(name)));
  }
  CHECK(condensed->generation == 41);
  CheckGroupsOfManyNames(*condensed);
}

TEST_CASE("few keys are read as ever") {
  testing::RedisServer redis;
  redis.Run(NamesOfFewKinds());
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  CondenseOptions options;
  options.from_keys = 100'000;
  admin->Condense(options);
  const auto all = admin->Load();
  REQUIRE(all.ok());
  CHECK(all->names.size() == kNames + 1);
}

TEST_CASE("a name that has static records, too, is kept") {
  testing::RedisServer redis;
  redis.Run(NamesOfFewKinds());
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  CondenseOptions options = Always();
  options.static_names = [](const NameData& zone) {
    CHECK(zone.name == "example.com");
    return std::vector<std::string>{NameOf(577), "www.example.com"};
  };
  admin->Condense(options);
  const auto condensed = admin->Load();
  REQUIRE(condensed.ok());
  CHECK(condensed->names.contains(NameOf(577)));
  CHECK_FALSE(condensed->names.contains(NameOf(571)));
  size_t total = 0;
  for (const auto& [name, data] : condensed->names) {
    total += CountOf(admin->alike(), name);
  }
  CHECK(total == kNames + 1);
}

TEST_CASE("what is wrong with any name is complained of, condensed or not") {
  testing::RedisServer redis;
  redis.Run(NamesOfFewKinds() + "HSET " + NameOf(7) + ":CONFIG TTL soon\n" +
            "SADD N8.example.com:GROUPS g1\n");
  std::string log;
  const auto admin =
      Connected(redis.url(), testing::kPatience,
                [&](Severity, const std::string& line) { log += line + "\n"; });
  admin->Condense(Always());
  REQUIRE(admin->Load().ok());
  CHECK(Contains(log, NameOf(7)));
  CHECK(Contains(log, "N8.example.com"));
}

// What a process that follows this Redis tells: one name, on g2.
CondensedNames Told(std::string instance) {
  auto name = std::make_shared<NameData>();
  name->name = "told.example.com";
  name->groups = std::make_shared<const GroupList>(GroupList{{"g2", 100}});
  for (size_t f = 0; f < kFamilies; ++f) {
    name->addresses[f] = std::make_shared<const AddressSet>(
        name->name, static_cast<Family>(f), std::vector<AddressRange>());
    name->skip[f] = std::make_shared<const SkipList>();
  }
  CondensedNames told;
  told.names.push_back(std::move(name));
  told.alike["told.example.com"] = 999;
  told.complaints.push_back({"told.example.com:CONFIG", "is odd"});
  told.instance = std::move(instance);
  return told;
}

TEST_CASE("names are those that a listed process tells; groups are read") {
  testing::RedisServer redis;
  redis.Run(NamesOfFewKinds());
  std::string log;
  const auto admin =
      Connected(redis.url(), testing::kPatience,
                [&](Severity, const std::string& line) { log += line + "\n"; });
  int64_t asked_for = 0;
  absl::Status not_told;
  CondenseOptions options = Always();
  std::string instance = "i-ns1";
  options.ask = [&](int64_t generation) -> absl::StatusOr<CondensedNames> {
    asked_for = generation;
    if (instance.empty()) return absl::UnavailableError("it is behind");
    return Told(instance);
  };
  options.not_told = [&](const absl::Status& why) { not_told = why; };
  admin->Condense(options);

  // It follows another Redis.
  const auto own = admin->Load();
  REQUIRE(own.ok());
  CHECK(own->names.contains("example.com"));
  CHECK(Contains(Message(not_told), "not listed in this Redis"));

  instance.clear();
  REQUIRE(admin->Load()->names.contains("example.com"));
  CHECK(Contains(Message(not_told), "it is behind"));

  instance = "i-ns1";
  not_told = absl::OkStatus();
  Node node(redis.url(), "ns1");
  // Its clock is of another year.
  node.PassTime(SystemClock().UnixMillis() - FixedWallClock().UnixMillis());
  node.heartbeat().Poke();
  REQUIRE(testing::WaitUntil([&] {
    const auto nodes = admin->Nodes();
    return nodes.ok() && nodes->size() == 1 && nodes->front().is_up();
  }));
  const int64_t before = CommandsSoFar(&redis);
  const auto told = admin->Load();
  REQUIRE(told.ok());
  CHECK(CommandsSoFar(&redis) - before < 100);
  CHECK(not_told.ok());
  CHECK(asked_for == 41);
  REQUIRE(told->names.size() == 1);
  CHECK(CountOf(admin->alike(), "told.example.com") == 1000);
  CHECK(told->groups.at("g2")->state.state == AdminState::kDisabled);
  CHECK(told->affinity != nullptr);
  CHECK(Contains(log, "is odd"));
}

TEST_CASE(
    "a change fails if names or groups changed since they were condensed") {
  testing::RedisServer redis;
  redis.Run(NamesOfFewKinds());
  const auto admin = Connected(redis.url());
  admin->Condense(Always());
  const WriteBatch writes = {DisableG1()};
  const auto commit_after = [&](const std::string& commands) {
    REQUIRE(admin->LoadForUpdate().ok());
    redis.Run(commands);
    return admin->Commit(writes, Entry("group disable", "g1")).status();
  };
  CHECK(absl::IsAborted(commit_after("SADD " + NameOf(571) + ":GROUPS g9\n")));
  CHECK(absl::IsAborted(commit_after("DEL " + NameOf(573) + ":GROUPS\n")));
  CHECK(absl::IsAborted(commit_after("HSET g2:STATE state enabled\n")));
  CHECK(commit_after("SADD g1:A 192.0.2.77\n").ok());
}

}  // namespace
}  // namespace groupring::redis
