#include "backend/report/group_report.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/clients/question_shares.h"
#include "backend/report/group_words.h"
#include "backend/resolver/group_choice.h"
#include "hashing/shares.h"
#include "redis/base/words.h"

namespace groupring::backend {
namespace {

using redis::kFamilies;

void AddDisabled(const redis::GroupData& group, int64_t unix_millis,
                 GroupReport* report) {
  report->disabled = DisabledOf(group, unix_millis);
  if (report->disabled.empty()) return;
  for (size_t f = 0; f < kFamilies; ++f) {
    if (group.withheld[f] == nullptr) continue;
    for (const redis::AddressRange& member : group.addresses[f]->members()) {
      if (!group.withheld[f]->list().LeavesHost(member, unix_millis)) {
        ++report->members_disabled[f];
      }
    }
  }
  const bool by_health = std::any_of(
      report->disabled.begin(), report->disabled.end(), [](const auto& one) {
        return one.entry.cause != redis::WithheldCause::kOperator;
      });
  bool all = true;
  for (size_t f = 0; f < kFamilies; ++f) {
    all = all &&
          report->members_disabled[f] == group.addresses[f]->members().size();
  }
  report->is_down = by_health && all && report->intent.IsWhole();
}

GroupReport Describe(const redis::GroupData& group, int64_t unix_millis) {
  GroupReport report;
  report.group = group.name;
  report.state = StateAt(group, unix_millis);
  report.intent = IntentOf(group, unix_millis);
  for (size_t f = 0; f < kFamilies; ++f) {
    report.addresses[f] = group.addresses[f];
    if (group.addresses[f]->empty() && group.last_good[f] != nullptr &&
        !group.last_good[f]->empty()) {
      report.last_good[f] = group.last_good[f];
    }
  }
  AddDisabled(group, unix_millis, &report);
  return report;
}

// Of a ring with `names` names.
void AddRing(uint32_t ring, uint32_t weight, size_t names,
             std::string_view first_name, GroupReport* group) {
  group->rings.push_back({ring, weight});
  if (names == 0) return;
  const bool is_first = group->name_count == 0;
  group->least_weight =
      is_first ? weight : std::min(group->least_weight, weight);
  group->most_weight = std::max(group->most_weight, weight);
  group->name_count += names;
  if (weight > 0) return;
  if (group->weightless_names == 0 || first_name < group->weightless_name) {
    group->weightless_name = first_name;
  }
  group->weightless_names += names;
}

}  // namespace

GroupDirectory::GroupDirectory(const Snapshot& snapshot, int64_t unix_millis)
    : snapshot_(snapshot), is_sorted_(snapshot.rings.size()) {
  std::vector<size_t> counts(snapshot.rings.size());
  for (const auto& [of, members] : *snapshot.classes) {
    if (of.ring != kNoRing) counts[of.ring] += members.names;
  }
  std::map<std::string_view, GroupReport> groups;
  for (size_t r = 0; r < snapshot.rings.size(); ++r) {
    const RingView& view = *snapshot.rings[r];
    std::string_view first;
    if (view.groups.size() > view.ring->size() && counts[r] > 0) {
      const Names& names = NamesOfRings()[r];
      first = *std::min_element(names.begin(), names.end());
    }
    for (size_t i = 0; i < view.groups.size(); ++i) {
      const redis::GroupData& group = *view.groups[i];
      const uint32_t weight = i < view.ring->size() ? view.ring->weight(i) : 0;
      auto [it, is_new] = groups.try_emplace(group.name, GroupReport());
      if (is_new) it->second = Describe(group, unix_millis);
      AddRing(static_cast<uint32_t>(r), weight, counts[r], first, &it->second);
    }
  }
  groups_.reserve(groups.size());
  for (auto& [name, group] : groups) groups_.push_back(std::move(group));
}

std::vector<GroupDirectory::Names>& GroupDirectory::NamesOfRings() {
  if (!names_of_ring_.empty()) return names_of_ring_;
  names_of_ring_.resize(snapshot_.rings.size());
  for (const auto& [name, owner] : *snapshot_.owners) {
    if (owner->dynamic != nullptr && owner->dynamic->ring != kNoRing) {
      names_of_ring_[owner->dynamic->ring].push_back(owner->name);
    }
  }
  return names_of_ring_;
}

const GroupReport* GroupDirectory::Find(std::string_view group) const {
  const auto found = std::lower_bound(
      groups_.begin(), groups_.end(), group,
      [](const GroupReport& a, std::string_view b) { return a.group < b; });
  return found == groups_.end() || found->group != group ? nullptr : &*found;
}

GroupReport GroupDirectory::WithNames(const GroupReport& group,
                                      const ListPart& part) {
  GroupReport report = group;
  size_t behind = 0;
  for (const GroupOnRing& on : group.rings) {
    Names& names = NamesOfRings()[on.ring];
    if (!is_sorted_[on.ring]) std::sort(names.begin(), names.end());
    is_sorted_[on.ring] = true;
    const auto begin = part.after.empty()
                           ? names.begin()
                           : std::upper_bound(names.begin(), names.end(),
                                              std::string_view(part.after));
    const auto count = static_cast<size_t>(names.end() - begin);
    behind += count;
    for (size_t i = 0; i < std::min(count, part.limit); ++i) {
      report.names.push_back(
          {std::string(begin[static_cast<ptrdiff_t>(i)]), on.weight, on.ring});
    }
  }
  std::sort(report.names.begin(), report.names.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  if (report.names.size() > part.limit) report.names.resize(part.limit);
  if (!report.names.empty() && report.names.size() < behind) {
    report.next = report.names.back().name;
  }
  return report;
}

std::vector<GroupReport> ReportGroups(const Snapshot& snapshot,
                                      int64_t unix_millis) {
  return GroupDirectory(snapshot, unix_millis).groups();
}

GroupPage ReportGroupPage(const GroupDirectory& directory,
                          const ListPart& part) {
  const std::vector<GroupReport>& groups = directory.groups();
  const auto begin = std::upper_bound(
      groups.begin(), groups.end(), part.after,
      [](const std::string& a, const GroupReport& b) { return a < b.group; });
  const auto left = static_cast<size_t>(groups.end() - begin);
  const size_t size = std::min(left, part.limit);
  GroupPage page;
  page.total = groups.size();
  page.groups.assign(begin, begin + static_cast<ptrdiff_t>(size));
  if (size > 0 && size < left) page.next = page.groups.back().group;
  return page;
}

GroupReport ReportIdleGroup(const redis::GroupData& group,
                            int64_t unix_millis) {
  return Describe(group, unix_millis);
}

std::string WeightlessWords(const GroupReport& group) {
  if (group.weightless_names == 0) return "";
  std::string words = "WEIGHT 0 on " + group.weightless_name;
  if (group.weightless_names > 1) {
    words += " and " + Counted(static_cast<int64_t>(group.weightless_names) - 1,
                               "more name");
  }
  return words;
}

std::vector<std::string> OutWords(const GroupReport& group) {
  std::vector<std::string> words;
  if (!group.intent.IsWhole()) {
    words.push_back(group.group + " " +
                    StateSentence(group.state, group.intent));
  }
  const std::string weightless = WeightlessWords(group);
  if (!weightless.empty()) words.push_back(group.group + " " + weightless);
  return words;
}

Cell ServiceCell(const GroupReport& group) {
  if (group.is_down) return {"down", Tone::kBad};
  return {StateWords(group.intent), ToneOf(group.intent)};
}

std::string DisabledWords(const GroupReport& group) {
  if (group.disabled.empty()) return "";
  const redis::WithheldAddress& first = group.disabled.front().entry;
  if (group.disabled.size() == 1) {
    const std::string circumstances = DisabledCircumstances(first);
    return group.group + " " + first.range.text + " " +
           std::string(WithheldWord(first.cause)) +
           (circumstances.empty() ? "" : " (" + circumstances + ")");
  }
  constexpr size_t kShown = 3;
  const bool all_alike =
      std::all_of(group.disabled.begin(), group.disabled.end(),
                  [&](const DisabledAddress& one) {
                    return one.entry.cause == first.cause;
                  });
  std::string words = absl::StrFormat(
      "%s %d addresses %s:", group.group, group.disabled.size(),
      all_alike ? WithheldWord(first.cause) : "DISABLED or down");
  for (size_t i = 0; i < std::min(kShown, group.disabled.size()); ++i) {
    words += " " + group.disabled[i].entry.range.text;
  }
  if (group.disabled.size() > kShown) {
    words += absl::StrFormat(" and %d more", group.disabled.size() - kShown);
  }
  return words;
}

std::vector<DisabledAddress> DisabledOf(const redis::GroupData& group,
                                        int64_t unix_millis) {
  std::vector<DisabledAddress> disabled;
  for (size_t f = 0; f < kFamilies; ++f) {
    if (group.withheld[f] == nullptr) continue;
    const redis::SkipList members(group.addresses[f]->members());
    for (const redis::WithheldAddress& entry : group.withheld[f]->entries()) {
      if (!entry.IsInForce(unix_millis)) continue;
      disabled.push_back({entry, !members.LeavesHost(entry.range)});
    }
  }
  return disabled;
}

std::optional<GroupReport> ReportGroup(const Snapshot& snapshot,
                                       std::string_view group,
                                       int64_t unix_millis,
                                       size_t max_counted_rings,
                                       const ListPart& names,
                                       const redis::Measured* measured) {
  GroupDirectory directory(snapshot, unix_millis);
  const GroupReport* const found = directory.Find(group);
  if (found == nullptr) return std::nullopt;
  GroupReport report = directory.WithNames(*found, names);
  report.unix_millis = unix_millis;
  const redis::TrafficProfile* const traffic =
      measured == nullptr ? nullptr : &measured->traffic;
  if (measured != nullptr) {
    const auto load = measured->loads.find(report.group);
    if (load != measured->loads.end()) report.load = load->second;
  }

  struct Counted {
    double share = 0;
    std::optional<double> questions;
  };
  std::map<uint32_t, Counted> on_ring;
  for (GroupMembership& membership : report.names) {
    const uint32_t ring = membership.ring;
    auto counted = on_ring.find(ring);
    if (counted == on_ring.end()) {
      if (on_ring.size() >= max_counted_rings) continue;
      const hashing::RingState state =
          ServiceState(*snapshot.rings[ring], unix_millis);
      const auto own = [&](const auto& shares) {
        const auto of_group = shares.find(report.group);
        return of_group == shares.end() ? 0.0
                                        : static_cast<double>(of_group->second);
      };
      Counted of_ring{own(hashing::SharesOf(state)) / hashing::kSlots, {}};
      if (traffic != nullptr && !traffic->empty()) {
        of_ring.questions = own(QuestionSharesOf(state, *traffic));
      }
      counted = on_ring.emplace(ring, of_ring).first;
    }
    membership.share = counted->second.share;
    membership.questions = counted->second.questions;
  }
  return report;
}

}  // namespace groupring::backend
