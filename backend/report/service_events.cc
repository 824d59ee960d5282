#include "backend/report/service_events.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "backend/report/json_text.h"
#include "redis/model/availability.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using redis::Family;

// The first of the names on each ring that panics.
void AddPanics(const Snapshot& snapshot, ServiceView* view) {
  // Which names they are is a look at all of them.
  const bool any = std::any_of(
      snapshot.rings.begin(), snapshot.rings.end(),
      [](const auto& ring) { return ring->panics[0] || ring->panics[1]; });
  if (!any) return;
  std::map<uint32_t, std::string> names;
  for (const auto& [text, owner] : *snapshot.owners) {
    const DynamicName* const name = owner->dynamic.get();
    if (name == nullptr || name->ring == kNoRing) continue;
    const RingView& ring = *snapshot.rings[name->ring];
    if (!ring.panics[0] && !ring.panics[1]) continue;
    const auto [entry, is_new] = names.emplace(name->ring, owner->name);
    if (!is_new && owner->name.view() < entry->second) {
      entry->second = owner->name;
    }
  }
  for (const auto& [ring, name] : names) {
    for (size_t f = 0; f < redis::kFamilies; ++f) {
      if (snapshot.rings[ring]->panics[f]) view->panic.emplace(name, f);
    }
  }
}

std::string UpText(const ServiceView::FamilyUp& family) {
  return absl::StrFormat("%d/%d", family.up, family.of);
}

void CompareStates(const ServiceView& before, const ServiceView& now,
                   std::vector<ServiceEvent>* events) {
  for (const auto& [group, state] : now.states) {
    const auto found = before.states.find(group);
    const redis::AdminState was = found == before.states.end()
                                      ? redis::AdminState::kEnabled
                                      : found->second.state;
    if (state.state == was) continue;
    events->push_back({ServiceEventKind::kGroupState, group, std::nullopt,
                       std::string(redis::ToText(was)),
                       std::string(redis::ToText(state.state)), state.by,
                       state.reason});
  }
}

void CompareHealth(const ServiceView& before, const ServiceView& now,
                   std::vector<ServiceEvent>* events) {
  for (const auto& [group, families] : now.health) {
    const auto found = before.health.find(group);
    for (size_t f = 0; f < redis::kFamilies; ++f) {
      // Addresses that are new are up until somebody says otherwise.
      ServiceView::FamilyUp was{families[f].of, families[f].of};
      if (found != before.health.end()) was = found->second[f];
      if (was.of - was.up == families[f].of - families[f].up) continue;
      events->push_back({ServiceEventKind::kGroupHealth, group,
                         static_cast<Family>(f), UpText(was),
                         UpText(families[f])});
    }
  }
}

void ComparePanics(const ServiceView& before, const ServiceView& now,
                   std::vector<ServiceEvent>* events) {
  const auto add = [&](const ServiceView& has, const ServiceView& lacks,
                       const char* was, const char* is) {
    for (const auto& [name, family] : has.panic) {
      if (lacks.panic.contains({name, family})) continue;
      events->push_back({ServiceEventKind::kPanic, name,
                         static_cast<Family>(family), was, is});
    }
  };
  add(now, before, "no", "yes");
  add(before, now, "yes", "no");
}

}  // namespace

ServiceView ViewForEvents(const Snapshot& snapshot,
                          const redis::HealthConclusions& health,
                          const NodeFacts& facts, int64_t unix_millis) {
  ServiceView view;
  for (const auto& ring : snapshot.rings) {
    for (const auto& group : ring->groups) {
      redis::GroupState& state = view.states[group->name];
      state = group->state;
      state.state = IntentOf(*group, unix_millis).admin;
    }
  }
  for (const auto& [group, of] : health.groups) {
    for (size_t f = 0; f < redis::kFamilies; ++f) {
      view.health[group][f] = {of->families[f].up,
                               of->families[f].addresses.size()};
    }
  }
  AddPanics(snapshot, &view);
  view.origin = AnswersFromOf(facts).origin;
  return view;
}

std::string_view ToText(ServiceEventKind kind) {
  switch (kind) {
    case ServiceEventKind::kGroupState:
      return "group_state";
    case ServiceEventKind::kGroupHealth:
      return "group_health";
    case ServiceEventKind::kPanic:
      return "panic";
    case ServiceEventKind::kAnswersFrom:
      break;
  }
  return "answers_from";
}

std::vector<ServiceEvent> EventsBetween(const ServiceView& before,
                                        const ServiceView& now) {
  std::vector<ServiceEvent> events;
  CompareStates(before, now, &events);
  CompareHealth(before, now, &events);
  ComparePanics(before, now, &events);
  if (before.origin != now.origin) {
    events.push_back({ServiceEventKind::kAnswersFrom, "", std::nullopt,
                      std::string(redis::ToText(before.origin)),
                      std::string(redis::ToText(now.origin))});
  }
  return events;
}

std::string EventJson(const ServiceEvent& event, const std::string& node,
                      int64_t unix_millis, size_t left_out) {
  nlohmann::ordered_json fields = {{"event", ToText(event.kind)},
                                   {"node", node},
                                   {"time", unix_millis / 1000},
                                   {"about", event.about}};
  if (event.family) fields["family"] = redis::FamilyName(*event.family);
  fields["before"] = event.before;
  fields["after"] = event.after;
  if (event.kind == ServiceEventKind::kGroupState) {
    fields["by"] = event.by;
    fields["reason"] = event.reason;
  }
  fields["left_out"] = left_out;
  return JsonLine(Versioned(fields));
}

}  // namespace groupring::backend
