#include "backend/control/still_out.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "backend/report/group_words.h"
#include "backend/report/table.h"
#include "redis/base/words.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using redis::AdminState;

absl::Status NotOut(const std::string& group, const std::string& why) {
  return absl::AbortedError(absl::StrFormat("not safe to upgrade: %s %s",
                                            Printable(group), Printable(why)));
}

bool BringsBack(const redis::AuditEntry& entry, const Expiry& expiry) {
  const auto kind = redis::Parse<redis::ChangeKind>(entry.what);
  if (expiry.addresses.empty()) {
    return entry.target == expiry.group &&
           (kind == redis::ChangeKind::kGroupEnable ||
            kind == redis::ChangeKind::kGroupFill);
  }
  if (kind != redis::ChangeKind::kAddressEnable) return false;
  const std::vector<std::string> words = absl::StrSplit(entry.target, ' ');
  return words[0] == expiry.group &&
         std::any_of(expiry.addresses.begin(), expiry.addresses.end(),
                     [&](const redis::AddressRange& address) {
                       return std::find(words.begin() + 1, words.end(),
                                        address.text) != words.end();
                     });
}

}  // namespace

absl::Status CheckEntries(const std::vector<redis::AuditEntry>& entries,
                          const Expiry& expiry) {
  for (const redis::AuditEntry& entry : entries) {
    if (entry.generation <= expiry.generation || !BringsBack(entry, expiry)) {
      continue;
    }
    return NotOut(expiry.group,
                  absl::StrFormat(
                      "was changed%s by %s%s: %s -> %s",
                      expiry.addresses.empty() ? "" : " (" + entry.target + ")",
                      entry.who,
                      entry.reason.empty() ? "" : " (\"" + entry.reason + "\")",
                      entry.before, entry.after));
  }
  return absl::OkStatus();
}

absl::Status CheckState(const redis::GroupState& state, const Expiry& expiry,
                        int64_t safe_from, int64_t unix_millis) {
  const bool leaves = state.state == AdminState::kDisabled ||
                      state.state == AdminState::kDraining;
  if (leaves && state.until != 0 && state.until <= safe_from) {
    return NotOut(
        expiry.group,
        absl::StrFormat("comes back at %s, before the last cached answer has "
                        "expired, at %s; give it a later --until",
                        UtcTime(state.until), UtcTime(safe_from)));
  }
  const int64_t end = state.start + state.duration;
  const bool late =
      state.state == AdminState::kDraining && end > expiry.out_from;
  if (leaves && !late) return absl::OkStatus();
  std::string words = "is " + StateWords(state, unix_millis);
  words += late ? ", now until " + UtcTime(end) : " again";
  const std::string circumstances = StateCircumstances(state, unix_millis);
  if (!circumstances.empty()) words += " (" + circumstances + ")";
  return NotOut(expiry.group, words);
}

absl::Status CheckAddresses(const redis::GroupData* group, const Expiry& expiry,
                            int64_t safe_from, int64_t unix_millis) {
  if (group == nullptr) return absl::OkStatus();
  for (const redis::AddressRange& address : expiry.addresses) {
    const auto f = static_cast<size_t>(address.family);
    if (redis::SkipList(group->addresses[f]->members()).LeavesHost(address)) {
      continue;  // it was removed
    }
    const redis::WithheldAddress* const entry =
        group->withheld[f] == nullptr
            ? nullptr
            : group->withheld[f]->Covering(address, unix_millis);
    if (entry == nullptr) {
      return NotOut(expiry.group,
                    absl::StrFormat("answers %s again", address.text));
    }
    if (entry->until != 0 && entry->until <= safe_from) {
      return NotOut(
          expiry.group,
          absl::StrFormat("answers %s again at %s, before the last cached "
                          "answer has expired, at %s; give it a later --until",
                          address.text, UtcTime(entry->until),
                          UtcTime(safe_from)));
    }
  }
  return absl::OkStatus();
}

}  // namespace groupring::backend
