// Values as Redis would hold them, and what is said about them.
#ifndef GROUPRING_TESTS_REDIS_SCHEMA_RAW_VALUES_H_
#define GROUPRING_TESTS_REDIS_SCHEMA_RAW_VALUES_H_

#include <string>
#include <utility>
#include <vector>

#include "redis/schema/raw_value.h"

namespace groupring::redis {

// The fields of a hash and their values in turn, or the members of a set.
inline RawValue Holding(std::vector<std::string> items) {
  return {RawValue::Kind::kValue, std::move(items)};
}
inline RawValue OfWrongType() { return {RawValue::Kind::kWrongType, {}}; }
inline RawValue Denied() { return {RawValue::Kind::kDenied, {}}; }

// "<key>: <what is wrong>" of each.
inline std::vector<std::string> Lines(const Complaints& complaints) {
  std::vector<std::string> lines;
  for (const Complaint& complaint : complaints) {
    lines.push_back(complaint.key + ": " + complaint.text);
  }
  return lines;
}

inline constexpr char kDeniedText[] =
    "Redis does not let this user read it (NOPERM): grant the rights of "
    "its role in pdns-config/redis-acl.conf; ";

}  // namespace groupring::redis

#endif  // GROUPRING_TESTS_REDIS_SCHEMA_RAW_VALUES_H_
