#include "backend/checker/checker_state.h"

#include "absl/strings/str_format.h"
#include "redis/base/words.h"

namespace groupring::backend {

std::vector<std::string> NotReady(const CheckerFacts& facts) {
  std::vector<std::string> reasons;
  if (!facts.has_data) {
    reasons.push_back("what to check has not been read from Redis yet");
  }
  if (!facts.writes) reasons.push_back("Redis does not take verdicts");
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
