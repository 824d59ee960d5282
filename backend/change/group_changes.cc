#include "backend/change/group_changes.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "backend/change/find.h"
#include "backend/change/operands.h"
#include "redis/base/random.h"
#include "redis/base/words.h"
#include "redis/model/availability.h"

namespace groupring::backend {
namespace {

using redis::AdminState;
using redis::ChangeKind;
using redis::Dataset;
using redis::GroupData;
using redis::GroupState;

Change Start(const GroupData& group, ChangeKind kind,
             const Occasion& occasion) {
  Change change;
  change.kind = kind;
  change.group = group.name;
  change.before = GroupNow{group.state, occasion.unix_millis};
  change.about.groups = {group.name};
  return change;
}

// The change that gives the group this state. `same`: the group is in it
// already, and who, why or until when changes; a reason and a beginning that
// are not given again are kept.
Change ToState(const GroupData& group, ChangeKind kind, GroupState state,
               bool same, const Occasion& occasion) {
  state.by = occasion.who;
  state.reason = occasion.reason;
  state.since = occasion.unix_seconds();
  if (same && state.reason.empty()) state.reason = group.state.reason;
  if (same && group.state.since != 0) state.since = group.state.since;

  Change change = Start(group, kind, occasion);
  change.after = GroupToBe{state};
  change.writes = {redis::SetGroupState{group.name, state}};
  if (state.state == AdminState::kDraining ||
      state.state == AdminState::kFilling) {
    change.settled_unix_seconds = state.start + state.duration;
    GroupState settled;
    settled.state = state.state == AdminState::kDraining ? AdminState::kDisabled
                                                         : AdminState::kEnabled;
    change.settled = {redis::SetGroupState{group.name, settled}};
  }
  if (state.state == AdminState::kDisabled ||
      state.state == AdminState::kDraining) {
    change.leaving_group = group.name;
  } else if (group.addresses[0]->empty() && group.addresses[1]->empty()) {
    change.remarks.push_back({RemarkKind::kAnswersNobody});
  }
  return change;
}

void RemarkOnNames(const Dataset& dataset, Change* change) {
  if (IsOnName(dataset, change->group)) return;
  change->remarks.push_back({RemarkKind::kOnNoName});
}

Change Nothing(const GroupData& group, ChangeKind kind,
               const Occasion& occasion) {
  Change change = Start(group, kind, occasion);
  change.after = change.before;
  change.remarks.push_back({RemarkKind::kStateAlready});
  return change;
}

// Whether the occasion changes the end or the reason. A reason that is not
// given is kept. An end that is not given is removed: the group stays out.
bool SaysMore(const GroupState& state, int64_t until,
              const Occasion& occasion) {
  return until != state.until ||
         (!occasion.reason.empty() && occasion.reason != state.reason);
}

// The start that a ramp of that duration must have to be at `progress` now.
// Rounded so that the ramp is rather further on: no client moves back.
int64_t StartAt(uint64_t progress, int64_t duration, int64_t unix_millis) {
  const Uint128 whole = redis::kWholeShare;
  const Uint128 product =
      static_cast<Uint128>(progress) * static_cast<Uint128>(duration) * 1000;
  const auto gone = static_cast<int64_t>((product + whole - 1) / whole);
  return (unix_millis - gone) / 1000;
}

struct Ramp {
  ChangeKind kind;
  AdminState state;
};

absl::StatusOr<Change> StartRamp(const Dataset& dataset,
                                 const std::string& name, const Ramp& ramp,
                                 std::string_view over_text,
                                 std::string_view until_text,
                                 const Occasion& occasion) {
  const auto found = FindGroup(dataset, name);
  if (!found.ok()) return found.status();
  const GroupData& group = **found;
  const auto over = ParseDuration(over_text, "--over");
  if (!over.ok()) return over.status();
  const auto until = ParseUntil(until_text, occasion.unix_seconds());
  if (!until.ok()) return until.status();

  const int64_t now = occasion.unix_millis;
  const bool draining = ramp.state == AdminState::kDraining;
  const uint64_t kept = RetainedShare(group.state, now);
  const uint64_t progress = draining ? redis::kWholeShare - kept : kept;
  if (progress == redis::kWholeShare) {
    Change nothing = Nothing(group, ramp.kind, occasion);
    // A drain does not change when a group that is out comes back.
    if (draining && group.state.until != *until) {
      nothing.remarks.push_back({RemarkKind::kDisableSaysMore});
    }
    if (draining) nothing.leaving_group = name;
    return nothing;
  }
  const bool same_ramp =
      group.state.state == ramp.state &&
      redis::IntentOf(group.state, now).admin != AdminState::kEnabled &&
      group.state.duration == *over &&
      group.state.start <= occasion.unix_seconds();
  if (same_ramp && !SaysMore(group.state, *until, occasion)) {
    Change nothing = Nothing(group, ramp.kind, occasion);
    nothing.settled_unix_seconds = group.state.start + group.state.duration;
    nothing.remarks.push_back({RemarkKind::kRampEnds});
    if (draining) nothing.leaving_group = name;
    return nothing;
  }

  GroupState state;
  state.state = ramp.state;
  state.duration = *over;
  state.start = same_ramp ? group.state.start : StartAt(progress, *over, now);
  state.until = *until;
  const int64_t end = state.start + state.duration;
  if (state.until != 0 && state.until < end) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--until %s is before the end of the ramp, %s; expected a later time "
        "or a shorter --over",
        UtcTime(state.until), UtcTime(end)));
  }
  Change change = ToState(group, ramp.kind, state, same_ramp, occasion);
  RemarkOnNames(dataset, &change);
  if (progress > 0) {
    Remark remark{RemarkKind::kRampGoesOn};
    remark.ratio =
        static_cast<double>(progress) / static_cast<double>(redis::kWholeShare);
    change.remarks.push_back(std::move(remark));
  }
  return change;
}

}  // namespace

