// Long readings: piece by piece, of which Redis works on one while the one
// before is parsed.
#include "redis/load/loader.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/redis/admin/admin_fixture.h"
#include "tests/redis/admin/many_names.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

constexpr int kNames = 900;

// Some names have values that need more than one command, and some have all
// keys that a name can have: more than Redis is asked for at once.
std::string NamesOfAllKinds() {
  const std::string large =
      "EVAL \"for i = 1, 3000 do redis.call('SADD', KEYS[1], '10.0.' .. "
      "math.floor(i / 250) .. '.' .. i % 250) end\" 1 ";
  return ManyNames(kNames, [&](int number, const std::string& name) {
    std::string more;
    if (number % 50 == 0) more += large + name + ":A\n";
    if (number % 2 == 0) {
      more += "SADD " + name + ":AAAA 2001:db8::" + std::to_string(number) +
              "\nSADD " + name + ":A:SKIPLIST 192.0.2.9\nSADD " + name +
              ":AAAA:SKIPLIST 2001:db8::9\n";
    }
    return more;
  });
}

KeySelection AllNames() {
  KeySelection selection;
  for (int i = 0; i < kNames; ++i) {
    selection.names[NameOf(i)] = NameParts::All();
  }
  return selection;
}

void CheckAll(const Dataset& dataset) {
  CheckGroupsOfManyNames(dataset);
  REQUIRE(dataset.names.size() == kNames);
  for (int i = 0; i < kNames; ++i) {
    CAPTURE(i);
    const NameData& name = *dataset.names.at(NameOf(i));
    CHECK(name.config.ttl_seconds ==
          (i % 2 == 0 ? 7U : NameConfig().ttl_seconds));
    REQUIRE(name.groups->size() == 3);
    CHECK((*name.groups)[0].weight == (i % 3 == 0 ? 7U : kDefaultWeight));
    CHECK(name.addresses[0]->members().size() == (i % 50 == 0 ? 3000U : 0U));
    CHECK(name.addresses[1]->members().size() == (i % 2 == 0 ? 1U : 0U));
    CHECK(name.skip[0]->empty() == (i % 2 != 0));
    CHECK(name.skip[1]->empty() == (i % 2 != 0));
    if (i % 2 == 0) {
      CHECK(name.addresses[1]->members()[0].text ==
            "2001:db8::" + std::to_string(i));
    }
  }
}

// The dataset of a long reading.
Dataset Read(const testing::RedisServer& redis, LoaderOptions options) {
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  Mirror mirror;
  Staged staged;
  const absl::Status read =
      Loader(&mirror, &admin->connection(), std::move(options))
          .StageEverything(AllNames(), &staged);
  CAPTURE(Message(read));
  REQUIRE(read.ok());
  mirror.Commit(staged);
  // Nothing is left under way.
  const auto pong = admin->connection().Command({"PING"});
  REQUIRE(pong.ok());
  CHECK(pong->text == "PONG");
  return mirror.dataset();
}

TEST_CASE("of a long reading each name gets what its keys hold") {
  testing::RedisServer redis;
  redis.Run(NamesOfAllKinds());
  int pieces = 0;
  LoaderOptions options;
  options.between = [&] {
    ++pieces;
    return absl::OkStatus();
  };
  CheckAll(Read(redis, options));
  CHECK(pieces >= 4);

  // Users without these rights measure and read each value, or may not ask
  // which keys there are.
  redis.Run("ACL SETUSER default -sscan -hscan\n");
  CheckAll(Read(redis, {}));
  redis.Run("ACL SETUSER default +sscan +hscan -exists\n");
  CheckAll(Read(redis, {}));
}

TEST_CASE("of keys that are known to be missing nothing is asked") {
  testing::RedisServer redis;
  redis.Run(NamesOfAllKinds());
  ExistingKeys existing;
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  const auto keys = admin->connection().Command({"KEYS", "*"});
  REQUIRE(keys.ok());
  for (const Reply& key : keys->elements) existing.Add(key.text);
  LoaderOptions options;
  options.existing = &existing;
  CheckAll(Read(redis, options));
}

TEST_CASE("who is told before keys are read can use the connection") {
  testing::RedisServer redis;
  redis.Run(NamesOfAllKinds());
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  size_t told = 0;
  LoaderOptions options;
  options.before_read = [&](const std::vector<std::string>& keys) {
    told += keys.size();
    const auto pong = admin->connection().Command({"PING"});
    REQUIRE(pong.ok());
    REQUIRE(pong->text == "PONG");
    return absl::OkStatus();
  };
  Mirror mirror;
  Staged staged;
  REQUIRE(Loader(&mirror, &admin->connection(), options)
              .StageEverything(AllNames(), &staged)
              .ok());
  mirror.Commit(staged);
  CheckAll(mirror.dataset());
  CHECK(told > 3 * kNames);
}

TEST_CASE(
    "a reading ends with the error of what is called between its pieces") {
  testing::RedisServer redis;
  redis.Run(NamesOfAllKinds());
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  LoaderOptions options;
  options.between = [] { return absl::UnavailableError("closed"); };
  Mirror mirror;
  Staged staged;
  CHECK(absl::IsUnavailable(Loader(&mirror, &admin->connection(), options)
                                .StageEverything(AllNames(), &staged)));
}

}  // namespace
}  // namespace groupring::redis
