// A store of commands, with a real Redis.
#include "backend/control/admin_store.h"

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "redis/base/clock.h"
#include "redis/base/redis_clock.h"
#include "redis/schema/write_batch.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"
#include "tests/support/wait_until.h"

namespace groupring::backend {
namespace {

using testing::RedisServer;

class ConnectedStore {
 public:
  explicit ConnectedStore(const RedisServer& redis) {
    const auto location = redis::ParseLocation(redis.url());
    REQUIRE(location.ok());
    auto connected = AdminStore::Connect(
        *location, {testing::kPatience, testing::kPatience}, &clock_, {});
    REQUIRE(connected.ok());
    store_ = *std::move(connected);
  }

  AdminStore& store() const { return *store_; }

 private:
  SystemClock host_;
  RedisClock clock_{&host_};
  std::unique_ptr<AdminStore> store_;
};

TEST_CASE("what was read for an update on a lost connection is not written") {
  RedisServer redis;
  redis.Run("SADD ftp.example.org:GROUPS g1 g2\nSADD g1:A 192.0.2.1\n");
  const ConnectedStore connected(redis);
  AdminStore& store = connected.store();
  redis::GroupState disabled;
  disabled.state = redis::AdminState::kDisabled;
  const redis::WriteBatch writes = {redis::SetGroupState{"g1", disabled}};

  const auto dataset = store.LoadForUpdate();
  REQUIRE(dataset.ok());
  redis.Run("CLIENT KILL TYPE normal SKIPME yes\n");
  // Reading goes on by another connection, which watches nothing.
  REQUIRE(store.Health(*dataset).ok());
  CHECK(absl::IsAborted(store.Commit(writes, {}).status()));
  CHECK(redis.Run("EXISTS g1:STATE\n") == "0\n");

  REQUIRE(store.LoadForUpdate().ok());
  CHECK(store.Commit(writes, {}).ok());
  CHECK(redis.Run("EXISTS g1:STATE\n") == "1\n");
}

TEST_CASE("keys that could not be read are known, each with the reason") {
  RedisServer redis;
  redis.Run(
      "SADD ftp.example.org:GROUPS g1\nHSET ftp.example.org:CONFIG TTL x\n"
      "SET g1:STATE oops\n"
      "EVAL \"for i = 1, 65536 do redis.call('SADD', KEYS[1], 'g' .. i) end\" "
      "1 "
      "big.example.org:GROUPS\n");
  const ConnectedStore connected(redis);
  AdminStore& store = connected.store();
  CHECK(store.Unread().empty());
  const auto unread = [&] {
    std::map<std::string, std::string> texts;
    for (const redis::Complaint& complaint : store.Unread()) {
      texts[complaint.key] = complaint.text.substr(0, complaint.text.find(';'));
    }
    return texts;
  };
  REQUIRE(store.Load().ok());
  CHECK(unread().size() == 2);
  CHECK(unread()["big.example.org:GROUPS"] ==
        "a set of 65536 is too large and is not read");
  CHECK(unread().contains("g1:STATE"));
  redis.Run("DEL g1:STATE big.example.org:GROUPS\n");
  REQUIRE(store.LoadForUpdate().ok());
  CHECK(unread().empty());
}

}  // namespace
}  // namespace groupring::backend
