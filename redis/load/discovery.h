// Finds names by SCAN, a step at a time.
#ifndef GROUPRING_REDIS_LOAD_DISCOVERY_H_
#define GROUPRING_REDIS_LOAD_DISCOVERY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/model/dataset.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// Walks the whole key space again and again. Not thread-safe.
class Discovery {
 public:
  explicit Discovery(Schema schema) : schema_(schema) {}

  // Starts a new walk with the next step.
  void Restart() { cursor_.assign(1, '0'); }

  // How many steps the current walk will take, by the number of keys at its
  // start; many when Redis does not tell.
  int64_t expected_steps() const { return expected_steps_; }

  // One SCAN: adds the keys that look as if they made a name.
  // Returns whether this step completed a walk.
  absl::StatusOr<bool> Step(Connection* connection,
                            std::vector<std::string>* keys);

  // A whole walk at once.
  absl::Status Walk(Connection* connection, std::vector<std::string>* keys);

 private:
  const Schema schema_;
  std::string cursor_ = "0";
  int64_t expected_steps_ = 1;
};

// What a key that was found stands for.
struct FoundKey {
  // Empty: a key of another application. By razor's rules it may also turn out
  // to be a group, or in no zone.
  std::string name;
  // It is a name, but not stored as one: then it is left out.
  std::optional<Complaint> complaint;
};
FoundKey ClassifyKey(const std::string& key,
                     Schema schema = Schema::kGroupring);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_LOAD_DISCOVERY_H_
