#include "backend/report/name_report.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "backend/resolver/group_choice.h"
#include "hashing/shares.h"
#include "redis/base/dns_name.h"

namespace groupring::backend {
namespace {

using redis::Family;
using redis::kFamilies;

bool IsReported(const Owner& owner) {
  return owner.dynamic != nullptr || owner.is_apex;
}

NameReport Describe(const Snapshot& snapshot, const Owner& owner,
                    int64_t unix_millis) {
  NameReport report;
  report.name = owner.name;
  if (owner.zone != nullptr) report.zone = owner.zone->name;
  if (owner.dynamic == nullptr) {
    report.config.ttl_seconds = owner.zone->ttl_seconds;
    return report;
  }
  const DynamicName& dynamic = *owner.dynamic;
  report.config = dynamic.data->config;
  report.mode = report.config.answer;
  const RingView* view = snapshot.RingOf(dynamic);
  for (const redis::WeightedGroup& group : *dynamic.data->groups) {
    NameGroup entry{group.name, group.weight, {}, {}};
    if (view != nullptr) {
      if (const auto index = view->ring->IndexOf(group.name)) {
        entry.intent = IntentOf(view->groups[*index]->state, unix_millis);
      }
    }
    report.groups.push_back(std::move(entry));
  }
  for (size_t f = 0; f < kFamilies; ++f) {
    for (const auto& member : dynamic.data->addresses[f]->members()) {
      report.addresses[f].push_back(member.text);
    }
    report.skipped[f] = dynamic.skip[f]->Prefixes(static_cast<Family>(f));
  }
  return report;
}

}  // namespace

std::vector<NameReport> ReportNames(const Snapshot& snapshot,
                                    int64_t unix_millis) {
  std::vector<NameReport> names;
  for (const auto& [name, owner] : *snapshot.owners) {
    if (!IsReported(*owner)) continue;
    names.push_back(Describe(snapshot, *owner, unix_millis));
  }
  std::sort(names.begin(), names.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return names;
}

std::optional<NameReport> ReportName(const Snapshot& snapshot,
                                     std::string_view name,
                                     int64_t unix_millis) {
  const Owner* owner = snapshot.FindOwner(CanonicalName(name));
  if (owner == nullptr || !IsReported(*owner)) return std::nullopt;
  NameReport report = Describe(snapshot, *owner, unix_millis);
  if (owner->is_apex) report.records = owner->zone->records;
  const RingView* view =
      owner->dynamic == nullptr ? nullptr : snapshot.RingOf(*owner->dynamic);
  if (view == nullptr) return report;
  const auto shares = hashing::SharesOf(ServiceState(*view, unix_millis));
  for (NameGroup& group : report.groups) {
    const auto share = shares.find(group.group);
    group.share = share == shares.end()
                      ? 0.0
                      : static_cast<double>(share->second) / hashing::kSlots;
  }
  return report;
}

}  // namespace groupring::backend
