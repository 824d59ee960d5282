// Values as Redis returns them, the fields of a hash, and complaints about
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
  // The members of a set; field, value, field, value, … of a hash.
  std::vector<std::string> items;
  int64_t size = 0;  // of kTooLarge

  bool has_value() const { return kind == Kind::kValue; }
  // Whether it is known what the key holds.
  bool is_readable() const {
    return kind == Kind::kValue || kind == Kind::kMissing;
  }
  bool operator==(const RawValue&) const = default;
};

// What is wrong with a value in Redis, for a person to correct.
struct Complaint {
  std::string key;
  std::string text;  // what it holds, what was expected, what is used instead

  bool operator==(const Complaint&) const = default;
};
using Complaints = std::vector<Complaint>;

// The text in quotes, shortened if it is long, with control characters and
// unprintable bytes escaped: anybody who may write to Redis chooses the values.
std::string Quoted(std::string_view text);

// The largest values that are read, in members of a set or fields of a hash.
// Larger ones are no data for groupring, and reading them would hold up Redis
// and us.
inline constexpr int64_t kMaxGroupsOfName = 65'535;  // as many as a ring has
inline constexpr int64_t kMaxMembers = 200'000;
inline constexpr int64_t kMaxFields = 1'000;
inline constexpr int64_t kMaxAffinityEntries = 1'000'000;

// Adds a complaint if the value could not be read. `stand_in` says what is used
// instead.
void CheckReadable(const std::string& key, const RawValue& value,
                   std::string_view expected_type, std::string_view stand_in,
                   Complaints* complaints);

// A whole number without a sign; nothing for any other text or a number out of
// bounds.
std::optional<int64_t> ParseWholeNumber(std::string_view text, int64_t minimum,
                                        int64_t maximum);

// Finds the fields of a hash in any case, and complains about those that make
// no sense.
class HashFields {
 public:
  // All three must outlive this object.
  HashFields(const std::string& key, const RawValue& value,
             Complaints* complaints)
      : key_(key), value_(value), complaints_(complaints) {}

  // The value without white space around it; nothing when there is no such
  // field. A field of exactly this name is preferred to one in another case.
  std::optional<std::string_view> Find(std::string_view field) const;

  // The number in that field, or `missing` if there is no such field. A value
  // that is no number from minimum to maximum is a complaint, and `stand_in` is
  // returned.
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
