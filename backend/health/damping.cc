#include "backend/health/damping.h"

#include <algorithm>
#include <utility>

namespace groupring::backend {
namespace {

using redis::Verdict;

// One outage: it falls and rises.
constexpr size_t kOrdinaryChanges = 2;
// More of them make no difference to the factor.
constexpr size_t kMaxChanges = kOrdinaryChanges + 3;
static_assert(1U << (kMaxChanges - kOrdinaryChanges) ==
              AddressDamping::kMaxRiseFactor);

// A second failure makes a lost packet unlikely.
constexpr uint32_t kFailing = 2;

}  // namespace

AddressDamping::AddressDamping(std::string address)
    : address_(std::move(address)) {}

AddressDamping::AddressDamping(redis::AddressVerdict adopted)
    : address_(adopted.address), verdict_(std::move(adopted)) {
  // How many changes there were is not known, only that there were many.
  if (verdict_->flapping) {
    changes_.assign(kOrdinaryChanges + 1, verdict_->since_unix_millis);
  } else if (verdict_->verdict == Verdict::kDown) {
    changes_ = {verdict_->since_unix_millis};
  } else if (verdict_->was_down) {
    changes_.assign(kOrdinaryChanges, verdict_->since_unix_millis);
  }
}

void AddressDamping::Run::Add(int64_t unix_millis) {
  if (length++ == 0) since = unix_millis;
}

std::optional<int64_t> AddressDamping::failing_since(uint32_t fall) const {
  if (verdict_ && verdict_->verdict == Verdict::kDown) {
    return verdict_->since_unix_millis;
  }
  if (failures_.length >= std::min(fall, kFailing)) return failures_.since;
  return std::nullopt;
}

void AddressDamping::ForgetOldChanges(int64_t unix_millis) {
  while (!changes_.empty() &&
         changes_.front() <= unix_millis - kFlappingMillis) {
    changes_.pop_front();
  }
}

uint32_t AddressDamping::RiseFactor() const {
  return changes_.size() <= kOrdinaryChanges
             ? 1
             : 1U << (changes_.size() - kOrdinaryChanges);
}

void AddressDamping::Become(Verdict verdict, int64_t since, Doubt doubt) {
  const bool was_known = verdict_.has_value();
  const bool was_down = was_known && verdict_->verdict == Verdict::kDown;
  if (!was_known) verdict_.emplace().address = address_;
  verdict_->verdict = verdict;
  verdict_->since_unix_millis = since;
  verdict_->was_down = was_down && !fell_in_doubt_;
  const bool is_down = verdict == Verdict::kDown;
  if (was_known && was_down != is_down && doubt == Doubt::kNo &&
      !(was_down && fell_in_doubt_)) {
    changes_.push_back(since);
    if (changes_.size() > kMaxChanges) changes_.pop_front();
  }
  fell_in_doubt_ = is_down && doubt == Doubt::kYes;
}

bool AddressDamping::Judge(Verdict said, int64_t unix_millis,
                           const DampingLimits& limits, Doubt doubt) {
  if (said == Verdict::kDown) {
    signs_of_life_ = 0;
    passes_ = {};
    failures_.Add(unix_millis);
    const bool is_down = verdict_ && verdict_->verdict == Verdict::kDown;
    if (is_down || failures_.length < limits.fall) return false;
    Become(Verdict::kDown, failures_.since, doubt);
    return true;
  }
  failures_ = {};
  ++signs_of_life_;
  if (said == Verdict::kUp) {
    passes_.Add(unix_millis);
  } else {
    passes_ = {};
  }
  if (!verdict_) {
    Become(said, unix_millis, doubt);
    return true;
  }
  if (verdict_->verdict == said) return false;
  if (verdict_->verdict == Verdict::kDown) {
    if (signs_of_life_ < uint64_t{limits.rise} * RiseFactor()) {
      return false;
    }
    Become(said, said == Verdict::kUp ? passes_.since : unix_millis, doubt);
    return true;
  }
  if (said == Verdict::kUp) {
    if (passes_.length < limits.rise) return false;
    Become(said, passes_.since, doubt);
    return true;
  }
  Become(said, unix_millis, doubt);
  return true;
}

bool AddressDamping::Note(const ProbeOutcome& outcome, int64_t unix_millis,
                          const DampingLimits& limits, Doubt doubt) {
  ForgetOldChanges(unix_millis);
  const Verdict said = redis::VerdictOf(outcome.reason);
  const bool changed = Judge(said, unix_millis, limits, doubt);
  if (!verdict_) return false;
  const redis::AddressVerdict before = *verdict_;
  verdict_->flapping = RiseFactor() > 1;
  // What contradicts the verdict so far says nothing about it.
  if (verdict_->verdict == said) {
    if (changed || verdict_->reason != outcome.reason) {
      verdict_->text = outcome.text;
    }
    verdict_->reason = outcome.reason;
  }
  // A probe that ended before TLS does not unsay it.
  if (outcome.certificate_days) {
    verdict_->certificate_days = outcome.certificate_days;
  }
  return changed || *verdict_ != before;
}

}  // namespace groupring::backend
