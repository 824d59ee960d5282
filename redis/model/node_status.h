// What a node says of itself.
#ifndef GROUPRING_REDIS_MODEL_NODE_STATUS_H_
#define GROUPRING_REDIS_MODEL_NODE_STATUS_H_

#include <cstdint>
#include <string>

namespace groupring::redis {

// Which data a node answers from.
enum class DataOrigin {
  kUnknown,  // it does not say
  kLive,     // what Redis holds
  kHeld,     // what Redis held last: it is away
  kDoubted,  // the same, as Redis holds data that looks like a loss
};

// `groupring:node:<name>`, a hash that expires when the node stops writing it.
struct NodeStatus {
  std::string name;
  // The hash has expired though the node never said that it ends: it crashed,
  // hangs, or no longer reaches Redis and answers from what it knew last. Only
  // its name and when it was seen are known.
  bool silent = false;
  std::string version;
  int64_t pid = 0;
  int64_t started_unix_seconds = 0;
  int64_t seen_unix_millis = 0;
  // Every change up to this generation is in its answers.
  int64_t generation = 0;
  int64_t names = 0;
  int64_t groups = 0;
  std::string trouble;  // in words; empty: none
  DataOrigin answers_from = DataOrigin::kUnknown;
  int64_t answers_from_since_unix_millis = 0;
  // How many names Redis holds, as a doubting node sees it.
  int64_t doubted_names = 0;

  bool doubting() const { return answers_from == DataOrigin::kDoubted; }
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_NODE_STATUS_H_
