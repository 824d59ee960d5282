// What a change writes to Redis, as data.
//
// Everything that depends on what is written follows from the batch: the
// commands, the types that their keys must have, the names that the audit entry
// lists, and the dataset that will be read afterwards (dataset_edit.h). So what
// is shown of a change before it is made is what making it writes.
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

// `<group>:STATE` as a whole: fields of an earlier state, in whatever case they
// were written, are removed.
struct SetGroupState {
  std::string group;
  GroupState state;
};

// Members of `<owner>:A` or `<owner>:AAAA`. The owner is a group or a name; one
// that is neither becomes a group.
struct AddMembers {
  std::string owner;
  Family family = Family::kA;
  std::vector<std::string> members;
};
// `members`: exactly as they stand in Redis.
struct RemoveMembers {
  std::string owner;
  Family family = Family::kA;
  std::vector<std::string> members;
};

// Fields of `<group>:DISABLED`: the texts of the ranges.
struct SetWithheld {
  std::string group;
  std::vector<WithheldAddress> addresses;
};
struct RemoveWithheld {
  std::string group;
  std::vector<std::string> fields;  // exactly as they stand in Redis
};

// A member of `<name>:A:SKIPLIST` or `<name>:AAAA:SKIPLIST`.
struct AddSkipped {
  std::string name;
  Family family = Family::kA;
  std::string member;
};
struct RemoveSkipped {
  std::string name;
  Family family = Family::kA;
  std::vector<std::string> members;    // exactly as they stand in Redis
  std::vector<std::string> remaining;  // the other members of the list
};

// These keys as a whole, whatever they held before.
struct ReplaceMembers {
  std::string owner;
  Family family = Family::kA;
  std::vector<std::string> members;  // none: the key goes
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

// A field of `<name>:CONFIG`. A name that does not exist yet is made.
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

// A member of `<name>:GROUPS` with its weight, which is the default where none
// is given. A name that does not exist yet is made.
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

// All keys of a name. Sets of addresses that a group of the same name uses can
// be kept.
struct DeleteName {
  std::string name;
  bool keep_members = false;
};

// PAUSED_UNTIL of `<group>:CHECK`, unix seconds; 0: the field goes.
struct SetHealthPause {
  std::string group;
  int64_t until = 0;
};

// Fields of `groupring:affinity`: the texts of the entries.
struct SetAffinity {
  AffinityEntries entries;  // in any order
};
struct RemoveAffinity {
  std::vector<std::string> fields;  // exactly as they stand in Redis
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
                 SetWeight, DeleteName, SetHealthPause, SetAffinity,
                 RemoveAffinity, SetAccepted>;
using WriteBatch = std::vector<Write>;

// A command of Redis, word by word.
using RedisCommand = std::vector<std::string>;

struct TypedCommand {
  // What TYPE must say of the key, the second word, if it exists. Empty for a
  // DEL, whose keys may be of any type and are all words but the first.
  std::string_view type;
  RedisCommand words;
};

std::vector<TypedCommand> CommandsOf(const WriteBatch& batch);

// The names whose CONFIG or GROUPS the batch writes, and owners of addresses
// that may be names by razor's rules; sorted, each once.
std::vector<std::string> NamesWritten(const WriteBatch& batch);

// Whether the batch only decides which groups are in service, and how many
// clients each answers: states and weights.
bool WritesServiceOnly(const WriteBatch& batch);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_WRITE_BATCH_H_
