// A Redis as readable text, and what becomes of it.
//
// One key a line, tabs between fields (here shown as " | "):
//
//   ftp.example.org:CONFIG | hash | TTL | 30 | ANSWER | random
//   ftp.example.org:GROUPS | set | g1 | g2
//   g1:STATE | wrongtype
//   groupring:audit | stream | 1700000000000-0 | who | me | reason | upgrade
//
// \n, \t, \\ and \xHH stand for bytes; "denied" is what the user may not read.
// Lines that begin with "> " are commands for `pdnsutil backend-cmd`.
#ifndef GROUPRING_TESTS_FUZZ_REDIS_TEXT_H_
#define GROUPRING_TESTS_FUZZ_REDIS_TEXT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backend/snapshot/snapshot.h"
#include "redis/model/dataset.h"
#include "redis/schema/raw_value.h"

namespace groupring::fuzz {

inline constexpr int64_t kNow = 1'800'000'000'000;  // unix milliseconds

struct RedisText {
  std::map<std::string, redis::RawValue> keys;
  std::vector<std::pair<std::string, redis::RawValue>> streams;  // key, entry
  std::vector<std::string> commands;
};

RedisText ReadRedisText(std::string_view text);

// What the store and the engine make of it, without either.
class World {
 public:
  explicit World(std::string_view text) : World(ReadRedisText(text)) {}
  explicit World(const RedisText& redis);
  // Of a dataset that was read elsewhere.
  explicit World(redis::Dataset dataset);

  const redis::Dataset& dataset() const { return dataset_; }
  const std::shared_ptr<const backend::Snapshot>& snapshot() const {
    return snapshot_;
  }
  // Everything that would have been logged.
  const std::vector<std::string>& log() const { return log_; }

 private:
  void Build();

  redis::Dataset dataset_;
  std::shared_ptr<const backend::Snapshot> snapshot_;
  std::vector<std::string> log_;
};

}  // namespace groupring::fuzz

#endif  // GROUPRING_TESTS_FUZZ_REDIS_TEXT_H_
