#include "backend/doctor/answer_fit.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "redis/model/availability.h"
#include "redis/model/skip_list.h"

namespace groupring::backend {
namespace {

bool IsCandidate(const ExplainedFamily& explained, redis::Family family,
                 const std::string& address) {
  const auto single = redis::ParsePrefix(family, address);
  return std::any_of(explained.candidates.begin(), explained.candidates.end(),
                     [&](const std::string& candidate) {
                       if (candidate == address) return true;
                       const auto range = redis::ParseMemberIgnoringHostBits(
                           family, candidate);
                       return range && single &&
                              redis::SkipList({*range}).Covers(single->first);
                     });
}

}  // namespace

std::string SubnetText(const std::array<uint8_t, 3>& subnet) {
  return absl::StrFormat("%d.%d.%d.0/24", subnet[0], subnet[1], subnet[2]);
}

std::vector<std::string> NamesToAsk(const Snapshot& snapshot, size_t most) {
  std::vector<std::string> names;
  for (const auto& [name, owner] : *snapshot.owners) {
    if (owner->dynamic != nullptr) names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  names.resize(std::min(names.size(), most));
  return names;
}

AnswerFit FitOf(const std::optional<Explanation>& explanation,
                redis::Family family,
                const std::vector<std::string>& addresses) {
  const auto index = static_cast<size_t>(family);
  const ExplainedFamily* const explained =
      explanation.has_value() && index < explanation->families.size()
          ? &explanation->families[index]
          : nullptr;
  if (addresses.empty()) {
    return explained != nullptr && explained->service != redis::Service::kNone
               ? AnswerFit::kEmpty
               : AnswerFit::kNone;
  }
  const bool expected =
      explained != nullptr &&
      std::all_of(addresses.begin(), addresses.end(), [&](const auto& address) {
        return IsCandidate(*explained, family, address);
      });
  return expected ? AnswerFit::kExpected : AnswerFit::kForeign;
}

}  // namespace groupring::backend
