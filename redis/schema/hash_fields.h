// The fields of a Redis hash, found without regard to case.
#ifndef GROUPRING_REDIS_SCHEMA_HASH_FIELDS_H_
#define GROUPRING_REDIS_SCHEMA_HASH_FIELDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "redis/schema/complaint.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// A whole number without sign; nothing for other text or one out of bounds.
std::optional<int64_t> ParseWholeNumber(std::string_view text, int64_t minimum,
                                        int64_t maximum);

// Reads fields and complains about those that make no sense.
class HashFields {
 public:
  // All three outlive this object.
  HashFields(const std::string& key, const RawValue& value,
             Complaints* complaints)
      : key_(key), value_(value), complaints_(complaints) {}

  // The value, surrounding white space off; nothing when there is no such
  // field. A field of exactly this name goes before one in other case.
  std::optional<std::string_view> Find(std::string_view field) const;

  // The number in that field, or `stand_in` if it is missing or none of
  // minimum … maximum (then it complains, too).
  int64_t Number(std::string_view field, int64_t minimum, int64_t maximum,
                 int64_t stand_in, std::string_view meaning);

  void Complain(std::string_view field, std::string_view value,
                std::string_view rest);

 private:
  const std::string& key_;
  const RawValue& value_;
  Complaints* const complaints_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_HASH_FIELDS_H_
