// From what single probes say of an address to the checker's verdict on it.
//
//   probes that fail, FALL in a row         → down, since the first of them
//   a probe that passes, of a new address   → up at once
//   probes that do not fail, RISE in a row  → no longer down; likewise back to
//                                             up from busy or draining
//   busy or draining                        → at once, unless it is down
//
// A change is one to down, or away from it. The first outage within ten minutes
// is an ordinary one. Each change after it doubles RISE, up to 8 times as many
// probes, and the address counts as flapping.
#ifndef GROUPRING_BACKEND_HEALTH_DAMPING_H_
#define GROUPRING_BACKEND_HEALTH_DAMPING_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "redis/model/verdict.h"

namespace groupring::backend {

// What one probe, or all probes of a check, said.
struct ProbeOutcome {
  redis::VerdictReason reason = redis::VerdictReason::kOk;
  std::string text;
  std::optional<int> certificate_days;
};

struct DampingLimits {
  uint32_t rise = 2;
  uint32_t fall = 3;
};

// Whether the checker doubts itself. An address that falls while it does was
// not really down, so its return is no change either.
enum class Doubt : uint8_t { kNo, kYes };

// One address as one checker sees it. Not thread-safe. Times are unix
// milliseconds of Redis' time; a time may be before the last one.
class AddressDamping {
 public:
  static constexpr int64_t kFlappingMillis = 10 * 60 * 1000;
  static constexpr uint32_t kMaxRiseFactor = 8;

  explicit AddressDamping(std::string address);
  // Goes on from a verdict of the process before.
  explicit AddressDamping(redis::AddressVerdict adopted);

  // Takes in what was found by a probe that began at `unix_millis`. Returns
  // whether the verdict has changed in more than its text, so that it has to be
  // published.
  bool Note(const ProbeOutcome& outcome, int64_t unix_millis,
            const DampingLimits& limits, Doubt doubt = Doubt::kNo);

  // Nothing: it is not known yet.
  const std::optional<redis::AddressVerdict>& verdict() const {
    return verdict_;
  }

  // Since when it fails: it is down, or the last two probes failed (the last,
  // where `fall` is 1), which is not enough for a verdict.
  std::optional<int64_t> failing_since(uint32_t fall) const;

 private:
  // Probes in a row that say the same.
  struct Run {
    uint32_t length = 0;
    int64_t since = 0;

    void Add(int64_t unix_millis);
  };

  void ForgetOldChanges(int64_t unix_millis);
  uint32_t RiseFactor() const;
  // Whether it changed the verdict.
  bool Judge(redis::Verdict said, int64_t unix_millis,
             const DampingLimits& limits, Doubt doubt);
  void Become(redis::Verdict verdict, int64_t since, Doubt doubt);

  const std::string address_;
  std::optional<redis::AddressVerdict> verdict_;
  Run failures_;
  uint32_t signs_of_life_ = 0;  // in a row: anything but a failure
  Run passes_;
  bool fell_in_doubt_ = false;
  std::deque<int64_t> changes_;  // the newest last
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_DAMPING_H_
