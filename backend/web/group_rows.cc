#include "backend/web/group_rows.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/report/group_words.h"
#include "backend/report/load_words.h"
#include "backend/report/weight_course.h"
#include "redis/base/words.h"
#include "redis/model/audit_entry.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using redis::kFamilies;

constexpr GroupLook kLooks[] = {GroupLook::kUp,       GroupLook::kPartDown,
                                GroupLook::kDown,     GroupLook::kDraining,
                                GroupLook::kFilling,  GroupLook::kDisabled,
                                GroupLook::kUnchecked};

std::string_view LegendOf(GroupLook look) {
  switch (look) {
    case GroupLook::kDown:
      return "down: nothing of it can be answered";
    case GroupLook::kPartDown:
      return "partly down: some addresses are not answered";
    case GroupLook::kDisabled:
      return "disabled by an operator";
    case GroupLook::kDraining:
      return "draining: its clients move away";
    case GroupLook::kFilling:
      return "filling: its clients come back";
    case GroupLook::kUnchecked:
      return "in service, and nobody checks it";
    case GroupLook::kUp:
      break;
  }
  return "up";
}

const redis::GroupHealth* HealthOf(const HealthView& view,
                                   const std::string& group) {
  if (view.conclusions == nullptr) return nullptr;
  const auto found = view.conclusions->groups.find(group);
  return found == view.conclusions->groups.end() ? nullptr
                                                 : found->second.get();
}

// Whether the family has addresses of which none is answered, or lost them.
bool IsFamilyOut(const GroupReport& group, const redis::GroupHealth* health,
                 size_t family) {
  const size_t members = group.addresses[family]->members().size();
  if (members == 0) return group.last_good[family] != nullptr;
  return group.members_disabled[family] >= members ||
         (health != nullptr && health->WithholdsAll(family));
}

// "2/3 up", "2 of 3", "3", "empty".
std::string FamilyWords(const GroupReport& group,
                        const redis::GroupHealth* health, size_t family) {
  const size_t members = group.addresses[family]->members().size();
  if (members == 0) {
    return group.last_good[family] == nullptr ? "none" : "empty";
  }
  std::string words;
  if (health == nullptr || health->families[family].addresses.empty()) {
    words = absl::StrFormat("%d", members);
  } else {
    words = absl::StrFormat("%d/%d up", health->families[family].up,
                            health->families[family].addresses.size());
  }
  if (group.members_disabled[family] > 0) {
    words += absl::StrFormat(", %d withheld", group.members_disabled[family]);
  }
  return words;
}

std::string Between(const std::string& least, const std::string& most) {
  return least == most ? least : least + " to " + most;
}

std::string Words(const std::optional<Extent>& extent) {
  if (!extent) return "not counted";
  return Between(Percent(extent->least), Percent(extent->most));
}

// Of the group itself, not of its addresses or of one name.
bool IsChangeOf(const redis::AuditEntry& entry, const std::string& group) {
  using redis::ChangeKind;
  if (entry.target != group) return false;
  const auto kind = redis::Parse<ChangeKind>(entry.what);
  return kind == ChangeKind::kGroupEnable ||
         kind == ChangeKind::kGroupDisable || kind == ChangeKind::kGroupDrain ||
         kind == ChangeKind::kGroupFill || kind == ChangeKind::kHealthPause ||
         kind == ChangeKind::kHealthResume || kind == ChangeKind::kAddressAdd ||
         kind == ChangeKind::kAddressRemove;
}

// When, what, by whom and why; empty: not known.
std::string LastChange(const StatusPage& page, const GroupReport& group) {
  const std::vector<redis::AuditEntry>& audit = page.records->audit;
  const auto last = std::find_if(
      audit.rbegin(), audit.rend(),
      [&](const auto& entry) { return IsChangeOf(entry, group.group); });
  if (last == audit.rend()) {
    return StateCircumstances(group.state, group.intent);
  }
  std::string words = absl::StrFormat(
      "%s %s by %s", UtcTime(last->unix_millis / 1000), last->what, last->who);
  if (!last->reason.empty()) words += ": " + last->reason;
  return words;
}

