#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_format.h"
#include "backend/report/address_texts.h"
#include "backend/report/group_report.h"
#include "backend/report/group_words.h"
#include "backend/report/json_text.h"
#include "backend/report/load_words.h"
#include "backend/report/table.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using nlohmann::ordered_json;

Cell FamilyCell(const GroupReport& group, size_t f) {
  const size_t disabled = group.members_disabled[f];
  if (disabled != 0) {
    return {absl::StrFormat("%d of %d",
                            group.addresses[f]->members().size() - disabled,
                            group.addresses[f]->members().size()),
            Tone::kOut};
  }
  if (!group.addresses[f]->empty()) {
    return absl::StrFormat("%d", group.addresses[f]->members().size());
  }
  if (group.last_good[f] == nullptr) return "0";
  return {
      absl::StrFormat("empty (had %d)", group.last_good[f]->members().size()),
      Tone::kBad};
}

ordered_json ToJson(const GroupReport& group, size_t most) {
  const auto name_to_json = [](const GroupMembership& name) {
    ordered_json entry = {{"name", name.name}, {"weight", name.weight}};
    if (name.share.has_value()) entry["share"] = *name.share;
    if (name.questions.has_value()) entry["questions"] = *name.questions;
    return entry;
  };
  const auto disabled_to_json = [](const DisabledAddress& disabled) {
    const redis::WithheldAddress& entry = disabled.entry;
    return ordered_json{{"address", entry.range.text},
                        {"cause", ToText(entry.cause)},
                        {"in_group", disabled.in_group},
                        {"reason", entry.reason},
                        {"by", entry.by},
                        {"since", entry.since},
                        {"until", entry.until}};
  };
  const redis::GroupState& state = group.state;
  ordered_json json = {{"group", group.group},
                       {"state", StateWords(group.intent)},
                       {"down", group.is_down},
                       {"admin_state", ToText(group.intent.admin)},
                       {"kept_share", KeptRatio(group.intent)},
                       {"retained", KeptRatio(group.intent)},
                       {"reason", state.reason},
                       {"by", state.by},
                       {"since", state.since},
                       {"until", state.until},
                       {"start", state.start},
                       {"duration", state.duration}};
  AddAddresses("a", group.addresses[0].get(), most, &json);
  AddAddresses("aaaa", group.addresses[1].get(), most, &json);
  AddAddresses("last_good_a", group.last_good[0].get(), most, &json);
  AddAddresses("last_good_aaaa", group.last_good[1].get(), most, &json);
  AddList("disabled", group.disabled, group.disabled.size(), most,
          disabled_to_json, &json);
  AddList("names", group.names, group.name_count, most, name_to_json, &json);
  if (group.load) json["load"] = LoadJson(*group.load, group.unix_millis);
  if (!group.next.empty()) json["next"] = group.next;
  return json;
}

}  // namespace

std::string GroupListText(const GroupPage& page, Colours colours) {
  std::vector<std::string> titles = {"GROUP", "STATE", "A",
                                     "AAAA",  "NAMES", "WHY"};
  Table::Columns right = {4};
  const bool counted = !page.shares.empty();
  const bool loaded =
      std::any_of(page.shares.begin(), page.shares.end(),
                  [](const auto& group) { return group.second.load; });
  if (counted) {
    titles.insert(titles.end() - 1, {"CLIENTS", "QUESTIONS"});
    right = {4, 5, 6};
  }
  if (loaded) {
    titles.insert(titles.end() - 1, "LOAD");
    right.push_back(7);
  }
  Table table(titles, right);
  for (const GroupReport& group : page.groups) {
    std::vector<Cell> cells = {group.group, ServiceCell(group),
                               FamilyCell(group, 0), FamilyCell(group, 1),
                               absl::StrFormat("%d", group.name_count)};
    if (counted) {
      const auto found = page.shares.find(group.group);
      const GroupShares shares =
          found == page.shares.end() ? GroupShares() : found->second;
      cells.emplace_back(ExtentText(shares.clients));
      cells.emplace_back(ExtentText(shares.questions));
      if (loaded) {
        cells.emplace_back(
            shares.load ? LoadWords(*shares.load, page.unix_millis) : "");
      }
    }
    cells.emplace_back(StateCircumstances(group.state, group.intent));
    table.Add(std::move(cells));
  }
  std::string text = table.Text(0, colours);
  if (!page.next.empty()) {
    text += absl::StrFormat(
        "%d of %d groups; for the next: group list --after %s\n",
        page.groups.size(), page.total, Printable(page.next));
  }
  return text;
}

