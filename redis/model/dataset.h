// What Redis holds for groupring, parsed. redis/README.md documents the keys.
#ifndef GROUPRING_REDIS_MODEL_DATASET_H_
#define GROUPRING_REDIS_MODEL_DATASET_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "redis/base/shared_map.h"
#include "redis/model/address_set.h"
#include "redis/model/affinity.h"
#include "redis/model/skip_list.h"
#include "redis/model/withheld.h"

namespace groupring::redis {

inline constexpr uint32_t kDefaultTtlSeconds = 60;
inline constexpr uint32_t kDefaultWeight = 100;
inline constexpr uint32_t kMaxWeight = 1000;
inline constexpr uint32_t kMaxAnswers = 32;

// The rules by which the keys are read. The keys have the same names in both.
enum class Schema {
  kGroupring,
  kRazor,  // pdns-razor's rules; redis/README.md lists the differences
};

enum class AnswerMode { kRandom, kConsistentHash, kGroupConsistentHash };
// What is answered when nothing is in service. kNodata: no records if nothing
// is in service for any client; the same as kFailOpen if only for some clients.
enum class OnEmpty { kFailOpen, kServfail, kNodata };

// `<name>:CONFIG`, with defaults for what is missing or malformed.
struct NameConfig {
  bool is_zone = false;         // the hash has SOA
  std::string soa;              // as in Redis, without space around it
  std::vector<std::string> ns;  // lower case, without trailing dot
  uint32_t ttl_seconds = kDefaultTtlSeconds;
  AnswerMode answer = AnswerMode::kRandom;
  uint32_t answers = 1;  // addresses per answer and family, distinct
  OnEmpty on_empty = OnEmpty::kFailOpen;
  // Overrides PANIC of `groupring:check`; nothing: that one applies.
  std::optional<uint32_t> panic_percent;
  std::string records_json;  // RECORDS as it is in Redis; may be empty

  bool operator==(const NameConfig&) const = default;
};

// Fields of `<name>:CONFIG`. kOther: any field that groupring does not use.
enum class ConfigField : uint8_t {
  kSoa,
  kNs,
  kTtl,
  kAnswer,
  kAnswers,
  kOnEmpty,
  kPanic,
  kRecords,
  kOther
};

// Which fields `<name>:CONFIG` has. None if the name was read from a state
// file, which does not record them.
struct ConfigKey {
  uint16_t fields = 0;  // a bit for each ConfigField; 0: there is no such key
  // ANSWER decides how the name answers, not whether it has groups.
  bool gives_answer = false;
  // Fields that are missing and taken from the zone's CONFIG; the same bits as
  // in `fields`. With Schema::kRazor only.
  uint8_t inherited = 0;

  bool operator==(const ConfigKey&) const = default;
};

struct WeightedGroup {
  std::string name;
  uint32_t weight = kDefaultWeight;  // 0: on the ring of nobody
  // The weight that slots go by which the list's course has not come to; 0: the
  // same. It counts only where both are above 0.
  uint32_t weight_before = 0;
  bool operator==(const WeightedGroup&) const = default;
};

// Weights that change gradually: over the duration, slot after slot goes by the
// new weights instead of those before.
struct WeightCourse {
  int64_t start = 0;     // unix seconds
  int64_t duration = 0;  // seconds; 0: no course

  bool exists() const { return duration != 0; }
  int64_t end() const { return start + duration; }  // unix seconds
  bool operator==(const WeightCourse&) const = default;
};

// The groups of a name's ring.
struct GroupList : std::vector<WeightedGroup> {
  using std::vector<WeightedGroup>::vector;

  WeightCourse course;  // stays when it has ended

  bool operator==(const GroupList&) const = default;
};

// Everything stored under one name. Immutable once published.
struct NameData {
  std::string name;  // lower case, without trailing dot
  NameConfig config;
  ConfigKey config_key;
  // Sorted by name; empty without GROUPS; never null. Interned by the store:
  // names with equal lists share one object, so that thousands of names on the
  // same thousand groups need one list, and comparing pointers is enough.
  std::shared_ptr<const GroupList> groups;
  // Of `random` and `consistent_hash` names; never null.
  std::array<std::shared_ptr<const AddressSet>, kFamilies> addresses;
  // The last set that was not empty; null when there was none.
  std::array<std::shared_ptr<const AddressSet>, kFamilies> last_good;
  std::array<std::shared_ptr<const SkipList>, kFamilies> skip;  // never null

  // Whether both have the same values and share the same objects.
  bool operator==(const NameData&) const = default;
};

enum class AdminState { kEnabled, kDisabled, kDraining, kFilling };

// `<group>:STATE`.
struct GroupState {
  AdminState state = AdminState::kEnabled;
  int64_t start = 0;     // unix seconds; draining and filling
  int64_t duration = 0;  // seconds; 0: at once
  int64_t until = 0;     // unix seconds; 0: forever
  int64_t since = 0;     // unix seconds; 0: not said
  std::string reason;
  std::string by;
  // It is not in Redis: it was set on this node and applies to this node only.
  bool of_this_node = false;

  bool operator==(const GroupState&) const = default;
};

// The part of its slots that a group keeps at a time, in units of 2^-32: 0
// (none) … kWholeShare (all). 0 when it is disabled; falls (draining) or rises
// (filling) linearly over `duration` from `start`; kWholeShare from `until` on.
inline constexpr uint64_t kWholeShare = uint64_t{1} << 32;
uint64_t RetainedShare(const GroupState& state, int64_t unix_millis);

// The time over which a group that was down takes its slots back. Both 0: there
// is no such ramp.
struct ReturnRamp {
  int64_t start_unix_millis = 0;
  int64_t duration_millis = 0;

  bool operator==(const ReturnRamp&) const = default;
};

// Everything stored under one group. Immutable once published.
struct GroupData {
  std::string name;  // exactly as in Redis
  std::array<std::shared_ptr<const AddressSet>, kFamilies>
      addresses;  // not null
  // The last set that was not empty; null when there was none.
  std::array<std::shared_ptr<const AddressSet>, kFamilies> last_good;
  // Null: none.
  std::array<std::shared_ptr<const WithheldAddresses>, kFamilies> withheld;
  // Overrides `state` on this node up to its own `until`; null: nothing does.
  // Added by a process that follows Redis, and never part of a dataset.
  std::shared_ptr<const GroupState> local;
  // Follows from health. Added by a process that follows Redis, and never part
  // of a dataset.
  ReturnRamp returning;
  GroupState state;
};

// Everything, as of one generation.
struct Dataset {
  Schema schema = Schema::kGroupring;  // that it was read by
  // `groupring:generation`, which every command raises in the transaction of
  // its change. It is read before everything else, so the dataset contains all
  // changes up to it. 0: the key is missing.
  int64_t generation = 0;
  // The time of `groupring:accepted`, which identifies the acceptance; 0: the
  // key is missing.
  int64_t accepted_unix_millis = 0;
  // `groupring:affinity`; null: none.
  std::shared_ptr<const AffinityEntries> affinity;
  SharedMap<NameData> names;
  absl::flat_hash_map<std::string, std::shared_ptr<const GroupData>> groups;
};

// How a dataset differs from the previous one. A name or group listed here may
// have been added, changed or removed.
struct DatasetChange {
  bool everything = false;  // a (re)load: compare all
  std::vector<std::string> names;
  std::vector<std::string> groups;
  bool affinity = false;
};

// Updates `*dataset`, which must equal what `now` was before the change, to
// equal `now`. The cost is proportional to the change.
void Follow(const Dataset& now, const DatasetChange& change, Dataset* dataset);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_DATASET_H_
