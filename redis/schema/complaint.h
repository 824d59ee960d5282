// What is wrong with a value in Redis, for a person to put right.
#ifndef GROUPRING_REDIS_SCHEMA_COMPLAINT_H_
#define GROUPRING_REDIS_SCHEMA_COMPLAINT_H_

#include <string>
#include <string_view>
#include <vector>

#include "redis/schema/raw_value.h"

namespace groupring::redis {

struct Complaint {
  std::string key;
  std::string text;  // what stands there, what was expected, what stands in

  bool operator==(const Complaint&) const = default;
};
using Complaints = std::vector<Complaint>;

// The text between quotes, cut to a bearable length, control and other
// unprintable bytes escaped: values come from anybody who may write to Redis.
std::string Quoted(std::string_view text);

// Complains if the value is of the wrong type or may not be read; says what
// stands in.
void CheckReadable(const std::string& key, const RawValue& value,
                   std::string_view expected_type, std::string_view stand_in,
                   Complaints* complaints);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_COMPLAINT_H_
