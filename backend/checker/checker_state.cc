#include "backend/checker/checker_state.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "redis/base/words.h"

namespace groupring::backend {

void CountVerdicts(const std::map<CheckerState::Place, AddressDamping>& all,
                   CheckerFacts* facts) {
  facts->addresses = all.size();
  for (const auto& [place, damping] : all) {
    CheckedGroup& group = facts->groups[place.first];
    ++group.addresses;
    const auto& verdict = damping.verdict();
    if (!verdict) {
      ++facts->unknown;
      continue;
    }
    switch (verdict->verdict) {
      case redis::Verdict::kUp:
        ++facts->up;
        break;
      case redis::Verdict::kBusy:
        ++facts->busy;
        break;
      case redis::Verdict::kDraining:
        ++facts->draining;
        break;
      case redis::Verdict::kDown:
        ++facts->down;
        ++group.down;
        break;
    }
    if (const auto days = verdict->certificate_days) {
      group.certificate_days =
          std::min(group.certificate_days.value_or(*days), *days);
    }
  }
}

std::vector<std::string> NotReady(const CheckerFacts& facts) {
  std::vector<std::string> reasons;
  if (!facts.has_data) {
    reasons.emplace_back("what to check has not been read from Redis yet");
  }
  if (!facts.writes) reasons.emplace_back("Redis does not take verdicts");
  if (!facts.doubt.empty()) reasons.push_back(facts.doubt);
  return reasons;
}

std::string ReadyText(const CheckerFacts& facts) {
  return absl::StrFormat(
      "ready: checker %s, %s, %d down, %d not known yet, "
      "%s a second\n",
      facts.id,
      facts.addresses == 1 ? "1 address"
                           : absl::StrFormat("%d addresses", facts.addresses),
      facts.down, facts.unknown, Counted(facts.probes_per_second, "probe"));
}

}  // namespace groupring::backend