void AddCell(std::string_view label, const std::string& text, Html* html) {
  html->Element("td", text, {{"data-label", label}});
}

// How much of its clients a group keeps, as a bar and in words.
void AddKept(const GroupReport& group, Html* html) {
  const double kept = KeptRatio(group.intent);
  const std::string value = absl::StrFormat("%.3f", kept);
  html->Open("td", {{"data-label", "keeps"}});
  html->Element("progress", "", {{"value", value}, {"max", "1"}});
  html->Text(" " + Percent(kept));
  html->Close();
}

// The columns that depend on what was measured.
struct Columns {
  bool questions = false;
  bool load = false;
};

Columns ColumnsOf(const ServiceReport& service) {
  Columns columns;
  for (const ServiceGroup& entry : service.groups) {
    columns.questions = columns.questions || entry.shares.questions;
    columns.load = columns.load || entry.shares.load;
  }
  return columns;
}

void AddRow(const StatusPage& page, const ServiceGroup& entry,
            const Columns& columns, uint64_t all_answers, Html* html) {
  const GroupReport& group = entry.group;
  const redis::GroupHealth* const health = HealthOf(page.health, group.group);
  html->Open("tr", {{"class", ClassOf(LookOf(entry, page.health))}});
  html->Element("th", group.group, {{"scope", "row"}});
  html->Open("td", {{"data-label", "state"}});
  html->Element("strong", ServiceCell(group).text);
  if (health == nullptr) html->Text(" unchecked");
  if (health != nullptr && !health->acts) {
    html->Text(" health is not acted on");
  }
  html->Close();
  AddKept(group, html);
  AddCell("A", FamilyWords(group, health, 0), html);
  AddCell("AAAA", FamilyWords(group, health, 1), html);
  AddCell("weight",
          Between(absl::StrFormat("%d", group.least_weight),
                  absl::StrFormat("%d", group.most_weight)),
          html);
  AddCell("expected", Words(entry.shares.clients), html);
  if (columns.questions) {
    AddCell("questions", Words(entry.shares.questions), html);
  }
  if (columns.load) {
    AddCell("load",
            entry.shares.load
                ? LoadWords(*entry.shares.load, page.service.unix_millis)
                : "not known",
            html);
  }
  const auto answers = page.answers.find(group.group);
  const uint64_t answered = answers == page.answers.end() ? 0 : answers->second;
  AddCell("observed",
          all_answers == 0 ? "no answers yet"
                           : Percent(static_cast<double>(answered) /
                                     static_cast<double>(all_answers)),
          html);
  AddCell("names", absl::StrFormat("%d", group.name_count), html);
  AddCell("last change", LastChange(page, group), html);
  html->Close();
}

bool HasCoprocesses(const redis::ServiceRecords& records) {
  return std::any_of(records.nodes.begin(), records.nodes.end(),
                     [](const redis::NodeStatus& node) {
                       return node.kind == redis::NodeKind::kCoprocess;
                     });
}

}  // namespace

GroupLook LookOf(const ServiceGroup& entry, const HealthView& health) {
  const GroupReport& group = entry.group;
  switch (group.intent.IsWhole() ? redis::AdminState::kEnabled
                                 : group.intent.admin) {
    case redis::AdminState::kDisabled:
      return GroupLook::kDisabled;
    case redis::AdminState::kDraining:
      return GroupLook::kDraining;
    case redis::AdminState::kFilling:
      return GroupLook::kFilling;
    case redis::AdminState::kEnabled:
      break;
  }
  const redis::GroupHealth* const of = HealthOf(health, group.group);
  size_t families = 0;
  size_t out = 0;
  bool in_part = false;
  for (size_t f = 0; f < kFamilies; ++f) {
    if (group.addresses[f]->empty() && group.last_good[f] == nullptr) continue;
    ++families;
    if (IsFamilyOut(group, of, f)) ++out;
    in_part = in_part || group.members_disabled[f] > 0 ||
              (of != nullptr &&
               of->families[f].up < of->families[f].addresses.size());
  }
  if (out == families || group.is_down) return GroupLook::kDown;
  if (out > 0 || in_part) return GroupLook::kPartDown;
  return of == nullptr ? GroupLook::kUnchecked : GroupLook::kUp;
}

