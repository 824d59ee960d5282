#include "redis/schema/traffic.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

namespace groupring::redis {
namespace {

constexpr char kFormat = 1;
constexpr uint64_t kSlotCount = uint64_t{1} << 20;
constexpr double kParts = 16;  // of a question

// 7 bits to a byte, the lowest first; the highest bit says that more follow.
void AppendNumber(uint64_t number, std::string* out) {
  for (; number >= 0x80; number >>= 7) {
    out->push_back(static_cast<char>(number | 0x80));
  }
  out->push_back(static_cast<char>(number));
}

uint64_t PartsOf(double questions) {
  constexpr double kMost = 1e15;
  const double parts = std::round(questions * kParts);
  return parts > 0 ? static_cast<uint64_t>(std::min(parts, kMost)) : 0;
}

void AppendQuestions(const Questions& questions, std::string* out) {
  AppendNumber(PartsOf(questions.hour), out);
  AppendNumber(PartsOf(questions.day), out);
}

class NumberReader {
 public:
  explicit NumberReader(std::string_view rest) : rest_(rest) {}

  // Nothing at the end, or for a number of more than 63 bits.
  std::optional<uint64_t> Next() {
    uint64_t number = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      if (rest_.empty()) return std::nullopt;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      number |= uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return number;
    }
    return std::nullopt;
  }

  std::optional<Questions> NextQuestions() {
    const auto hour = Next();
    const auto day = hour ? Next() : std::nullopt;
    if (!day) return std::nullopt;
    return Questions{static_cast<double>(*hour) / kParts,
                     static_cast<double>(*day) / kParts};
  }

  // 8 bytes, the highest first.
  std::optional<uint64_t> NextKey() {
    if (rest_.size() < 8) return std::nullopt;
    uint64_t key = 0;
    for (size_t i = 0; i < 8; ++i) {
      key = key << 8 | static_cast<unsigned char>(rest_[i]);
    }
    rest_.remove_prefix(8);
    return key;
  }

  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

absl::Status Malformed(const char* what) {
  return absl::InvalidArgumentError(
      absl::StrFormat("is no profile of traffic (%s); it is left out", what));
}

}  // namespace

std::string EncodeProfile(const TrafficProfile& profile) {
  std::string slots;
  uint64_t count = 0;
  uint64_t next = 0;
  for (const SlotQuestions& slot : profile.slots) {
    if (PartsOf(slot.questions.day) == 0) continue;
    AppendNumber(slot.slot - next, &slots);
    AppendQuestions(slot.questions, &slots);
    next = uint64_t{slot.slot} + 1;
    ++count;
  }
  std::string value(1, kFormat);
  AppendNumber(static_cast<uint64_t>(profile.unix_millis), &value);
  AppendQuestions(profile.others, &value);
  AppendNumber(count, &value);
  value += slots;
  AppendNumber(profile.keys.size(), &value);
  next = 0;
  for (const SlotKey& key : profile.keys) {
    AppendNumber(key.slot - next, &value);
    for (int shift = 56; shift >= 0; shift -= 8) {
      value.push_back(static_cast<char>(key.key >> shift));
    }
    next = uint64_t{key.slot} + 1;
  }
  return value;
}

absl::StatusOr<TrafficProfile> DecodeProfile(std::string_view value) {
  if (value.empty() || value.front() != kFormat) {
    return Malformed("its first byte is not 1");
  }
  NumberReader reader(value.substr(1));
  const auto time = reader.Next();
  const auto others = time ? reader.NextQuestions() : std::nullopt;
  const auto count = others ? reader.Next() : std::nullopt;
  if (!count) return Malformed("it ends too early");
  if (*count > kMostProfileSlots) return Malformed("it has too many slots");
  TrafficProfile profile;
  profile.unix_millis = static_cast<int64_t>(*time);
  profile.others = *others;
  profile.slots.reserve(*count);
  uint64_t next = 0;
  for (uint64_t i = 0; i < *count; ++i) {
    const auto gap = reader.Next();
    const auto questions = gap ? reader.NextQuestions() : std::nullopt;
    if (!questions) return Malformed("it ends too early");
    if (*gap >= kSlotCount || next + *gap >= kSlotCount) {
      return Malformed("it has a slot beyond the last");
    }
    next += *gap;
    profile.slots.push_back({static_cast<uint32_t>(next), *questions});
    ++next;
  }
  const auto keys = reader.Next();
  if (!keys) return Malformed("it ends too early");
  if (*keys > kMostProfileKeys) return Malformed("it has too many keys");
  next = 0;
  for (uint64_t i = 0; i < *keys; ++i) {
    const auto gap = reader.Next();
    const auto key = gap ? reader.NextKey() : std::nullopt;
    if (!key) return Malformed("it ends too early");
    if (*gap >= kSlotCount || next + *gap >= kSlotCount) {
      return Malformed("it has a slot beyond the last");
    }
    next += *gap;
    profile.keys.push_back({static_cast<uint32_t>(next), *key});
    ++next;
  }
  if (!reader.at_end()) return Malformed("more follows its last key");
  return profile;
}

}  // namespace groupring::redis