std::string GroupListJson(GroupPage page, GroupDirectory* directory,
                          size_t most_of_each, size_t max_bytes) {
  JsonListText text("groups", max_bytes);
  for (const GroupReport& group : page.groups) {
    GroupReport shown = directory->WithNames(group, {"", most_of_each});
    shown.next.clear();  // of the list it is another one
    ordered_json json = ToJson(shown, most_of_each);
    const auto shares = page.shares.find(group.group);
    if (shares != page.shares.end() && shares->second.questions) {
      json["least_questions"] = shares->second.questions->least;
      json["most_questions"] = shares->second.questions->most;
    }
    if (shares != page.shares.end() && shares->second.load) {
      json["load"] = LoadJson(*shares->second.load, page.unix_millis);
    }
    if (!text.Add(json)) {
      page.next = page.groups[text.size() - 1].group;
      break;
    }
  }
  ordered_json fields;
  if (!page.next.empty()) {
    fields = {{"next", page.next}, {"total", page.total}};
  }
  return text.Finish(fields);
}

std::string GroupText(const GroupReport& group, Colours colours,
                      size_t most_of_each) {
  std::string text = Printable(group.group, kMaxLine) + ": " +
                     (group.is_down ? Painted("down", Tone::kBad, colours)
                                    : PaintedStateSentence(
                                          group.state, group.intent, colours)) +
                     "\n";
  const std::string empty = Painted("empty", Tone::kBad, colours);
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    const char* family = f == 0 ? "A   " : "AAAA";
    if (!group.addresses[f]->empty()) {
      text +=
          absl::StrFormat("%s  %s\n", family,
                          AddressesOnALine(*group.addresses[f], most_of_each));
    } else if (group.last_good[f] != nullptr) {
      text +=
          absl::StrFormat("%s  %s; had %s\n", family, empty,
                          AddressesOnALine(*group.last_good[f], most_of_each));
    } else {
      text += absl::StrFormat("%s  %s\n", family, empty);
    }
  }
  const size_t listed = std::min(group.disabled.size(), most_of_each);
  for (size_t i = 0; i < listed; ++i) {
    const DisabledAddress& disabled = group.disabled[i];
    const std::string circumstances = DisabledCircumstances(disabled.entry);
    text += absl::StrFormat(
        "OUT   %s %s%s%s\n", Printable(disabled.entry.range.text),
        Painted(std::string(WithheldWord(disabled.entry.cause)), Tone::kOut,
                colours),
        circumstances.empty() ? ""
                              : " (" + Printable(circumstances, kMaxLine) + ")",
        disabled.in_group ? "" : "; it is in no set of the group");
  }
  if (listed < group.disabled.size()) {
    text += absl::StrFormat("OUT   %d more\n", group.disabled.size() - listed);
  }
  if (group.load) {
    text += "load  " + LoadWords(*group.load, group.unix_millis) + "\n";
  }
  const bool counted =
      std::any_of(group.names.begin(), group.names.end(),
                  [](const GroupMembership& name) { return name.questions; });
  std::vector<std::string> titles = {"NAME", "WEIGHT", "CLIENTS"};
  if (counted) titles.emplace_back("QUESTIONS");
  Table table(titles, counted ? Table::Columns{1, 2, 3} : Table::Columns{1, 2});
  for (const GroupMembership& name : group.names) {
    std::vector<Cell> cells = {
        name.name, absl::StrFormat("%d", name.weight),
        name.share.has_value() ? Percent(*name.share) : ""};
    if (counted) {
      cells.emplace_back(name.questions.has_value() ? Percent(*name.questions)
                                                    : "");
    }
    table.Add(std::move(cells));
  }
  text += table.Text();
  if (!group.next.empty()) {
    text += absl::StrFormat(
        "%d of %d names; for the next: group show %s --after %s\n",
        group.names.size(), group.name_count, Printable(group.group),
        Printable(group.next));
  }
  return text;
}

std::string GroupJson(const GroupReport& group, size_t most_of_each) {
  return JsonText(Versioned(ToJson(group, most_of_each)));
}

}  // namespace groupring::backend
