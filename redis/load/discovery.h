// Finds names by SCAN, a step at a time.
#ifndef GROUPRING_REDIS_LOAD_DISCOVERY_H_
#define GROUPRING_REDIS_LOAD_DISCOVERY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/connection/packed_texts.h"
#include "redis/model/dataset.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// Walks the whole key space again and again. Not thread-safe.
class Discovery {
 public:
  enum class Keys {
    kOfNames,  // those that look as if they made a name
    kAll,      // those that look as if they were of a name or a group
    kEvery,    // those of other applications as well
  };

  explicit Discovery(Schema schema, Keys wanted = Keys::kOfNames)
      : schema_(schema), wanted_(wanted) {}

  // Starts a new walk with the next step.
  void Restart() { cursor_.assign(1, '0'); }

  // How many steps the current walk will take, by the number of keys at its
  // start; many when Redis does not tell.
  int64_t expected_steps() const { return expected_steps_; }

  // Where the next step begins: in the same place as that of an earlier walk
  // with the same cursor, unless Redis has resized its table.
  const std::string& cursor() const { return cursor_; }

  // One SCAN: adds the keys that are wanted. Returns whether this step
  // completed a walk.
  absl::StatusOr<bool> Step(Connection* connection, PackedTexts* keys);

  // A whole walk at once: `see` gets each key, while Redis takes the next step.
  // It may not use the connection. Ends early with the step in which it is
  // called for the `limit`th time. Some keys may be passed twice; keys that are
  // added or removed meanwhile may be missed.
  absl::Status Walk(Connection* connection,
                    const std::function<void(std::string_view key)>& see,
                    size_t limit = std::numeric_limits<size_t>::max());

 private:
  std::string_view Pattern() const;
  absl::Status Ask(Connection* connection);
  absl::StatusOr<bool> Take(Connection* connection, PackedTexts* keys);

  const Schema schema_;
  const Keys wanted_;
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
FoundKey ClassifyKey(std::string_view key, Schema schema = Schema::kGroupring);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_LOAD_DISCOVERY_H_
