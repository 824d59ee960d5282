#include "backend/control/expiry_wait.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "backend/change/operands.h"
#include "backend/report/group_words.h"
#include "backend/report/table.h"
#include "redis/connection/connection.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using redis::AdminState;
using std::chrono::milliseconds;

// How soon a change made with redis-cli is noticed.
constexpr milliseconds kLook{2000};

// What commands have done between the change and the first look.
constexpr size_t kAuditLooked = 50;

constexpr milliseconds kRetry{500};

absl::Status NotOut(const std::string& group, const std::string& why) {
  return absl::AbortedError(absl::StrFormat("not safe to upgrade: %s %s",
                                            Printable(group), Printable(why)));
}

bool BringsBack(const redis::AuditEntry& entry) {
  const auto kind = redis::Parse<redis::ChangeKind>(entry.what);
  return kind == redis::ChangeKind::kGroupEnable ||
         kind == redis::ChangeKind::kGroupFill;
}

// Whether a command has brought the group back, or is about to, even if
// another one has taken it out again since: clients were told of it.
absl::Status CheckEntries(const std::vector<redis::AuditEntry>& entries,
                          const Expiry& expiry) {
  for (const redis::AuditEntry& entry : entries) {
    if (entry.generation <= expiry.generation || entry.target != expiry.group ||
        !BringsBack(entry)) {
      continue;
    }
    return NotOut(expiry.group,
                  absl::StrFormat(
                      "was changed by %s%s: %s -> %s", entry.who,
                      entry.reason.empty() ? "" : " (\"" + entry.reason + "\")",
                      entry.before, entry.after));
  }
  return absl::OkStatus();
}

// Whether the state, whoever wrote it, leaves the group out as planned.
absl::Status CheckState(const redis::GroupState& state, const Expiry& expiry,
                        int64_t unix_millis) {
  const bool leaves = state.state == AdminState::kDisabled ||
                      state.state == AdminState::kDraining;
  if (leaves && state.until != 0 && state.until <= expiry.safe_from) {
    return NotOut(
        expiry.group,
        absl::StrFormat("comes back at %s, before the last cached answer has "
                        "expired, at %s; give it a later --until",
                        UtcTime(state.until), UtcTime(expiry.safe_from)));
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

absl::Status Look(const Expiry& expiry, ControlStore* store,
                  const Clock* clock) {
  const auto state = store->State(expiry.group);
  if (!state.ok()) return state.status();
  return CheckState(*state, expiry, clock->UnixMillis());
}

}  // namespace

absl::Status WaitForExpiry(const Expiry& expiry, milliseconds patience,
                           ControlStore* store, const Clock* clock,
                           const Pause& pause, const News& news) {
  const auto left = [&] {
    return milliseconds(expiry.safe_from * 1000 - clock->UnixMillis());
  };
  auto entries = store->Audit(kAuditLooked);
  std::string last = "0-0";
  bool away = false;
  for (bool first = true;; first = false) {
    absl::Status status = entries.status();
    if (status.ok()) {
      if (!entries->empty()) last = entries->back().id;
      status = CheckEntries(*entries, expiry);
    }
    if (status.ok()) status = Look(expiry, store, clock);
    if (redis::IsConnectionLost(status)) {
      if (left() < -patience) {
        return absl::UnavailableError(absl::StrFormat(
            "not known to be safe to upgrade: whether %s is still out cannot "
            "be seen; %s",
            Printable(expiry.group), std::string(status.message())));
      }
      if (!away) news("waiting for Redis: " + std::string(status.message()));
      pause(kRetry);
    } else if (!status.ok() || left().count() <= 0) {
      return status;
    } else if (first) {
      news(absl::StrFormat(
          "waiting until %s, in %s, for the last cached answer to expire",
          UtcTime(expiry.safe_from),
          DurationText(expiry.safe_from - clock->UnixMillis() / 1000)));
    }
    away = redis::IsConnectionLost(status);
    entries =
        store->AuditAfter(last, std::clamp(left(), milliseconds(1), kLook));
  }
}

}  // namespace groupring::backend
