#include "redis/load/value_reader.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/redis/admin/admin_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

Reply Text(std::string text) {
  Reply reply;
  reply.type = Reply::Type::kString;
  reply.text = std::move(text);
  return reply;
}

TEST_CASE("a reply whose elements are no texts is no value") {
  Reply reply;
  reply.type = Reply::Type::kArray;
  reply.elements = {Text("192.0.2.1"), Text("192.0.2.2")};
  CHECK(ToRawValue(reply)->items.size() == 2);
  Reply number;
  number.type = Reply::Type::kInteger;
  Reply nothing;
  Reply nested = reply;
  for (const Reply& element : {number, nothing, nested}) {
    reply.elements = {Text("192.0.2.1"), element};
    const auto value = ToRawValue(reply);
    REQUIRE(value.ok());
    CHECK(value->kind == RawValue::Kind::kNoTexts);
    CHECK_FALSE(value->is_readable());
    CHECK(value->items.empty());
  }
}

// Reads one set and one hash, of two elements at most.
std::pair<RawValue, RawValue> ReadBoth(Connection* connection) {
  RawValue set;
  RawValue hash;
  const absl::Status status = ReadValues(
      {{ValueType::kSet, "set", 2, &set}, {ValueType::kHash, "hash", 2, &hash}},
      connection);
  REQUIRE(status.ok());
  return {set, hash};
}

TEST_CASE("a value beyond its bound is not read, and its size is known") {
  testing::RedisServer redis;
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  Connection* const connection = &admin->connection();
  CHECK(ReadBoth(connection).first.kind == RawValue::Kind::kMissing);
  CHECK(ReadBoth(connection).second.kind == RawValue::Kind::kMissing);
  redis.Run("SADD set a b\nHSET hash a 1 b 2\n");
  CHECK(ReadBoth(connection).first.items.size() == 2);
  CHECK(ReadBoth(connection).second.items.size() == 4);
  redis.Run("SADD set c\nHSET hash c 3\n");
  const auto [set, hash] = ReadBoth(connection);
  for (const RawValue& value : {set, hash}) {
    CHECK(value.kind == RawValue::Kind::kTooLarge);
    CHECK(value.size == 3);
    CHECK(value.items.empty());
    CHECK_FALSE(value.is_readable());
  }
  Complaints complaints;
  CheckReadable("set", set, "set", "the last one is used instead", &complaints);
  REQUIRE(complaints.size() == 1);
  CHECK(
      complaints[0].text ==
      "a set of 3 is too large and is not read; the last one is used instead");
}

int64_t CommandsSoFar(testing::RedisServer* redis) {
  const std::string info = redis->Run("INFO stats\n");
  const std::string field = "total_commands_processed:";
  return std::stoll(info.substr(info.find(field) + field.size()));
}

TEST_CASE("a small or missing value takes one command, a large one three") {
  testing::RedisServer redis;
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  std::string large = "SADD large";
  for (int i = 0; i < 5000; ++i) large += " " + std::to_string(i) + "x";
  redis.Run("SADD small a b\n" + large + "\n");
  const auto read = [&](const std::string& key) {
    RawValue value;
    const int64_t before = CommandsSoFar(&redis);
    REQUIRE(ReadValues({{ValueType::kSet, key, 10'000, &value}},
                       &admin->connection())
                .ok());
    return std::pair(value.items.size(), CommandsSoFar(&redis) - before);
  };
  const int64_t of_looking = [&] {
    const int64_t before = CommandsSoFar(&redis);
    return CommandsSoFar(&redis) - before;
  }();
  CHECK(read("small") == std::pair(size_t{2}, of_looking + 1));
  CHECK(read("missing") == std::pair(size_t{0}, of_looking + 1));
  CHECK(read("large") == std::pair(size_t{5000}, of_looking + 3));
}

TEST_CASE("a user who may not look at a part reads all the same") {
  testing::RedisServer redis;
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  redis.Run("SADD set a b\nHSET hash a 1\nACL SETUSER default -sscan -hscan\n");
  Connection* const connection = &admin->connection();
  CHECK(ReadBoth(connection).first.items.size() == 2);
  CHECK(ReadBoth(connection).second.items.size() == 2);
  redis.Run("SADD set c\n");
  CHECK(ReadBoth(connection).first.kind == RawValue::Kind::kTooLarge);
  redis.Run("ACL SETUSER default -scard -hlen\n");
  CHECK(ReadBoth(connection).first.items.size() == 3);
}

TEST_CASE("a user who may not ask for sizes reads all the same") {
  testing::RedisServer redis;
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  redis.Run(
      "SADD set a b\nHSET hash a 1\nACL SETUSER default -scard -hlen -sscan "
      "-hscan\n");
  const auto [set, hash] = ReadBoth(&admin->connection());
  CHECK(set.items.size() == 2);
  CHECK(hash.items.size() == 2);
}

TEST_CASE("wrong types and missing rights are told of the key alone") {
  testing::RedisServer redis;
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  redis.Run("HSET set a 1\nHSET hash a 1\n");
  CHECK(ReadBoth(&admin->connection()).first.kind ==
        RawValue::Kind::kWrongType);
  CHECK(ReadBoth(&admin->connection()).second.has_value());
  redis.Run("ACL SETUSER default resetkeys ~set\n");
  CHECK(ReadBoth(&admin->connection()).first.kind ==
        RawValue::Kind::kWrongType);
  CHECK(ReadBoth(&admin->connection()).second.kind == RawValue::Kind::kDenied);
}

// Which of these keys are left.
std::vector<std::string> Left(std::vector<std::string> keys,
                              Connection* connection) {
  std::vector<ValueJob> jobs;
  for (std::string& key : keys) {
    jobs.push_back({ValueType::kSet, std::move(key), 10, nullptr});
  }
  AskMissing(jobs, connection);
  REQUIRE(EraseMissing(&jobs, connection).ok());
  std::vector<std::string> left;
  for (const ValueJob& job : jobs) left.push_back(job.key);
  return left;
}

TEST_CASE("of many missing keys it is asked at once, and few others stay") {
  testing::RedisServer redis;
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  redis.Run("SADD k123 a\n");
  std::vector<std::string> keys;
  for (int i = 0; i < 1600; ++i) keys.push_back("k" + std::to_string(i));
  const int64_t before = CommandsSoFar(&redis);
  const std::vector<std::string> left = Left(keys, &admin->connection());
  CHECK(CommandsSoFar(&redis) - before <= 1600 / 16 + 2);
  CHECK(std::count(left.begin(), left.end(), "k123") == 1);
  CHECK(left.size() <= 16);
}

TEST_CASE("keys of which nobody may know whether they are there stay") {
  testing::RedisServer redis;
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  redis.Run("ACL SETUSER default -exists\n");
  CHECK(Left({"a", "b"}, &admin->connection()) ==
        std::vector<std::string>{"a", "b"});
  redis.Run("ACL SETUSER default +exists resetkeys ~a\n");
  CHECK(Left({"a", "b"}, &admin->connection()) ==
        std::vector<std::string>{"a", "b"});
}

}  // namespace
}  // namespace groupring::redis