std::string_view ClassOf(GroupLook look) {
  switch (look) {
    case GroupLook::kDown:
      return "down";
    case GroupLook::kPartDown:
      return "part-down";
    case GroupLook::kDisabled:
      return "disabled";
    case GroupLook::kDraining:
      return "draining";
    case GroupLook::kFilling:
      return "filling";
    case GroupLook::kUnchecked:
      return "unchecked";
    case GroupLook::kUp:
      break;
  }
  return "up";
}

void AddGroups(const StatusPage& page, Html* html) {
  std::vector<const ServiceGroup*> groups;
  for (const ServiceGroup& group : page.service.groups) {
    groups.push_back(&group);
  }
  std::stable_sort(
      groups.begin(), groups.end(),
      [&](const ServiceGroup* a, const ServiceGroup* b) {
        return std::min(LookOf(*a, page.health), GroupLook::kUnchecked) <
               std::min(LookOf(*b, page.health), GroupLook::kUnchecked);
      });
  const uint64_t all_answers = std::accumulate(
      page.answers.begin(), page.answers.end(), uint64_t{0},
      [](uint64_t sum, const auto& group) { return sum + group.second; });

  html->Open("section", {{"id", "groups"}});
  html->Element("h2", "Groups");
  html->Open("table");
  html->Open("thead");
  html->Open("tr");
  const Columns columns = ColumnsOf(page.service);
  std::vector<const char*> headings = {"group", "state",  "keeps",   "A",
                                       "AAAA",  "weight", "expected"};
  if (columns.questions) headings.push_back("questions");
  if (columns.load) headings.push_back("load");
  headings.insert(headings.end(), {"observed", "names", "last change"});
  for (const char* const heading : headings) {
    html->Element("th", heading, {{"scope", "col"}});
  }
  html->Close();
  html->Close();
  html->Open("tbody");
  for (size_t i = 0; i < std::min(page.limit, groups.size()); ++i) {
    AddRow(page, *groups[i], columns, all_answers, html);
  }
  html->Close();
  html->Close();
  if (groups.size() > page.limit) {
    html->Element("p",
                  absl::StrFormat("%s more: see /api/v1/groups",
                                  Counted(groups.size() - page.limit, "group")),
                  {{"class", "note"}});
  }
  for (const RunningCourse& course : page.service.courses) {
    html->Element("p", "weights change: " + CourseWords(course),
                  {{"class", "note"}});
  }
  html->Element(
      "p",
      "keeps: the part of its clients that the group has now. expected: its "
      "share of the client networks, by weight and by what it keeps. " +
          std::string(columns.questions
                          ? "questions: its share of what all nodes were "
                            "asked in a day. "
                          : "") +
          std::string(columns.load ? "load: its sessions and their part of its "
                                     "capacity, as groupring:load says. "
                                   : "") +
          "observed: its share of the answers of this node since " +
          UtcTime(page.started_unix_millis / 1000) + "." +
          (HasCoprocesses(*page.records)
               ? " Coprocesses (groupring pipe) answer as well, and what they "
                 "answer is not counted here."
               : ""),
      {{"class", "note"}});
  AddLegend(html);
  html->Close();
}

void AddLegend(Html* html) {
  html->Open("ul", {{"class", "legend"}});
  for (const GroupLook look : kLooks) {
    html->Element("li", LegendOf(look), {{"class", ClassOf(look)}});
  }
  html->Close();
}

}  // namespace groupring::backend
