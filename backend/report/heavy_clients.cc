#include "backend/report/heavy_clients.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/clients/asker_text.h"
#include "backend/clients/question_shares.h"
#include "backend/report/group_shares.h"
#include "backend/report/group_words.h"
#include "backend/resolver/group_choice.h"
#include "hashing/label_key.h"
#include "hashing/shares.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

struct Heavy {
  uint64_t key = 0;
  double share = 0;  // of the group's questions
};

std::string Advice(const Snapshot& snapshot, uint64_t key) {
  const auto entries =
      snapshot.affinity == nullptr ? nullptr : snapshot.affinity->entries();
  const redis::AffinityLabel* const label = LabelOfKey(key, entries.get());
  if (label == nullptr) {
    return "it is one client to the ring, so weights do not help: give it a "
           "name or a group of its own, or let resolvers in it send ECS";
  }
  const uint32_t more =
      std::min<uint32_t>(redis::kMaxLabelParts, std::max(4U, 2 * label->parts));
  return absl::StrFormat(
      "it is one client to the ring for each of its keys: spread its networks "
      "over more keys (label %s/%d in groupring:affinity, at the cost of "
      "clients that change networks), or give it a group of its own",
      Printable(label->name), more);
}

}  // namespace

Diagnostics HeavyClients(const Snapshot& snapshot,
                         const redis::TrafficProfile& traffic,
                         int64_t unix_millis, double most_share) {
  Diagnostics found;
  if (traffic.keys.empty() || snapshot.rings.size() > kMaxReportedRings) {
    return found;
  }
  double all = traffic.others.day;
  for (const redis::SlotQuestions& slot : traffic.slots) {
    all += slot.questions.day;
  }
  const std::vector<float> questions =
      QuestionsOfSlots(traffic, QuestionSpan::kDay);
  std::map<std::string, Heavy> of_group;
  for (const auto& view : snapshot.rings) {
    // A single group has all clients whatever they ask.
    if (view->ring->size() < 2) continue;
    const hashing::RingState state = ServiceState(*view, unix_millis);
    const std::vector<uint16_t> owners = hashing::OwnersOf(state);
    std::vector<double> sums(size_t{hashing::kNobody} + 1);
    for (size_t slot = 0; slot < owners.size(); ++slot) {
      sums[owners[slot]] += static_cast<double>(questions[slot]);
    }
    for (const redis::SlotKey& key : traffic.keys) {
      const uint16_t owner = owners[key.slot];
      if (owner == hashing::kNobody ||
          sums[owner] * all < kLeastQuestionsOfGroup) {
        continue;
      }
      const double share =
          static_cast<double>(questions[key.slot]) / sums[owner];
      Heavy& heaviest = of_group[view->ring->name(owner)];
      if (share > heaviest.share) heaviest = {key.key, share};
    }
  }
  for (const auto& [group, heavy] : of_group) {
    if (heavy.share <= most_share) continue;
    const auto entries =
        snapshot.affinity == nullptr ? nullptr : snapshot.affinity->entries();
    found.push_back({Severity::kWarning, DiagnosticCode::kHeavyClient, group,
                     absl::StrFormat("gets %s of its questions from %s alone",
                                     Percent(heavy.share),
                                     AskerText(heavy.key, entries.get())),
                     Advice(snapshot, heavy.key)});
  }
  return found;
}

}  // namespace groupring::backend
