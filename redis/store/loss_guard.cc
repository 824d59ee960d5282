#include "redis/store/loss_guard.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

bool LossGuard::Believes(const LossEvidence& evidence, TimePoint now) const {
  // What was read after the deletion is missing.
  if (evidence.flushed) return false;
  if (evidence.accepted) return true;
  if (evidence.names.empty()) return false;
  const bool same_names = evidence.names == names_;
  const bool settled = evidence.quiet && same_names;
  const bool long_enough = now - since_ > kMaxUnrest;
  if (!lost_all_ && evidence.of_known.names.returned > 0) {
    return settled || long_enough;
  }
  return evidence.of_known.IsHalf() && (settled || (long_enough && same_names));
}

void LossGuard::Doubt(LossEvidence evidence, TimePoint now) {
  lost_all_ = lost_all_ || evidence.of_known.names.returned == 0;
  const bool news = !evidence.quiet || evidence.names != names_;
  look_again_.reset();
  if (news && !evidence.names.empty()) look_again_ = now + kQuiet;
  names_ = std::move(evidence.names);
  returned_ = evidence.of_known;
}

std::string LostAllWords(size_t names, const DataReturned& returned) {
  const std::string what =
      names == 0
          ? "no names any more (was it emptied, is it the right "
            "database?)"
          : absl::StrFormat("%d names (is it the right database?)", names);
  return absl::StrFormat(
      "Redis holds %s: this looks like a loss and is not believed; answers go "
      "on from the %d previous names until half of them, of their groups and "
      "of the addresses are back (now %s), or until "
      "`groupring snapshot accept` says that it is meant",
      what, returned.names.known, ReturnedWords(returned));
}

std::string AcceptedWords(const Acceptance& acceptance) {
  return absl::StrFormat(
      "what Redis holds was accepted by %s%s: answering from its %d names",
      acceptance.by.empty() ? "somebody" : Quoted(acceptance.by),
      acceptance.reason.empty() ? "" : ", " + Quoted(acceptance.reason),
      acceptance.names);
}

}  // namespace groupring::redis
