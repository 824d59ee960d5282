// Changes: all or nothing, and told to the caller that was slower.
#include <thread>

#include "tests/redis/admin/admin_fixture.h"
#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using testing::RedisServer;

constexpr char kData[] =
    "HSET ftp.example.com:CONFIG TTL 30\n"
    "SADD ftp.example.com:GROUPS g1 g2\n"
    "HSET ftp.example.com:WEIGHTS g2 50\n"
    "SADD g1:A 192.0.2.1\nSADD g2:A 192.0.2.2\n"
    "HSET g2:STATE state disabled reason upgrade\n"
    "SADD other:application:GROUPS x\n";

TEST_CASE("Load reads what the store reads") {
  RedisServer redis;
  redis.Run(std::string(kData) + "SET groupring:generation 41\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  const auto admin = Connected(redis.url());
  for (const bool for_update : {false, true}) {
    const absl::StatusOr<Dataset> dataset =
        for_update ? admin->LoadForUpdate() : admin->Load();
    REQUIRE(dataset.ok());
    CHECK(dataset->generation == 41);
    CHECK(store.dataset().generation == 41);
    REQUIRE(dataset->names.size() == 1);
    const NameData& name = *dataset->names.at("ftp.example.com");
    CHECK(name.config == store.name("ftp.example.com")->config);
    CHECK(*name.groups == *store.name("ftp.example.com")->groups);
    REQUIRE(dataset->groups.size() == 2);
    for (const char* group : {"g1", "g2"}) {
      CHECK(dataset->groups.at(group)->state == store.group(group)->state);
      CHECK(Texts(dataset->groups.at(group)->addresses[0]) ==
            Texts(store.group(group)->addresses[0]));
    }
  }
}

TEST_CASE("each reading complains of all that is malformed") {
  RedisServer redis;
  redis.Run(
      "SADD ftp.example.com:GROUPS g1\nSADD g1:A junk\n"
      "SADD FTP.example.com:GROUPS g1\n");
  std::string log;
  const auto admin =
      Connected(redis.url(), testing::kPatience,
                [&](Severity, const std::string& line) { log += line + "\n"; });
  REQUIRE(admin->Load().ok());
  CHECK(Contains(log, "junk"));
  CHECK(Contains(log, "RENAME it to"));
  log.clear();
  REQUIRE(admin->LoadForUpdate().ok());
  CHECK(Contains(log, "junk"));
  CHECK(Contains(log, "RENAME it to"));
}

TEST_CASE("a group can be read though no name refers to it") {
  RedisServer redis;
  redis.Run("SADD g9:A 192.0.2.9\nHSET g9:STATE state disabled");
  const auto admin = Connected(redis.url());
  const auto group = admin->LoadGroup("g9");
  REQUIRE(group.ok());
  REQUIRE(*group != nullptr);
  CHECK((*group)->addresses[0]->members().size() == 1);
  CHECK((*group)->state.state == AdminState::kDisabled);
  const auto nothing = admin->LoadGroup("g8");
  REQUIRE(nothing.ok());
  CHECK(*nothing == nullptr);
}

TEST_CASE("a commit writes its commands, the generation and the audit") {
  RedisServer redis;
  redis.Run(kData);
  const auto admin = Connected(redis.url());
  REQUIRE(admin->LoadForUpdate().ok());
  const absl::StatusOr<int64_t> first =
      admin->Commit({DisableG1()}, Entry("group disable", "g1"));
  REQUIRE(first.ok());
  CHECK(*first == 1);
  // Also without looking before.
  const absl::StatusOr<int64_t> second =
      admin->Commit({AddMember("g1", "192.0.2.9"),
                     RemoveMembers{"g1", Family::kA, {"192.0.2.1"}}},
                    Entry("address add", "g1"));
  REQUIRE(second.ok());
  CHECK(*second == 2);
  CHECK(redis.Run("HGET g1:STATE state\n") == "disabled\n");
  CHECK(redis.Run("SMEMBERS g1:A\n") == "192.0.2.9\n");
  CHECK(redis.Run("GET groupring:generation\n") == "2\n");
  CHECK(redis.Run("XLEN groupring:audit\n") == "2\n");
}

TEST_CASE("of two who change the same, one wins and the other writes nothing") {
  RedisServer redis;
  redis.Run(kData);
  const auto a = Connected(redis.url());
  const auto b = Connected(redis.url());
  REQUIRE(a->LoadForUpdate().ok());
  REQUIRE(b->LoadForUpdate().ok());
  REQUIRE(
      b->Commit({SetGroupState{"g2", {}}}, Entry("group enable", "g2")).ok());
  const auto before = Everything(b.get());

  const absl::StatusOr<int64_t> lost =
      a->Commit({DisableG1(), AddMember("g1", "192.0.2.7")},
                Entry("group disable", "g1"));
  CHECK(absl::IsAborted(lost.status()));
  CHECK(Contains(Message(lost.status()), "nothing was written"));
  CHECK(Everything(b.get()) == before);

  // And after another look it goes through.
  REQUIRE(a->LoadForUpdate().ok());
  CHECK(a->Commit({DisableG1()}, Entry("group disable", "g1")).ok());
}

TEST_CASE("of many racing commits each one that is told so took effect") {
  RedisServer redis;
  redis.Run("SADD ftp.example.com:GROUPS g1 g2\n");
  constexpr int kEach = 50;
  std::atomic<int> won{0};
  std::atomic<int> lost{0};
  std::atomic<int> failed{0};
  const auto race = [&](const std::string& group) {
    const auto admin = Connected(redis.url());
    for (int i = 0; i < kEach; ++i) {
      if (!admin->LoadForUpdate().ok()) ++failed;
      const absl::StatusOr<int64_t> done =
          admin->Commit({AddMember(group, "192.0.2." + std::to_string(i))},
                        Entry("address add", group));
      if (done.ok()) {
        ++won;
      } else if (absl::IsAborted(done.status())) {
        ++lost;
      } else {
        ++failed;
      }
    }
  };
  std::thread other([&] { race("g2"); });
  race("g1");
  other.join();
  CHECK(failed == 0);
  CHECK(won + lost == 2 * kEach);
  const auto count = [&](const std::string& group) {
    return std::stoi(redis.Run("SCARD " + group + ":A\n"));
  };
  CHECK(count("g1") + count("g2") == won);
  CHECK(redis.Run("GET groupring:generation\n") == std::to_string(won) + "\n");
  CHECK(redis.Run("XLEN groupring:audit\n") == std::to_string(won) + "\n");
}

TEST_CASE("changes of keys that decide who is in service abort a commit") {
  const char* const change = GENERATE(
      "HSET ftp.example.com:CONFIG TTL 31\n",
      "SADD ftp.example.com:GROUPS g3\n", "HSET ftp.example.com:WEIGHTS g1 7\n",
      "HSET g1:STATE state draining\n", "DEL g2:STATE\n");
  INFO(change);
  RedisServer redis;
  redis.Run(kData);
  const auto admin = Connected(redis.url());
  REQUIRE(admin->LoadForUpdate().ok());
  redis.Run(change);
  CHECK(absl::IsAborted(
      admin->Commit({DisableG1()}, Entry("group disable", "g1")).status()));
  CHECK(redis.Run("EXISTS groupring:generation groupring:audit\n") == "0\n");
}

TEST_CASE("changes of addresses, also by other commands, abort no commit") {
  RedisServer redis;
  redis.Run(kData);
  const auto admin = Connected(redis.url());
  const auto other = Connected(redis.url());
  REQUIRE(admin->LoadForUpdate().ok());
  redis.Run("SADD g1:A 192.0.2.7\n");
  REQUIRE(
      other->Commit({AddMember("g1", "192.0.2.8")}, Entry("address add", "g1"))
          .ok());
  const absl::StatusOr<int64_t> generation =
      admin->Commit({DisableG1()}, Entry("group disable", "g1"));
  REQUIRE(generation.ok());
  CHECK(*generation == 2);
}

TEST_CASE("a name that another command adds meanwhile aborts a commit") {
  RedisServer redis;
  redis.Run(kData);
  const auto admin = Connected(redis.url());
  const auto other = Connected(redis.url());
  REQUIRE(admin->LoadForUpdate().ok());
  REQUIRE(other
              ->Commit({AddGroupToName{"www.example.com", "g1", {}}},
                       Entry("name add-group", "www.example.com"))
              .ok());
  CHECK(absl::IsAborted(
      admin->Commit({DisableG1()}, Entry("group disable", "g1")).status()));
  CHECK(redis.Run("EXISTS g1:STATE\n") == "0\n");
}

TEST_CASE("with very many names changes in between are noticed, too") {
  RedisServer redis;
  std::string data;
  for (int i = 0; i < 1100; ++i) {
    data += "SADD n" + std::to_string(i) + ".example.com:GROUPS g1 g2\n";
  }
  redis.Run(data);
  const auto admin = Connected(redis.url());
  const char* const change =
      GENERATE("HSET n7.example.com:WEIGHTS g1 7\n",
               "HSET g2:STATE state disabled\n", "DEL n8.example.com:GROUPS\n");
  REQUIRE(admin->LoadForUpdate().ok());
  redis.Run(change);
  CHECK(absl::IsAborted(
      admin->Commit({DisableG1()}, Entry("group disable", "g1")).status()));
  CHECK(redis.Run("EXISTS groupring:generation g1:STATE\n") == "0\n");
  REQUIRE(admin->LoadForUpdate().ok());
  CHECK(admin->Commit({DisableG1()}, Entry("group disable", "g1")).ok());
}

TEST_CASE("a commit that failed leaves nothing watched behind") {
  RedisServer redis;
  redis.Run(kData);
  const auto admin = Connected(redis.url());
  REQUIRE(admin->LoadForUpdate().ok());
  redis.Run("DEL g1:A\nSET g1:A text\n");
  CHECK_FALSE(
      admin->Commit({AddMember("g1", "192.0.2.7")}, Entry("address add", "g1"))
          .ok());
  redis.Run("DEL g1:A\nHSET g2:STATE state enabled\n");
  CHECK(admin->Commit({DisableG1()}, Entry("group disable", "g1")).ok());
}

TEST_CASE("a key of the wrong type is told before anything is written") {
  RedisServer redis;
  redis.Run(kData);
  const auto admin = Connected(redis.url());
  const char* const junk = GENERATE(
      "DEL ftp.example.com:WEIGHTS\nSADD ftp.example.com:WEIGHTS x\n",
      "DEL g1:A\nHSET g1:A x y\n", "SET groupring:audit x\n",
      "SET groupring:generation x\n", "HSET groupring:generation x y\n");
  INFO(junk);
  redis.Run(junk);
  const auto before = Everything(admin.get());
  const absl::StatusOr<int64_t> refused = admin->Commit(
      {AddMember("g2", "192.0.2.7"), SetWeight{"ftp.example.com", "g1", 7},
       AddMember("g1", "192.0.2.7")},
      Entry("group disable", "g1"));
  CHECK(absl::IsFailedPrecondition(refused.status()));
  CHECK(Contains(Message(refused.status()), "nothing was written"));
  CHECK(Contains(Message(refused.status()), "DEL it"));
  CHECK(Everything(admin.get()) == before);
}

TEST_CASE("a key of the wrong type that the change deletes is no obstacle") {
  RedisServer redis;
  redis.Run(std::string(kData) + "SET g1:STATE text\n");
  const auto admin = Connected(redis.url());
  REQUIRE(admin->Commit({DisableG1()}, Entry("group disable", "g1")).ok());
  CHECK(redis.Run("HGET g1:STATE state\n") == "disabled\n");
}

TEST_CASE("a change of any of many names since the look is a lost race") {
  RedisServer redis;
  constexpr int kNames = 60;  // more keys than are watched in one command
  std::string data;
  for (int i = 0; i < kNames; ++i) {
    data += "SADD n" + std::to_string(i) + ".example.com:GROUPS g1\n";
  }
  redis.Run(data);
  const auto admin = Connected(redis.url());
  const auto other = Connected(redis.url());
  for (int i = 0; i < kNames; ++i) {
    CAPTURE(i);
    REQUIRE(admin->LoadForUpdate().ok());
    REQUIRE(
        other->connection()
            .Command({"HSET", "n" + std::to_string(i) + ".example.com:CONFIG",
                      "TTL", "7"})
            .ok());
    CHECK(absl::IsAborted(
        admin->Commit({DisableG1()}, Entry("group disable", "g1")).status()));
  }
  CHECK(redis.Run("EXISTS g1:STATE groupring:generation\n") == "0\n");
}

}  // namespace
}  // namespace groupring::redis
