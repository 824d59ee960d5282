// A world of any size to look up in, without Redis and sockets.
#ifndef GROUPRING_TESTS_BENCH_IN_PROCESS_WORLD_H_
#define GROUPRING_TESTS_BENCH_IN_PROCESS_WORLD_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "backend/engine/query_handler.h"
#include "backend/resolver/who_asks.h"
#include "backend/snapshot/snapshot_builder.h"
#include "backend/snapshot/snapshot_holder.h"
#include "redis/base/clock.h"
#include "redis/model/dataset.h"

namespace groupring::bench {

struct WorldSize {
  size_t groups = 3;
  size_t names = 1;
  size_t addresses = 3;  // of each group and family
};

// example.org with names n0, n1, … that all have the same groups. Not
// thread-safe.
class World {
 public:
  explicit World(const WorldSize& size);

  // A handler as each thread of a transport has one.
  std::unique_ptr<backend::Handler> NewHandler();

  const backend::Snapshot& snapshot() const { return *snapshot_; }
  const redis::Dataset& dataset() const { return dataset_; }

  // Puts draws into the pools, as the store does when they run low.
  void FillDraws();

  // One group's state changes: to what it was with the next call.
  void ChangeOneGroup();

 private:
  void Publish(const redis::DatasetChange& change);

  const SystemClock clock_;
  redis::Dataset dataset_;
  backend::SnapshotBuilder builder_;
  backend::SnapshotHolder holder_;
  backend::WhoAsks who_asks_;
  std::shared_ptr<const backend::Snapshot> snapshot_;
};

// What is asked of a world, in turn: its names, spread, from many networks.
struct RequestText {
  std::string name;    // without trailing dot
  std::string subnet;  // "20.0.0.0/24"
};
std::vector<RequestText> RequestTexts(const WorldSize& size);

// Requests for the names of a world from many client networks, as PowerDNS
// 4.7 writes them.
struct Requests {
  std::vector<std::string> json;  // with its newline
  std::vector<std::string> pipe;  // of ABI 5, with its newline
  std::vector<std::string> http;  // POST, JSON: head and body
};
Requests RequestsFor(const WorldSize& size);

}  // namespace groupring::bench

#endif  // GROUPRING_TESTS_BENCH_IN_PROCESS_WORLD_H_
