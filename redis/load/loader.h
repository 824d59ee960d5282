// Reads names and groups over a connection and stages them.
#ifndef GROUPRING_REDIS_LOAD_LOADER_H_
#define GROUPRING_REDIS_LOAD_LOADER_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "redis/connection/connection.h"
#include "redis/load/existing_keys.h"
#include "redis/load/key_reader.h"
#include "redis/load/mirror.h"

namespace groupring::redis {

// Called with the keys that decide who is in service (CONFIG, GROUPS and
// WEIGHTS of names, STATE of groups), each before it is read.
using BeforeRead =
    std::function<absl::Status(const std::vector<std::string>& keys)>;

struct LoaderOptions {
  // May use the connection. May be empty.
  BeforeRead before_read = nullptr;
  // Called between the pieces of a long reading, but may not use the
  // connection. May be empty.
  std::function<absl::Status()> between = nullptr;
  // As of ReadKeys; may be null. Outlives the loader.
  const ExistingKeys* existing = nullptr;
  // Which keys are noted among the findings as read; empty: all. Of a million
  // names all keys take more memory than the names.
  std::function<bool(const std::string& key)> notes = nullptr;
};

// Not thread-safe. A failure leaves a part staged.
class Loader {
 public:
  // The pointers outlive this object.
  Loader(Mirror* mirror, Connection* connection, LoaderOptions options = {})
      : mirror_(mirror),
        connection_(connection),
        options_(std::move(options)) {}

  // What is selected, and the groups that names refer to only now.
  absl::Status Stage(const KeySelection& selection, Staged* staged) const;

  // The names selected, every name of the dataset, and all groups that they
  // refer to.
  absl::Status StageEverything(KeySelection names, Staged* staged) const;

 private:
  class Batches;

  absl::Status ReadInBatches(const KeySelection& selection,
                             Staged* staged) const;
  // The reading of the next batch; null: there are no more.
  absl::StatusOr<std::unique_ptr<KeyReading>> Begin(Batches* batches) const;
  void StageReadings(const Readings& readings, Staged* staged) const;

  Mirror* const mirror_;
  Connection* const connection_;
  const LoaderOptions options_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_LOAD_LOADER_H_
