#include "backend/report/group_shares.h"

#include <algorithm>
#include <vector>

#include "backend/clients/question_shares.h"
#include "backend/report/group_words.h"
#include "backend/resolver/group_choice.h"
#include "hashing/shares.h"

namespace groupring::backend {
namespace {

void AddTo(std::optional<Extent>* extent, double ratio) {
  if (!extent->has_value()) extent->emplace();
  (*extent)->Add(ratio);
}

}  // namespace

void Extent::Add(double ratio) {
  least = std::min(least, ratio);
  most = std::max(most, ratio);
}

std::map<std::string, GroupShares> CountShares(
    const Snapshot& snapshot, int64_t unix_millis,
    const redis::Measured* measured) {
  std::map<std::string, GroupShares> shares;
  const redis::TrafficProfile* const traffic =
      measured == nullptr ? nullptr : &measured->traffic;
  if (measured != nullptr) {
    for (const auto& [group, load] : measured->loads) shares[group].load = load;
  }
  if (snapshot.rings.size() > kMaxReportedRings) return shares;
  std::vector<float> questions;
  if (traffic != nullptr && !traffic->empty()) {
    questions = QuestionsOfSlots(*traffic, QuestionSpan::kDay);
  }
  for (const auto& view : snapshot.rings) {
    const hashing::RingState state = ServiceState(*view, unix_millis);
    for (const auto& [group, slots] : hashing::SharesOf(state)) {
      AddTo(&shares[group].clients,
            static_cast<double>(slots) / hashing::kSlots);
    }
    if (questions.empty()) continue;
    for (const auto& [group, ratio] : QuestionSharesOf(state, questions)) {
      AddTo(&shares[group].questions, ratio);
    }
  }
  return shares;
}

std::string ExtentText(const std::optional<Extent>& extent) {
  if (!extent) return "";
  const std::string least = Percent(extent->least);
  const std::string most = Percent(extent->most);
  return least == most ? least : least + "-" + most;
}

}  // namespace groupring::backend
