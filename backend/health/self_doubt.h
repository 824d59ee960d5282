// Whether a checker doubts itself: whether it is more likely to be cut off than
// all that it probes is to be down.
//
//   references  more than half of them fail  → until at most half do
//   addresses   of at least ten that were not down, more than 80 % fail, all
//               since less than INTERVAL × FALL (and TIMEOUT)
//                                            → until at most half of them do
//
// What had been down for longer proves nothing and is left out.
#ifndef GROUPRING_BACKEND_HEALTH_SELF_DOUBT_H_
#define GROUPRING_BACKEND_HEALTH_SELF_DOUBT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace groupring::backend {

// One address that is probed. Times are unix milliseconds.
struct ProbedAddress {
  std::optional<int64_t> failing_since;
  int64_t window_millis = 0;  // INTERVAL × FALL + TIMEOUT
};

enum class DoubtReason : uint8_t {
  kNone,
  kReferences,
  kManyAtOnce,
};

class SelfDoubt {
 public:
  static constexpr size_t kLeastAddresses = 10;
  static constexpr size_t kManyPercent = 80;

  // `doubted`: the previous process doubted itself when it ended. Then every
  // address that fails now counts as a reason.
  explicit SelfDoubt(bool doubted = false) : many_at_once_(doubted) {}

  // Judges again. Call it at least once a second, and before verdicts are
  // published, because only Judge takes in new failures.
  void Judge(size_t references, size_t failing_references,
             std::span<const ProbedAddress> addresses, int64_t unix_millis);

  DoubtReason reason() const;
  bool doubts() const { return reason() != DoubtReason::kNone; }

  // Of the last Judge: how many addresses were compared, and how many of them
  // fail.
  size_t compared() const { return compared_; }
  size_t failing() const { return failing_; }

 private:
  bool references_ = false;
  bool many_at_once_;
  // Addresses that failed before this time were down already. nullopt: not
  // known.
  std::optional<int64_t> many_since_;
  size_t compared_ = 0;
  size_t failing_ = 0;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_SELF_DOUBT_H_
