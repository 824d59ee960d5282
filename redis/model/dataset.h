// What Redis holds for groupring, parsed. README.md beside this folder is the
// page of the keys.
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

// Whose rules the keys are read by. They have the same names in both.
enum class Schema {
  kGroupring,
  kRazor,  // what pdns-razor makes of them; redis/README.md says what differs
};

enum class AnswerMode { kRandom, kConsistentHash, kGroupConsistentHash };
// What is answered when nothing is in service. kNodata: no records, where that
// holds for every client; where it holds for some, as kFailOpen.
enum class OnEmpty { kFailOpen, kServfail, kNodata };

// `<name>:CONFIG`, defaults in place of what is missing or malformed.
struct NameConfig {
  bool is_zone = false;         // the hash has SOA
  std::string soa;              // as it stands in Redis, surrounding space off
  std::vector<std::string> ns;  // lower case, without trailing dot
  uint32_t ttl_seconds = kDefaultTtlSeconds;
  AnswerMode answer = AnswerMode::kRandom;
  uint32_t answers = 1;  // addresses per answer and family, distinct
  OnEmpty on_empty = OnEmpty::kFailOpen;
  // Goes before that of `groupring:check`; nothing: that one holds.
  std::optional<uint32_t> panic_percent;
  std::string records_json;  // RECORDS as it stands in Redis; may be empty

  bool operator==(const NameConfig&) const = default;
};

// Fields of `<name>:CONFIG`. kOther: all that mean nothing here.
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

// Which fields `<name>:CONFIG` has. Nothing where the name comes from a state
// file, which does not say.
struct ConfigKey {
  uint16_t fields = 0;  // a bit for each ConfigField; 0: there is no such key
  // ANSWER decides how the name answers, not whether it has groups.
  bool gives_answer = false;
  // Fields that it has not, and whose values are those of the zone's CONFIG, by
  // the same bits. With Schema::kRazor only.
  uint8_t inherited = 0;

  bool operator==(const ConfigKey&) const = default;
};

struct WeightedGroup {
  std::string name;
  uint32_t weight = kDefaultWeight;  // 0: on the ring of nobody
  bool operator==(const WeightedGroup&) const = default;
};

using GroupList = std::vector<WeightedGroup>;

// Everything stored under one name. Immutable once published.
struct NameData {
  std::string name;  // lower case, without trailing dot
  NameConfig config;
  ConfigKey config_key;
  // Sorted by name; empty without GROUPS; never null. Interned by the store:
  // names with equal lists share one object, so that thousands of names on
  // the same thousand groups cost one list, and equality is of pointers.
  std::shared_ptr<const GroupList> groups;
  // Of `random` and `consistent_hash` names; never null.
  std::array<std::shared_ptr<const AddressSet>, kFamilies> addresses;
  // The last set that was not empty; null when there was none.
  std::array<std::shared_ptr<const AddressSet>, kFamilies> last_good;
  std::array<std::shared_ptr<const SkipList>, kFamilies> skip;  // never null

  // Whether both are the same, and share their parts.
  bool operator==(const NameData&) const = default;
};

enum class AdminState { kEnabled, kDisabled, kDraining, kFilling };

// `<group>:STATE`.
struct GroupState {
  AdminState state = AdminState::kEnabled;
  int64_t start = 0;     // unix seconds; draining and filling
  int64_t duration = 0;  // seconds; 0: at once
  int64_t until = 0;     // unix seconds; 0: for ever
  int64_t since = 0;     // unix seconds; 0: not said
  std::string reason;
  std::string by;
  // It does not stand in Redis: it was set on this node, for it alone.
  bool of_this_node = false;

  bool operator==(const GroupState&) const = default;
};

// The part of its slots that a group keeps at a time, in units of 2^-32:
// 0 (none) … kWholeShare (all). 0 when disabled; falls (draining) or rises
// (filling) linearly from `start` over `duration`; whole from `until` on.
inline constexpr uint64_t kWholeShare = uint64_t{1} << 32;
uint64_t RetainedShare(const GroupState& state, int64_t unix_millis);

// Over `duration` from `start` on a group that was down takes its slots back.
// Both 0: there is no such ramp.
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
  // What holds on this node in place of `state`, until its `until`; null:
  // nothing. A process that follows Redis adds it, so no dataset has it.
  std::shared_ptr<const GroupState> local;
  // By health. A process that follows Redis adds it, so no dataset has it.
  ReturnRamp returning;
  GroupState state;
};

// Everything, as of one generation.
struct Dataset {
  Schema schema = Schema::kGroupring;  // that it was read by
  // `groupring:generation`, which every command raises in the transaction
  // that makes its change; read before everything else, so that all changes
  // up to it are in here. 0: the key is missing.
  int64_t generation = 0;
  // The time of `groupring:accepted`, which tells it from a later one; 0: the
  // key is missing.
  int64_t accepted_unix_millis = 0;
  // `groupring:affinity`; null: none.
  std::shared_ptr<const AffinityEntries> affinity;
  SharedMap<NameData> names;
  absl::flat_hash_map<std::string, std::shared_ptr<const GroupData>> groups;
};

// What differs from the dataset before. A name or group listed here may have
// been added, changed or removed.
struct DatasetChange {
  bool everything = false;  // a (re)load: compare all
  std::vector<std::string> names;
  std::vector<std::string> groups;
  bool affinity = false;
};

// Makes `*dataset`, which was as `now` before the change, as `now` is. Costs as
// much as has changed.
void Follow(const Dataset& now, const DatasetChange& change, Dataset* dataset);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_DATASET_H_
