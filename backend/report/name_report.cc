#include "backend/report/name_report.h"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/group_words.h"
#include "backend/report/json_text.h"
#include "backend/report/table.h"
#include "backend/resolver/group_choice.h"
#include "hashing/shares.h"
#include "redis/base/dns_name.h"
#include "redis/schema/enum_names.h"

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
        entry.intent = IntentOf(*view->groups[*index], unix_millis);
      }
    }
    report.groups.push_back(std::move(entry));
  }
  for (size_t f = 0; f < kFamilies; ++f) {
    report.addresses[f] = dynamic.data->addresses[f]->MemberTexts();
    report.skipped[f] = dynamic.skip[f]->Prefixes(static_cast<Family>(f));
  }
  return report;
}

}  // namespace

NamePage ReportNames(const Snapshot& snapshot, int64_t unix_millis,
                     std::string_view after, size_t limit) {
  NamePage page;
  std::vector<const Owner*> owners;
  for (const auto& [name, owner] : *snapshot.owners) {
    if (!IsReported(*owner)) continue;
    ++page.total;
    if (after.empty() || owner->name > after) owners.push_back(owner.get());
  }
  const size_t size = std::min(limit, owners.size());
  std::partial_sort(
      owners.begin(), owners.begin() + static_cast<ptrdiff_t>(size),
      owners.end(),
      [](const Owner* a, const Owner* b) { return a->name < b->name; });
  for (size_t i = 0; i < size; ++i) {
    page.names.push_back(Describe(snapshot, *owners[i], unix_millis));
  }
  if (size > 0 && size < owners.size()) page.next = page.names.back().name;
  return page;
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

namespace {

using nlohmann::ordered_json;

std::string ModeText(const NameReport& name) {
  return name.mode.has_value() ? std::string(ToText(*name.mode)) : "zone";
}

// "" where the name does not answer from its groups.
std::string StateText(const NameReport& name, const NameGroup& group) {
  if (group.intent.has_value()) return StateWords(*group.intent);
  const bool has_ring = name.mode == redis::AnswerMode::kGroupConsistentHash;
  return has_ring ? "WEIGHT 0" : "";
}

Tone StateTone(const NameGroup& group) {
  return group.intent.has_value() ? ToneOf(*group.intent) : Tone::kPlain;
}

ordered_json ToJson(const NameReport& name) {
  const auto group_to_json = [&name](const NameGroup& group) {
    ordered_json entry = {{"group", group.group},
                          {"weight", group.weight},
                          {"state", StateText(name, group)}};
    if (group.intent.has_value()) {
      entry["admin_state"] = ToText(group.intent->admin);
      entry["kept_share"] = KeptRatio(*group.intent);
    }
    if (group.share.has_value()) entry["share"] = *group.share;
    return entry;
  };
  ordered_json json = {{"name", name.name},
                       {"zone", name.zone},
                       {"mode", ModeText(name)},
                       {"ttl_seconds", name.config.ttl_seconds},
                       {"answers", name.config.answers},
                       {"on_empty", ToText(name.config.on_empty)},
                       {"groups", JsonArray(name.groups, group_to_json)},
                       {"a", name.addresses[0]},
                       {"aaaa", name.addresses[1]},
                       {"skip_a", name.skipped[0]},
                       {"skip_aaaa", name.skipped[1]}};
  if (!name.records.empty()) {
    json["records"] = JsonArray(name.records, [](const StaticRecord& record) {
      return ordered_json{{"name", record.owner},
                          {"type", record.type},
                          {"content", record.content},
                          {"ttl_seconds", record.ttl_seconds}};
    });
  }
  return json;
}

std::string Head(const NameReport& name) {
  if (!name.mode.has_value()) {
    return absl::StrFormat("%s: zone, TTL %d s\n", Printable(name.name),
                           name.config.ttl_seconds);
  }
  return absl::StrFormat(
      "%s: %s, TTL %d s, ANSWERS %d, ON_EMPTY %s, %s\n", Printable(name.name),
      ModeText(name), name.config.ttl_seconds, name.config.answers,
      ToText(name.config.on_empty),
      name.zone.empty() ? "in no zone here" : "zone " + name.zone);
}

std::string RecordsText(const NameReport& name) {
  if (name.records.empty()) return "";
  Table table({"RECORD", "TYPE", "TTL", "CONTENT"}, {2});
  for (const StaticRecord& record : name.records) {
    table.Add({record.owner, record.type,
               absl::StrFormat("%d", record.ttl_seconds), record.content});
  }
  return table.Text();
}

}  // namespace

std::string NameListText(const NamePage& page, Colours colours) {
  Table table({"NAME", "ZONE", "ANSWER", "TTL", "GROUPS", "NOT IN SERVICE"},
              {3, 4});
  for (const NameReport& name : page.names) {
    std::vector<std::string> out;
    Tone tone = Tone::kPlain;  // of the first that an operator has set
    for (const NameGroup& group : name.groups) {
      if (group.intent.has_value() && group.intent->IsWhole()) continue;
      out.push_back(group.group + " " + StateText(name, group));
      if (tone == Tone::kPlain) tone = StateTone(group);
    }
    table.Add({name.name,
               name.zone,
               ModeText(name),
               absl::StrFormat("%d", name.config.ttl_seconds),
               absl::StrFormat("%d", name.groups.size()),
               {absl::StrJoin(out, ", "), tone}});
  }
  std::string text = table.Text(0, colours);
  if (!page.next.empty()) {
    text +=
        absl::StrFormat("%d of %d names; for the next: name list --after %s\n",
                        page.names.size(), page.total, Printable(page.next));
  }
  return text;
}

std::string NameListJson(const NamePage& page) {
  ordered_json fields = {{"names", JsonArray(page.names, ToJson)}};
  if (!page.next.empty()) {
    fields["next"] = page.next;
    fields["total"] = page.total;
  }
  return JsonText(Versioned(fields));
}

std::string NameText(const NameReport& name, Colours colours) {
  std::string text = Head(name);
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    if (name.addresses[f].empty()) continue;
    text += absl::StrFormat("%s  %s\n", f == 0 ? "A   " : "AAAA",
                            absl::StrJoin(name.addresses[f], " "));
  }
  for (const auto& skipped : name.skipped) {
    if (skipped.empty()) continue;
    text += "never answered: " + absl::StrJoin(skipped, " ") + "\n";
  }
  text += RecordsText(name);
  if (name.groups.empty()) return text;
  Table table({"GROUP", "STATE", "WEIGHT", "CLIENTS"}, {2, 3});
  for (const NameGroup& group : name.groups) {
    table.Add({group.group,
               {StateText(name, group), StateTone(group)},
               absl::StrFormat("%d", group.weight),
               group.share.has_value() ? Percent(*group.share) : ""});
  }
  return text + table.Text(0, colours);
}

std::string NameJson(const NameReport& name) {
  return JsonText(Versioned(ToJson(name)));
}

}  // namespace groupring::backend
