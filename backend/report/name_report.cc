#include "backend/report/name_report.h"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/clients/question_shares.h"
#include "backend/report/address_texts.h"
#include "backend/report/change_words.h"
#include "backend/report/group_words.h"
#include "backend/report/json_text.h"
#include "backend/report/load_words.h"
#include "backend/report/table.h"
#include "backend/resolver/group_choice.h"
#include "hashing/shares.h"
#include "redis/base/dns_name.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using redis::ConfigField;
using redis::Family;
using redis::kFamilies;

// Of a list that is written in pieces.
constexpr size_t kBytesAtOnce = size_t{1} << 20;

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
  report.config = owner.data->config;
  report.mode = report.config.answer;
  for (int bit = 0; bit < static_cast<int>(ConfigField::kOther); ++bit) {
    if ((owner.data->config_key.inherited & 1 << bit) != 0) {
      report.inherited.push_back(static_cast<ConfigField>(bit));
    }
  }
  const RingView* view = snapshot.RingOf(dynamic);
  if (view != nullptr) {
    report.course =
        CourseOf(*view, report.name, owner.data->groups, unix_millis);
  }
  for (const redis::WeightedGroup& group : *owner.data->groups) {
    NameGroup entry{group.name, group.weight, {}, 0, {}, {}};
    if (view != nullptr) {
      if (const auto index = view->ring->IndexOf(group.name)) {
        entry.intent = IntentOf(*view->groups[*index], unix_millis);
      }
    }
    if (report.course && group.weight != 0 &&
        group.weight_before != group.weight) {
      entry.weight_before = group.weight_before;
    }
    report.groups.push_back(std::move(entry));
  }
  for (size_t f = 0; f < kFamilies; ++f) {
    report.addresses[f] = owner.data->addresses[f];
    report.skipped[f] = dynamic.skip[f];
  }
  return report;
}

}  // namespace

NamePage ReportNames(const Snapshot& snapshot, int64_t unix_millis,
                     const ListPart& part) {
  NamePage page{&snapshot, unix_millis, {}, 0, part.after, {}};
  std::vector<const Owner*>& owners = page.names;
  for (const auto& [name, owner] : *snapshot.owners) {
    if (!IsReported(*owner)) continue;
    ++page.total;
    if (part.after.empty() || owner->name.view() > part.after)
      owners.push_back(owner.get());
  }
  const size_t left = owners.size();
  const size_t size = std::min(part.limit, left);
  std::partial_sort(
      owners.begin(), owners.begin() + static_cast<ptrdiff_t>(size),
      owners.end(),
      [](const Owner* a, const Owner* b) { return a->name < b->name; });
  owners.resize(size);
  if (size > 0 && size < left) page.next = owners.back()->name;
  return page;
}