absl::StatusOr<Change> DisableGroup(const Dataset& dataset,
                                    const std::string& name,
                                    std::string_view until_text,
                                    const Occasion& occasion) {
  const auto found = FindGroup(dataset, name);
  if (!found.ok()) return found.status();
  const GroupData& group = **found;
  const auto until = ParseUntil(until_text, occasion.unix_seconds());
  if (!until.ok()) return until.status();

  const bool same = redis::IntentOf(group.state, occasion.unix_millis).admin ==
                    AdminState::kDisabled;
  if (same && !SaysMore(group.state, *until, occasion)) {
    Change nothing = Nothing(group, ChangeKind::kGroupDisable, occasion);
    nothing.leaving_group = name;
    return nothing;
  }
  GroupState state;
  state.state = AdminState::kDisabled;
  state.until = *until;
  Change change =
      ToState(group, ChangeKind::kGroupDisable, state, same, occasion);
  RemarkOnNames(dataset, &change);
  return change;
}

absl::StatusOr<Change> EnableGroup(const Dataset& dataset,
                                   const std::string& name,
                                   const Occasion& occasion) {
  const auto found = FindGroup(dataset, name);
  if (!found.ok()) return found.status();
  const GroupData& group = **found;
  // A fill that is complete and a state whose end has passed count as enabled.
  const int64_t now = occasion.unix_millis;
  if (redis::IntentOf(group.state, now).IsWhole()) {
    return Nothing(group, ChangeKind::kGroupEnable, occasion);
  }
  Change change =
      ToState(group, ChangeKind::kGroupEnable, GroupState(), false, occasion);
  RemarkOnNames(dataset, &change);
  return change;
}

absl::StatusOr<Change> DrainGroup(const Dataset& dataset,
                                  const std::string& group,
                                  std::string_view over, std::string_view until,
                                  const Occasion& occasion) {
  return StartRamp(dataset, group,
                   {ChangeKind::kGroupDrain, AdminState::kDraining}, over,
                   until, occasion);
}

absl::StatusOr<Change> FillGroup(const Dataset& dataset,
                                 const std::string& group,
                                 std::string_view over, std::string_view until,
                                 const Occasion& occasion) {
  return StartRamp(dataset, group,
                   {ChangeKind::kGroupFill, AdminState::kFilling}, over, until,
                   occasion);
}

}  // namespace groupring::backend
