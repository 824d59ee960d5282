// What was read from Redis in one go, before it was made sense of.
#ifndef GROUPRING_REDIS_STORE_READING_H_
#define GROUPRING_REDIS_STORE_READING_H_

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "redis/model/address.h"
#include "redis/schema/name_head.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// Parts that were not read are left empty.
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
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_READING_H_