std::optional<NameReport> ReportName(const Snapshot& snapshot,
                                     std::string_view name, int64_t unix_millis,
                                     const redis::Measured* measured) {
  const Owner* owner = snapshot.FindOwner(CanonicalName(name));
  if (owner == nullptr || !IsReported(*owner)) return std::nullopt;
  NameReport report = Describe(snapshot, *owner, unix_millis);
  if (owner->is_apex) report.records_of = owner->zone;
  const RingView* view =
      owner->dynamic == nullptr ? nullptr : snapshot.RingOf(*owner->dynamic);
  if (view == nullptr) return report;
  report.unix_millis = unix_millis;
  const hashing::RingState state = ServiceState(*view, unix_millis);
  const auto shares = hashing::SharesOf(state);
  const QuestionShares questions =
      measured == nullptr ? QuestionShares()
                          : QuestionSharesOf(state, measured->traffic);
  for (NameGroup& group : report.groups) {
    const auto share = shares.find(group.group);
    group.share = share == shares.end()
                      ? 0.0
                      : static_cast<double>(share->second) / hashing::kSlots;
    if (measured != nullptr) {
      const auto load = measured->loads.find(group.group);
      if (load != measured->loads.end()) group.load = load->second;
    }
    if (questions.empty()) continue;
    const auto asked = questions.find(group.group);
    group.questions = asked == questions.end() ? 0.0 : asked->second;
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

std::vector<std::string> SkippedTexts(const NameReport& name, size_t f) {
  return name.skipped[f] == nullptr
             ? std::vector<std::string>()
             : name.skipped[f]->Prefixes(static_cast<Family>(f));
}

void AddTexts(const char* key, const std::vector<std::string>& texts,
              size_t most, ordered_json* json) {
  AddList(
      key, texts, texts.size(), most,
      [](const std::string& text) { return text; }, json);
}

ordered_json ToJson(const NameReport& name, size_t most) {
  const auto group_to_json = [&name](const NameGroup& group) {
    ordered_json entry = {{"group", group.group},
                          {"weight", group.weight},
                          {"state", StateText(name, group)}};
    if (group.intent.has_value()) {
      entry["admin_state"] = ToText(group.intent->admin);
      entry["kept_share"] = KeptRatio(*group.intent);
    }
    if (group.weight_before != 0) entry["weight_before"] = group.weight_before;
    if (group.share.has_value()) entry["share"] = *group.share;
    if (group.questions.has_value()) entry["questions"] = *group.questions;
    if (group.load) entry["load"] = LoadJson(*group.load, name.unix_millis);
    return entry;
  };
  ordered_json json = {{"name", name.name},
                       {"zone", name.zone},
                       {"mode", ModeText(name)},
                       {"ttl_seconds", name.config.ttl_seconds},
                       {"answers", name.config.answers},
                       {"on_empty", ToText(name.config.on_empty)}};
  json["panic_percent"] = name.config.panic_percent
                              ? ordered_json(*name.config.panic_percent)
                              : ordered_json();
  AddList("groups", name.groups, name.groups.size(), most, group_to_json,
          &json);
  if (name.course) {
    json["weights_progress"] = name.course->progress;
    json["weights_until"] = name.course->end;
  }
  AddAddresses("a", name.addresses[0].get(), most, &json);
  AddAddresses("aaaa", name.addresses[1].get(), most, &json);
  AddTexts("skip_a", SkippedTexts(name, 0), most, &json);
  AddTexts("skip_aaaa", SkippedTexts(name, 1), most, &json);
  if (!name.inherited.empty()) {
    json["inherited"] = JsonArray(
        name.inherited, [](ConfigField field) { return ToText(field); });
  }
  if (name.records_of != nullptr && !name.records_of->records.empty()) {
    const std::vector<StaticRecord>& records = name.records_of->records;
    AddList(
        "records", records, records.size(), most,
        [](const StaticRecord& record) {
          return ordered_json{{"name", record.owner},
                              {"type", record.type},
                              {"content", record.content},
                              {"ttl_seconds", record.ttl_seconds}};
        },
        &json);
  }
  return json;
}

std::string Joined(std::vector<std::string> texts, size_t most) {
  if (texts.size() <= most) return absl::StrJoin(texts, " ");
  const size_t more = texts.size() - most;
  texts.resize(most);
  return absl::StrFormat("%s and %d more", absl::StrJoin(texts, " "), more);
}

std::string NoNamesText(const NamePage& page) {
  if (page.after.empty() || page.total == 0) return "there are no names\n";
  return absl::StrFormat("no name comes behind %s, of %d in all\n",
                         Printable(page.after), page.total);
}

std::string Head(const NameReport& name) {
  if (!name.mode.has_value()) {
    return absl::StrFormat("%s: zone, TTL %d s\n", Printable(name.name),
                           name.config.ttl_seconds);
  }
  std::vector<std::string> inherited;
  for (const ConfigField field : name.inherited) {
    inherited.emplace_back(ToText(field));
  }
  return absl::StrFormat(
      "%s: %s, TTL %d s, ANSWERS %d, ON_EMPTY %s, %s%s%s\n",
      Printable(name.name), ModeText(name), name.config.ttl_seconds,
      name.config.answers, ToText(name.config.on_empty),
      name.config.panic_percent
          ? absl::StrFormat("PANIC %d, ", *name.config.panic_percent)
          : "",
      name.zone.empty() ? "in no zone here" : "zone " + name.zone,
      inherited.empty()
          ? ""
          : " (whose " + absl::StrJoin(inherited, ", ") + " it goes by)");
}

std::string WeightText(const NameGroup& group) {
  return group.weight_before == 0
             ? absl::StrFormat("%d", group.weight)
             : absl::StrFormat("%d -> %d", group.weight_before, group.weight);
}

std::string RecordsText(const NameReport& name, size_t most) {
  if (name.records_of == nullptr || name.records_of->records.empty()) return "";
  const std::vector<StaticRecord>& records = name.records_of->records;
  Table table({"RECORD", "TYPE", "TTL", "CONTENT"}, {2});
  for (size_t i = 0; i < std::min(records.size(), most); ++i) {
    const StaticRecord& record = records[i];
    table.Add({record.owner, record.type,
               absl::StrFormat("%d", record.ttl_seconds), record.content});
  }
  return table.Text() +
         (records.size() <= most
              ? ""
              : absl::StrFormat("%d of %d records\n", most, records.size()));
}

}  // namespace

std::string NameListText(const NamePage& page, Colours colours) {
  if (page.names.empty()) return NoNamesText(page);
  Table table({"NAME", "ZONE", "ANSWER", "TTL", "GROUPS", "NOT IN SERVICE"},
              {3, 4});
  for (const Owner* owner : page.names) {
    const NameReport name = Describe(*page.snapshot, *owner, page.unix_millis);
    std::string out;
    Tone tone = Tone::kPlain;  // of the first that an operator has set
    for (const NameGroup& group : name.groups) {
      if (group.intent.has_value() && group.intent->IsWhole()) continue;
      if (out.size() > kMaxLine) break;  // the table shows no more
      out += (out.empty() ? "" : ", ") + group.group + " " +
             StateText(name, group);
      if (tone == Tone::kPlain) tone = StateTone(group);
    }
    const size_t more =
        page.alike == nullptr ? 0 : redis::CountOf(*page.alike, name.name) - 1;
    table.Add({FirstOf({name.name}, more),
               name.zone,
               ModeText(name),
               absl::StrFormat("%d", name.config.ttl_seconds),
               absl::StrFormat("%d", name.groups.size()),
               {out, tone}});
  }
  std::string text = table.Text(0, colours);
  if (!page.next.empty()) {
    text +=
        absl::StrFormat("%d of %d names; for the next: name list --after %s\n",
                        page.names.size(), page.total, Printable(page.next));
  }
  return text;
}

std::string NameListJson(NamePage page, size_t most_of_each, size_t max_bytes) {
  JsonListText text("names", max_bytes);
  for (const Owner* owner : page.names) {
    const NameReport name = Describe(*page.snapshot, *owner, page.unix_millis);
    if (!text.Add(ToJson(name, most_of_each))) {
      page.next = page.names[text.size() - 1]->name;
      break;
    }
  }
  ordered_json fields;
  if (!page.next.empty()) {
    fields = {{"next", page.next}, {"total", page.total}};
  }
  return text.Finish(fields);
}

NameListJsonParts::NameListJsonParts(Write write)
    : write_(std::move(write)),
      text_(std::make_unique<JsonListText>("names", SIZE_MAX)) {}

NameListJsonParts::~NameListJsonParts() = default;

void NameListJsonParts::Add(const NamePage& page) {
  for (const Owner* owner : page.names) {
    const NameReport name = Describe(*page.snapshot, *owner, page.unix_millis);
    text_->Add(ToJson(name, SIZE_MAX));
    if (text_->bytes() >= kBytesAtOnce) write_(text_->Take());
  }
}

void NameListJsonParts::End() { write_(text_->Finish({})); }

std::string NameText(const NameReport& name, Colours colours,
                     size_t most_of_each) {
  std::string text = Head(name);
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    if (name.addresses[f] == nullptr || name.addresses[f]->empty()) continue;
    text += absl::StrFormat("%s  %s\n", f == 0 ? "A   " : "AAAA",
                            AddressesOnALine(*name.addresses[f], most_of_each));
  }
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    const std::string skipped = Joined(SkippedTexts(name, f), most_of_each);
    if (!skipped.empty()) text += "never answered: " + skipped + "\n";
  }
  text += RecordsText(name, most_of_each);
  if (name.groups.empty()) return text;
  const bool counted =
      std::any_of(name.groups.begin(), name.groups.end(),
                  [](const NameGroup& group) { return group.questions; });
  std::vector<std::string> titles = {"GROUP", "STATE", "WEIGHT", "CLIENTS"};
  if (counted) titles.emplace_back("QUESTIONS");
  const bool loaded =
      std::any_of(name.groups.begin(), name.groups.end(),
                  [](const NameGroup& group) { return group.load; });
  if (loaded) titles.emplace_back("LOAD");
  Table::Columns right;
  for (size_t i = 2; i < titles.size(); ++i) right.push_back(i);
  Table table(titles, right);
  for (size_t i = 0; i < std::min(name.groups.size(), most_of_each); ++i) {
    const NameGroup& group = name.groups[i];
    std::vector<Cell> cells = {
        group.group,
        {StateText(name, group), StateTone(group)},
        WeightText(group),
        group.share.has_value() ? Percent(*group.share) : ""};
    if (counted) cells.emplace_back(Percent(group.questions.value_or(0)));
    if (loaded) {
      cells.emplace_back(group.load ? LoadWords(*group.load, name.unix_millis)
                                    : "");
    }
    table.Add(std::move(cells));
  }
  text += table.Text(0, colours);
  if (name.course) {
    text += absl::StrFormat(
        "weights  %s; to undo: %s\n",
        CourseProgressWords(name.course->progress, name.course->end),
        Printable(CourseUndo(name.name, *name.course->groups), kMaxLine));
  }
  if (name.groups.size() > most_of_each) {
    text +=
        absl::StrFormat("%d of %d groups\n", most_of_each, name.groups.size());
  }
  return text;
}

std::string NameJson(const NameReport& name, size_t most_of_each) {
  return JsonText(Versioned(ToJson(name, most_of_each)));
}

}  // namespace groupring::backend
