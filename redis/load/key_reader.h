// Reads keys of names and groups in pipelines.
#ifndef GROUPRING_REDIS_LOAD_KEY_READER_H_
#define GROUPRING_REDIS_LOAD_KEY_READER_H_

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/load/existing_keys.h"
#include "redis/load/value_reader.h"
#include "redis/model/dataset.h"
#include "redis/schema/name_head.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

struct NameParts {
  bool head = false;  // CONFIG, GROUPS and WEIGHTS
  std::array<bool, kFamilies> members{};
  std::array<bool, kFamilies> skip{};

  static NameParts All() { return {true, {true, true}, {true, true}}; }
};

struct GroupParts {
  std::array<bool, kFamilies> members{};
  bool state = false;
  bool disabled = false;

  static GroupParts All() { return {{true, true}, true, true}; }
};

// Which keys to read: parts of names and groups, and `groupring:affinity`.
struct KeySelection {
  absl::flat_hash_map<std::string, NameParts> names;
  absl::flat_hash_map<std::string, GroupParts> groups;

  bool affinity = false;

  size_t owners() const { return names.size() + groups.size(); }
  bool empty() const { return names.empty() && groups.empty() && !affinity; }
};

// Adds what a change of `key` makes necessary to read: parts of a name or group
// of the dataset (or both, as a group may be called like a name), a whole name
// that may just have appeared, or `groupring:affinity`. Nothing for keys of
// other applications.
void AddChangedKey(std::string_view key, const Dataset& dataset,
                   KeySelection* selection);

// What was read in one go, before it is parsed. Parts that were not read are
// left empty.
struct NameReading {
  std::string name;
  std::optional<RawNameHead> head;
  std::array<std::optional<RawValue>, kFamilies> members;
  std::array<std::optional<RawValue>, kFamilies> skip;
};

struct GroupReading {
  std::string name;
  std::array<std::optional<RawValue>, kFamilies> members;
  std::optional<RawValue> state;
  std::optional<RawValue> disabled;
};

struct Readings {
  std::vector<NameReading> names;
  std::vector<GroupReading> groups;
  std::optional<RawValue> affinity;
};

// Reads all that is selected, in no particular order, as ReadValues does
// (value_reader.h).
// Keys of names and groups that are not among `existing`, where it is given,
// are missing without being asked for.
absl::StatusOr<Readings> ReadKeys(const KeySelection& selection,
                                  Connection* connection,
                                  const ExistingKeys* existing = nullptr);

// The same in steps, so that Redis works on the next reading while the caller
// deals with this one. Replies come in the order of the commands: each reading
// takes the steps in the order below, and a reading that began later takes none
// before an earlier one has taken the same. Not thread-safe.
class KeyReading {
 public:
  // The pointers outlive the reading; `existing` may be null.
  KeyReading(const KeySelection& selection, Connection* connection,
             const ExistingKeys* existing);
  KeyReading(const KeyReading&) = delete;
  KeyReading& operator=(const KeyReading&) = delete;

  // Asks which of the keys there are, where that is worth it, and takes the
  // answer.
  absl::Status AskKeys();
  absl::Status TakeKeys();
  absl::Status AskValues();
  // Whether all values have been asked for, so that a later reading can ask.
  bool asked_all() const { return values_.asked_all(); }
  // Takes the values, but for those that need more than one command.
  absl::Status TakeValues();
  // Asks for these and takes them. REQUIRES: a later reading waits for nothing.
  absl::StatusOr<Readings> Finish();

 private:
  Connection* const connection_;
  Readings readings_;           // into which the jobs point
  std::vector<ValueJob> jobs_;  // of keys that most names and groups have
  std::vector<ValueJob> rare_;  // of keys that most names lack
  bool asks_keys_ = false;
  ValueReader values_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_LOAD_KEY_READER_H_
