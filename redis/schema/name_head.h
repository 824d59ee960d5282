// What makes a name: `<name>:CONFIG`, `<name>:GROUPS`, `<name>:WEIGHTS`.
#ifndef GROUPRING_REDIS_SCHEMA_NAME_HEAD_H_
#define GROUPRING_REDIS_SCHEMA_NAME_HEAD_H_

#include <string>
#include <string_view>

#include "redis/model/dataset.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// The answer mode of a name whose CONFIG has no ANSWER.
inline AnswerMode DefaultAnswer(bool has_groups) {
  return has_groups ? AnswerMode::kGroupConsistentHash : AnswerMode::kRandom;
}

// The three keys are parsed together because each affects how the others are
// parsed.
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

// `before` is the name in force, or null. Its values stay in force for a key
// that could not be read and for each field that makes no sense, so that a
// typing error neither removes the names of a zone nor moves clients. With
// `groups_known` the list of groups is left empty: the caller already has one
// that was made from the same texts.
NameHead ParseNameHead(std::string_view name, const RawNameHead& raw,
                       const NameData* before, bool groups_known,
                       Complaints* complaints);

// The config of the name, given its groups, if its CONFIG had this field only.
// An empty value means that the field is missing.
NameHead ParseConfigValue(const NameData& name, ConfigField field,
                          const std::string& value, Complaints* complaints);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_NAME_HEAD_H_
