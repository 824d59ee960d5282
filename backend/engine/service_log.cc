#include "backend/engine/service_log.h"

#include <optional>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/group_report.h"
#include "backend/report/group_words.h"
#include "backend/report/outlook_report.h"
#include "backend/resolver/outlook.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

// The stage of a ramp, without how far it has come: that changes all the time.
std::string StageWords(const GroupReport& group) {
  const redis::Intent& intent = group.intent;
  switch (intent.admin) {
    case redis::AdminState::kEnabled:
      return "in service";
    case redis::AdminState::kDisabled:
      return "DISABLED";
    case redis::AdminState::kDraining:
      return intent.kept_share == 0 ? "DRAINED" : "DRAINING";
    case redis::AdminState::kFilling:
      return intent.IsWhole() ? "in service" : "FILLING";
  }
  return "in service";
}

// "" for a group that is wholly in service.
std::string OutOf(const GroupReport& group) {
  std::vector<std::string> parts;
  if (!group.intent.IsWhole()) {
    std::string words = StageWords(group);
    const std::string circumstances =
        StateCircumstances(group.state, group.intent);
    if (!circumstances.empty()) words += " (" + circumstances + ")";
    parts.push_back(std::move(words));
  }
  std::string weightless = WeightlessWords(group);
  if (!weightless.empty()) parts.push_back(std::move(weightless));
  return absl::StrJoin(parts, "; ");
}

}  // namespace

void ServiceLog::Look(const Snapshot& snapshot, int64_t unix_millis) {
  now_ = unix_millis;
  LookAtGroups(snapshot, unix_millis);
  LookAtAddresses(snapshot, unix_millis);
  LookAtNames(snapshot, unix_millis);
}

void ServiceLog::LookAtHealth(const std::vector<HealthTrouble>& troubles) {
  std::set<std::pair<HealthTroubleKind, std::string>> now;
  for (const HealthTrouble& trouble : troubles) {
    if (!health_.contains({trouble.kind, trouble.checker})) {
      Say(Severity::kWarning, "health: " + trouble.text);
    }
    now.insert({trouble.kind, trouble.checker});
  }
  if (now.empty() && !health_.empty()) {
    Say(Severity::kInfo, "health: nothing is wrong any more");
  }
  health_ = std::move(now);
}

void ServiceLog::LookAtGroups(const Snapshot& snapshot, int64_t unix_millis) {
  Lines out;
  for (const GroupReport& group : ReportGroups(snapshot, unix_millis)) {
    std::string words = OutOf(group);
    if (!words.empty()) out.emplace(group.group, std::move(words));
  }
  size_t lines = 0;
  const auto say = [&](const std::string& group, const std::string& words) {
    if (++lines <= kMaxLinesPerLook) {
      Say(Severity::kInfo, "group " + group + " is " + words);
    }
  };
  for (const auto& [group, words] : out) {
    const auto before = groups_.find(group);
    if (before == groups_.end()) {
      say(group, "out of service: " + words);
    } else if (before->second != words) {
      say(group, "out of service: " + words + "; it was " + before->second);
    }
  }
  for (const auto& [group, words] : groups_) {
    if (!out.contains(group)) {
      say(group, "in service again, or on no name; it was " + words);
    }
  }
  if (lines > kMaxLinesPerLook) {
    Say(Severity::kInfo, absl::StrFormat("%d more groups have changed",
                                         lines - kMaxLinesPerLook));
  }
  groups_ = std::move(out);
}

void ServiceLog::LookAtAddresses(const Snapshot& snapshot,
                                 int64_t unix_millis) {
  Lines out;
  for (const auto& view : snapshot.rings) {
    for (const auto& group : view->groups) {
      for (const DisabledAddress& one : DisabledOf(*group, unix_millis)) {
        const std::string why = DisabledCircumstances(one.entry);
        out.emplace(one.entry.range.text + " of " + group->name,
                    std::string(WithheldWord(one.entry.cause)) +
                        (why.empty() ? "" : " (" + why + ")"));
      }
    }
  }
  size_t lines = 0;
  const auto say = [&](const std::string& address, const std::string& words) {
    if (++lines <= kMaxLinesPerLook) {
      Say(Severity::kInfo, "address " + address + " is " + words);
    }
  };
  for (const auto& [address, why] : out) {
    const auto before = addresses_.find(address);
    if (before != addresses_.end() && before->second == why) continue;
    say(address, why);
  }
  for (const auto& [address, why] : addresses_) {
    if (!out.contains(address))
      say(address, "no longer " + why.substr(0, why.find(' ')));
  }
  if (lines > kMaxLinesPerLook) {
    Say(Severity::kInfo, absl::StrFormat("%d more addresses have changed",
                                         lines - kMaxLinesPerLook));
  }
  addresses_ = std::move(out);
}

void ServiceLog::LookAtNames(const Snapshot& snapshot, int64_t unix_millis) {
  Lines wrong;
  ForEachTrouble(
      snapshot, unix_millis, [&](const Owner& owner, const Outlook& outlook) {
        if (const auto one = OutlookProblem(owner, outlook)) {
          wrong.emplace(owner.name, one->message + "; " + one->advice);
        }
      });
  size_t lines = 0;
  size_t settled = 0;
  for (const auto& [name, words] : wrong) {
    const auto before = names_.find(name);
    if (before != names_.end() && before->second == words) continue;
    if (++lines > kMaxLinesPerLook) continue;
    Say(Severity::kWarning, absl::StrFormat("%s %s", name, words));
  }
  if (lines > kMaxLinesPerLook) {
    Say(Severity::kWarning,
        absl::StrFormat("%d more names are not answered from what is in "
                        "service (`groupring status` lists them)",
                        lines - kMaxLinesPerLook));
  }
  for (const auto& [name, words] : names_) {
    if (wrong.contains(name)) continue;
    if (++settled > kMaxLinesPerLook) continue;
    Say(Severity::kInfo,
        name + (snapshot.FindDynamic(name) == nullptr
                    ? " is not answered dynamically any more"
                    : " is answered from what is in service again"));
  }
  if (settled > kMaxLinesPerLook) {
    Say(Severity::kInfo,
        absl::StrFormat("so are %d more names", settled - kMaxLinesPerLook));
  }
  names_ = std::move(wrong);
}

void ServiceLog::Say(Severity severity, const std::string& line) {
  constexpr int64_t kMinute = 60'000;
  if (now_ - minute_start_ >= kMinute || now_ < minute_start_) {
    minute_start_ = now_;
    lines_this_minute_ = 0;
  }
  ++lines_this_minute_;
  if (lines_this_minute_ < kMaxLinesPerMinute) {
    log_(severity, Printable(line));
  } else if (lines_this_minute_ == kMaxLinesPerMinute) {
    log_(Severity::kWarning,
         "groups and names change often; the rest of this minute's changes are "
         "not logged");
  }
}

}  // namespace groupring::backend
