#include "redis/store/hold_words.h"

#include "absl/strings/str_format.h"
#include "redis/schema/complaint.h"

namespace groupring::redis {

std::string LostAllWords(size_t known, size_t names) {
  const std::string what =
      names == 0 ? "no names any more (was it emptied, is it the right "
                   "database?)"
                 : absl::StrFormat(
                       "%d names, but hardly any of the known ones (is it the "
                       "right database?)",
                       names);
  return absl::StrFormat(
      "Redis holds %s: this looks like a loss and is not believed; answers go "
      "on from the %d names of before until half of them are back, or until "
      "`groupring snapshot accept` says that it is meant",
      what, known);
}

std::string AcceptedWords(const Acceptance& acceptance) {
  return absl::StrFormat(
      "what Redis holds was accepted by %s%s: answering from its %d names",
      acceptance.by.empty() ? "somebody" : Quoted(acceptance.by),
      acceptance.reason.empty() ? "" : ", " + Quoted(acceptance.reason),
      acceptance.names);
}

}  // namespace groupring::redis
