// What a change writes to Redis, as data.
//
// Everything else is derived from the batch: the commands, the types that their
// keys must have, the names that the audit entry lists, and the dataset that is
// read afterwards (dataset_edit.h). So the preview of a change shows exactly
// what the change writes.
#ifndef GROUPRING_REDIS_SCHEMA_WRITE_BATCH_H_
#define GROUPRING_REDIS_SCHEMA_WRITE_BATCH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "redis/model/acceptance.h"
#include "redis/model/address.h"
#include "redis/model/affinity.h"
#include "redis/model/dataset.h"
#include "redis/model/withheld.h"

namespace groupring::redis {

// Replaces all of `<group>:STATE`: fields of an earlier state are removed, in
// whatever case they were written.
struct SetGroupState {
  std::string group;
  GroupState state;
};

// Adds members to `<owner>:A` or `<owner>:AAAA`. The owner is a group or a
// name; one that is neither becomes a group.
struct AddMembers {
  std::string owner;
  Family family = Family::kA;
  std::vector<std::string> members;
};
// Removes members. `members`: the texts exactly as they are in Redis.
struct RemoveMembers {
  std::string owner;
  Family family = Family::kA;
  std::vector<std::string> members;
};

// Sets fields of `<group>:DISABLED`. Their names are the texts of the ranges.
struct SetWithheld {
  std::string group;
  std::vector<WithheldAddress> addresses;
};
struct RemoveWithheld {
  std::string group;
  std::vector<std::string> fields;  // exactly as they are in Redis
};

// Adds a member to `<name>:A:SKIPLIST` or `<name>:AAAA:SKIPLIST`.
struct AddSkipped {
  std::string name;
  Family family = Family::kA;
  std::string member;
};
struct RemoveSkipped {
  std::string name;
  Family family = Family::kA;
  std::vector<std::string> members;    // exactly as they are in Redis
  std::vector<std::string> remaining;  // the other members of the list
};

// Each of these three replaces a whole key, whatever it held before.
struct ReplaceMembers {
  std::string owner;
  Family family = Family::kA;
  std::vector<std::string> members;  // none: the key is deleted
};
struct ReplaceSkipped {
  std::string name;
  Family family = Family::kA;
  std::vector<std::string> members;
};
struct ReplaceWithheld {
  std::string group;
  std::vector<WithheldAddress> addresses;
};

// Sets a field of `<name>:CONFIG`. Creates the name if it does not exist.
// REQUIRES: the value is not empty.
struct SetConfigField {
  std::string name;
  ConfigField field = ConfigField::kTtl;
  std::string value;
};
struct RemoveConfigField {
  std::string name;
  ConfigField field = ConfigField::kTtl;
};

// Adds a member to `<name>:GROUPS`, with the default weight if none is given.
// Creates the name if it does not exist.
struct AddGroupToName {
  std::string name;
  std::string group;
  std::optional<uint32_t> weight;
};
struct RemoveGroupFromName {
  std::string name;
  std::string group;
};
// REQUIRES: the group is one of the name's.
struct SetWeight {
  std::string name;
  std::string group;
  uint32_t weight = kDefaultWeight;
};

// Lets the weights of a name take effect over time: until then these weights
// before count, of which none is 0. REQUIRES: the course exists.
struct SetWeightCourse {
  std::string name;
  WeightCourse course;
  std::vector<WeightedGroup> before;  // group and weight
};
// Takes the weights before of these groups away, so that theirs are in force at
// once; with `whole`, also the course.
struct EndWeightCourse {
  std::string name;
  std::vector<std::string> groups;
  bool whole = true;
};

// Deletes all keys of a name. The sets of addresses can be kept for a group
// that has the same name.
struct DeleteName {
  std::string name;
  bool keep_members = false;
};

// Sets PAUSED_UNTIL of `<group>:CHECK`, unix seconds; 0 removes the field.
struct SetHealthPause {
  std::string group;
  int64_t until = 0;
};

// Sets fields of `groupring:affinity`. Their names are the entries' texts.
struct SetAffinity {
  AffinityList entries;  // in any order
};
struct RemoveAffinity {
  std::vector<std::string> fields;  // exactly as they are in Redis
};

// `groupring:accepted`.
struct SetAccepted {
  Acceptance acceptance;
};

using Write =
    std::variant<SetGroupState, AddMembers, RemoveMembers, SetWithheld,
                 RemoveWithheld, AddSkipped, RemoveSkipped, ReplaceMembers,
                 ReplaceSkipped, ReplaceWithheld, SetConfigField,
                 RemoveConfigField, AddGroupToName, RemoveGroupFromName,
                 SetWeight, SetWeightCourse, EndWeightCourse, DeleteName,
                 SetHealthPause, SetAffinity, RemoveAffinity, SetAccepted>;
using WriteBatch = std::vector<Write>;

// A command of Redis, word by word.
using RedisCommand = std::vector<std::string>;

struct TypedCommand {
  // The type that the key (the second word) must have if it exists. Empty for
  // DEL, whose keys (all words after the first) may have any type.
  std::string_view type;
  RedisCommand words;
};

std::vector<TypedCommand> CommandsOf(const WriteBatch& batch);

// The names whose CONFIG or GROUPS the batch writes, and the owners of
// addresses that may be names under razor's rules; sorted, each once.
std::vector<std::string> NamesWritten(const WriteBatch& batch);

// Whether the batch writes only states and weights: which groups are in service
// and how many clients each answers.
bool WritesServiceOnly(const WriteBatch& batch);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_WRITE_BATCH_H_
