// Values as Redis holds them, the fields of a hash, and what is wrong with
// them.
#ifndef GROUPRING_REDIS_SCHEMA_RAW_VALUE_H_
#define GROUPRING_REDIS_SCHEMA_RAW_VALUE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace groupring::redis {

// What Redis said about one key.
struct RawValue {
  enum class Kind {
    kMissing,
    kWrongType,
    kDenied,    // the ACL user may not read it
    kNoTexts,   // the reply is no list of texts: it is not Redis that answers
    kTooLarge,  // it has more elements than are read, `size` of them
    kValue,
  };

  Kind kind = Kind::kMissing;
  // Of a set its members, of a hash field, value, field, value, …
  std::vector<std::string> items;
  int64_t size = 0;  // of kTooLarge

  bool has_value() const { return kind == Kind::kValue; }
  // Otherwise nothing is known of what the key holds.
  bool is_readable() const {
    return kind == Kind::kValue || kind == Kind::kMissing;
  }
  bool operator==(const RawValue&) const = default;
};

// What is wrong with a value in Redis, for a person to put right.
struct Complaint {
  std::string key;
  std::string text;  // what stands there, what was expected, what stands in

  bool operator==(const Complaint&) const = default;
};
using Complaints = std::vector<Complaint>;

// The text between quotes, cut to a bearable length, control and other
// unprintable bytes escaped: values come from anybody who may write to Redis.
std::string Quoted(std::string_view text);

// The largest values that are read, in members of a set or fields of a hash.
// Larger ones are no data for groupring, and reading them would hold up Redis
// and us.
inline constexpr int64_t kMaxGroupsOfName = 65'535;  // as many as a ring has
inline constexpr int64_t kMaxMembers = 200'000;
inline constexpr int64_t kMaxFields = 1'000;
inline constexpr int64_t kMaxAffinityEntries = 1'000'000;

// Complains if the value could not be read; says what stands in.
void CheckReadable(const std::string& key, const RawValue& value,
                   std::string_view expected_type, std::string_view stand_in,
                   Complaints* complaints);

// A whole number without sign; nothing for other text or one out of bounds.
std::optional<int64_t> ParseWholeNumber(std::string_view text, int64_t minimum,
                                        int64_t maximum);

// Finds the fields of a hash without regard to case, and complains about those
// that make no sense.
class HashFields {
 public:
  // All three outlive this object.
  HashFields(const std::string& key, const RawValue& value,
             Complaints* complaints)
      : key_(key), value_(value), complaints_(complaints) {}

  // The value, surrounding white space off; nothing when there is no such
  // field. A field of exactly this name goes before one in other case.
  std::optional<std::string_view> Find(std::string_view field) const;

  // The number in that field; `missing` if there is none. Complains of one that
  // is none of minimum … maximum: then it is `stand_in`.
  int64_t Number(std::string_view field, int64_t minimum, int64_t maximum,
                 int64_t missing, int64_t stand_in, std::string_view meaning);

  void Complain(std::string_view field, std::string_view value,
                std::string_view rest);

 private:
  const std::string& key_;
  const RawValue& value_;
  Complaints* const complaints_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_RAW_VALUE_H_
