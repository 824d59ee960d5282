// What makes a name: `<name>:CONFIG`, `<name>:GROUPS`, `<name>:WEIGHTS`.
#ifndef GROUPRING_REDIS_SCHEMA_NAME_HEAD_H_
#define GROUPRING_REDIS_SCHEMA_NAME_HEAD_H_

#include <string>
#include <string_view>

#include "redis/model/dataset.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// How a name answers whose CONFIG does not say.
inline AnswerMode DefaultAnswer(bool has_groups) {
  return has_groups ? AnswerMode::kGroupConsistentHash : AnswerMode::kRandom;
}

// The three are read together, as each bears on how the others are read.
struct RawNameHead {
  RawValue config;
  RawValue groups;
  RawValue weights;
};

struct NameHead {
  bool exists = false;  // there is a CONFIG or a GROUPS
  NameConfig config;
  ConfigKey config_key;
  GroupList groups;  // sorted by name
};

// `before` is the name as it is in force, or null. It stays where a key could
// not be read, and field by field where one makes no sense: a slip must neither
// take the names of a zone away nor move clients. With `groups_known` the list
// of groups is left empty: the caller has made one from the same texts.
NameHead ParseNameHead(std::string_view name, const RawNameHead& raw,
                       const NameData* before, bool groups_known,
                       Complaints* complaints);

// The config of a name, with its groups, whose CONFIG has this field alone. An
// empty value stands for a field that is missing.
NameHead ParseConfigValue(const NameData& name, ConfigField field,
                          const std::string& value, Complaints* complaints);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_NAME_HEAD_H_
