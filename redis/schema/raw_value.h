// What Redis said about one key, before anybody made sense of it.
#ifndef GROUPRING_REDIS_SCHEMA_RAW_VALUE_H_
#define GROUPRING_REDIS_SCHEMA_RAW_VALUE_H_

#include <string>
#include <vector>

namespace groupring::redis {

struct RawValue {
  enum class Kind {
    kMissing,
    kWrongType,
    kDenied,  // the ACL user may not read it
    kValue,
  };

  Kind kind = Kind::kMissing;
  // Of a set its members, of a hash field, value, field, value, …
  std::vector<std::string> items;

  bool has_value() const { return kind == Kind::kValue; }
  bool operator==(const RawValue&) const = default;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_RAW_VALUE_H_
