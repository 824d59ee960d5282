#include "backend/report/health_report.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/health_words.h"
#include "backend/report/json_text.h"
#include "backend/report/table.h"
#include "backend/report/verdict_words.h"
#include "redis/base/words.h"
#include "redis/schema/check.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using nlohmann::ordered_json;
using redis::AddressConclusion;
using redis::AddressHealth;
using redis::CheckSettings;
using redis::GroupHealth;

constexpr std::array<const char*, redis::kFamilies> kFamilyNames = {"A",
                                                                    "AAAA"};

// Null: the group is not checked.
const GroupHealth* HealthOf(const HealthView& view, const std::string& group) {
  const auto found = view.conclusions->groups.find(group);
  return found == view.conclusions->groups.end() ? nullptr
                                                 : found->second.get();
}

const CheckSettings& CheckOf(const HealthView& view, const std::string& group) {
  const GroupHealth* const health = HealthOf(view, group);
  return health == nullptr ? view.data->defaults
                           : *health->inputs.verdicts->check;
}

std::string ProbesText(const CheckSettings& check) {
  return redis::CheckFieldText(redis::CheckField::kProbes, check);
}

// "3/3", "1/3"; "-" without addresses.
Cell UpCell(const GroupHealth& health, size_t family) {
  const redis::FamilyHealth& of = health.families[family];
  if (of.addresses.empty()) return "";
  const Tone tone = of.up == of.addresses.size() ? Tone::kInService
                    : of.below_minimum           ? Tone::kBad
                                                 : Tone::kDraining;
  return {absl::StrFormat("%d/%d", of.up, of.addresses.size()), tone};
}

// What is done about it.
std::string EffectWords(const HealthView& view, const std::string& group,
                        const GroupHealth& health) {
  const CheckSettings& check = CheckOf(view, group);
  if (check.mode == redis::CheckMode::kObserve) return "observed only";
  if (!health.acts) return "paused until " + UtcTime(check.paused_until);
  std::vector<std::string> parts;
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    if (health.WithholdsAll(f)) {
      parts.push_back(absl::StrFormat("%s withheld", kFamilyNames[f]));
    } else if (health.WithholdsAny(f)) {
      parts.push_back(absl::StrFormat("%s in part", kFamilyNames[f]));
    }
  }
  const int64_t ends = health.return_start_unix_millis + health.return_millis;
  if (health.return_millis != 0 && ends > view.unix_millis) {
    parts.push_back("returns until " + UtcTime(ends / 1000));
  }
  return absl::StrJoin(parts, ", ");
}

// The names for which health is ignored, and why.
std::string PanicText(const HealthView& view) {
  // Which names would be a look at all of them.
  if (view.conclusions->panic.empty()) return {};
  std::vector<std::string> names;
  bool differ = false;
  for (const auto& [name, data] : view.dataset->names) {
    if (!view.conclusions->panic.contains(redis::PanicScopeOf(*data))) continue;
    names.push_back(name);
    if (!data->config.panic_percent) continue;
    differ = true;
    names.back() += absl::StrFormat(" (PANIC %d)", *data->config.panic_percent);
  }
  if (names.empty()) return {};
  std::sort(names.begin(), names.end());
  constexpr size_t kShown = 5;
  const size_t shown = std::min(kShown, names.size());
  return absl::StrFormat(
      "PANIC: health is ignored for %s%s, as less than %s of the weight would "
      "be left",
      absl::StrJoin(names.begin(),
                    names.begin() + static_cast<ptrdiff_t>(shown), ", "),
      names.size() > shown
          ? absl::StrFormat(" and %d more names", names.size() - shown)
          : "",
      differ ? "PANIC percent"
             : absl::StrFormat("%d %%", view.data->defaults.panic_percent));
}

bool Lives(const HealthView& view, const redis::CheckerStatus& checker) {
  return view.unix_millis - checker.seen_unix_millis <=
         redis::kCheckerLifeMillis;
}

std::string CheckerState(const HealthView& view,
                         const redis::CheckerStatus& checker) {
  if (!Lives(view, checker)) return "silent";
  return checker.doubts_itself ? "doubts itself" : "alive";
}

// "2 of 3 checkers are alive; …".
std::string LiveText(const HealthView& view) {
  const std::vector<redis::CheckerStatus>& all = view.data->checkers;
  const auto alive =
      std::count_if(all.begin(), all.end(),
                    [&](const auto& checker) { return Lives(view, checker); });
  const auto counted =
      std::count_if(all.begin(), all.end(), [&](const auto& checker) {
        return Lives(view, checker) && !checker.doubts_itself;
      });
  return absl::StrFormat(
      "%d of %s %s alive%s; an address is withheld when more than half of "
      "those that count find it down",
      alive, Counted(all.size(), "checker"), alive == 1 ? "is" : "are",
      counted == alive ? ""
                       : absl::StrFormat(", of which %d count%s", counted,
                                         counted == 1 ? "s" : ""));
}

std::string SourceOf(const HealthView& view) {
  if (!view.restored.empty()) return view.restored;
  return view.conclusions->source == redis::HealthSource::kLive
             ? LiveText(view)
             : SourceWords(*view.conclusions, view.unix_millis);
}

std::string SinceText(int64_t unix_millis) {
  return unix_millis == 0 ? "" : UtcTime(unix_millis / 1000);
}

ordered_json ToJson(const HealthView& view, const std::string& group) {
  const GroupHealth* const health = HealthOf(view, group);
  ordered_json result = {{"group", group}, {"checked", health != nullptr}};
  if (health == nullptr) return result;
  const CheckSettings& check = CheckOf(view, group);
  result["probes"] = ProbesText(check);
  result["mode"] = ToText(check.mode);
  result["acts"] = health->acts;
  result["return_start"] = health->return_start_unix_millis / 1000;
  result["return_seconds"] = health->return_millis / 1000;
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    const redis::FamilyHealth& of = health->families[f];
    result[f == 0 ? "a" : "aaaa"] = {{"up", of.up},
                                     {"of", of.addresses.size()},
                                     {"withheld", health->WithholdsAll(f)}};
  }
  return result;
}

}  // namespace

std::string_view ToText(HealthTroubleKind kind) {
  switch (kind) {
    case HealthTroubleKind::kNoChecker:
      return "no_checker";
    case HealthTroubleKind::kStale:
      return "stale";
    case HealthTroubleKind::kExpired:
      return "expired";
    case HealthTroubleKind::kCheckerSilent:
      return "checker_silent";
    case HealthTroubleKind::kCheckerDoubts:
      return "checker_doubts";
    case HealthTroubleKind::kPanic:
      break;
  }
  return "panic";
}

std::vector<HealthTrouble> HealthTroubles(const HealthView& view) {
  using Kind = HealthTroubleKind;
  std::vector<HealthTrouble> troubles;
  const auto of_all = [&](Kind kind) {
    troubles.push_back(
        {kind, "", SourceWords(*view.conclusions, view.unix_millis)});
  };
  switch (view.conclusions->source) {
    case redis::HealthSource::kNothingChecked:
      return {};
    case redis::HealthSource::kNoChecker:
      of_all(Kind::kNoChecker);
      break;
    case redis::HealthSource::kStale:
      of_all(Kind::kStale);
      break;
    case redis::HealthSource::kExpired:
      of_all(Kind::kExpired);
      break;
    case redis::HealthSource::kLive:
      for (const redis::CheckerStatus& checker : view.data->checkers) {
        const bool lives = Lives(view, checker);
        if (lives && !checker.doubts_itself) continue;
        troubles.push_back(
            {lives ? Kind::kCheckerDoubts : Kind::kCheckerSilent, checker.id,
             absl::StrFormat("checker %s %s, so its verdicts do not count%s",
                             Printable(checker.id),
                             lives ? "doubts itself" : "is silent",
                             checker.why.empty()
                                 ? ""
                                 : ": " + Printable(checker.why, kMaxLine))});
      }
      break;
  }
  if (std::string panic = PanicText(view); !panic.empty()) {
    troubles.push_back({Kind::kPanic, "", std::move(panic)});
  }
  return troubles;
}

std::string RestoredHealthText(const redis::HealthConclusions& conclusions,
                               int64_t concluded_unix_millis,
                               int64_t now_unix_millis) {
  size_t addresses = 0;
  size_t groups = 0;
  for (const auto& [name, health] : conclusions.groups) {
    const size_t before = addresses;
    for (size_t f = 0; f < redis::kFamilies; ++f) {
      for (size_t i = 0; i < health->families[f].addresses.size(); ++i) {
        if (health->Withholds(f, i)) ++addresses;
      }
    }
    if (addresses > before) ++groups;
  }
  if (addresses == 0) return {};
  return absl::StrFormat(
      "health is as it was at %s, %d s ago, and withholds %s of %s: no newer "
      "verdicts of checkers have been read since the start",
      UtcTime(concluded_unix_millis / 1000),
      (now_unix_millis - concluded_unix_millis) / 1000,
      absl::StrFormat("%d address%s", addresses, addresses == 1 ? "" : "es"),
      Counted(groups, "group"));
}

std::string HealthListText(const HealthView& view, Colours colours) {
  std::string text = SourceOf(view) + "\n";
  if (const std::string panic = PanicText(view); !panic.empty()) {
    text += panic + "\n";
  }
  if (!view.data->checkers.empty()) {
    Table checkers({"CHECKER", "STATE", "SEEN", "HOST", "VERSION"});
    for (const redis::CheckerStatus& checker : view.data->checkers) {
      const bool counts = Lives(view, checker) && !checker.doubts_itself;
      checkers.Add({checker.id,
                    {CheckerState(view, checker),
                     counts ? Tone::kInService : Tone::kBad},
                    UtcTime(checker.seen_unix_millis / 1000),
                    checker.host,
                    checker.version});
    }
    text += "\n" + checkers.Text(0, colours);
  }
  Table groups({"GROUP", "A UP", "AAAA UP", "PROBES", "EFFECT"}, {1, 2});
  std::map<std::string, const GroupHealth*> sorted;
  for (const auto& [group, data] : view.dataset->groups) {
    sorted[group] = HealthOf(view, group);
  }
  for (const auto& [group, health] : sorted) {
    if (health == nullptr) {
      groups.Add({group, "", "", "none", ""});
    } else {
      groups.Add({group, UpCell(*health, 0), UpCell(*health, 1),
                  ProbesText(CheckOf(view, group)),
                  EffectWords(view, group, *health)});
    }
  }
  return text + "\n" + groups.Text(0, colours);
}

std::string HealthListJson(const HealthView& view, const std::string& after,
                           size_t limit) {
  ordered_json checkers = ordered_json::array();
  for (const redis::CheckerStatus& checker : view.data->checkers) {
    checkers.push_back({{"id", checker.id},
                        {"state", CheckerState(view, checker)},
                        {"seen", checker.seen_unix_millis / 1000},
                        {"doubts_itself", checker.doubts_itself},
                        {"why", checker.why},
                        {"host", checker.host},
                        {"version", checker.version},
                        {"lag_millis", checker.lag_millis}});
  }
  std::set<std::string> sorted;
  for (const auto& [group, data] : view.dataset->groups) sorted.insert(group);
  auto group = after.empty() ? sorted.begin() : sorted.upper_bound(after);
  ordered_json groups = ordered_json::array();
  for (; group != sorted.end() && groups.size() < limit; ++group) {
    groups.push_back(ToJson(view, *group));
  }
  ordered_json json = Versioned({{"source", SourceOf(view)},
                                 {"checkers", std::move(checkers)},
                                 {"groups", std::move(groups)}});
  if (group != sorted.end()) {
    json["next"] = *std::prev(group);
    json["total"] = sorted.size();
  }
  return JsonText(json);
}

std::string HealthGroupText(const HealthView& view, const std::string& group,
                            Colours colours) {
  const GroupHealth* const health = HealthOf(view, group);
  if (health == nullptr) {
    return absl::StrFormat(
        "%s is not checked: HSET %s:CHECK PROBES …, or groupring:check for all "
        "groups\n",
        Printable(group), Printable(group));
  }
  const std::string effect = EffectWords(view, group, *health);
  std::string text = absl::StrFormat("%s: checked by %s%s\n", Printable(group),
                                     ProbesText(CheckOf(view, group)),
                                     effect.empty() ? "" : "; " + effect);
  Table table({"ADDRESS", "HEALTH", "DOWN", "SINCE", "WHY"}, {2});
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    const auto& members = health->inputs.sets[f]->members();
    for (size_t i = 0; i < members.size(); ++i) {
      const AddressConclusion& one = health->families[f].addresses[i];
      std::string why;
      if (one.verdict != nullptr) {
        why = std::string(ReasonWords(one.verdict->reason));
        if (!one.verdict->text.empty()) why += ": " + one.verdict->text;
        if (one.verdict->flapping) why += " (flapping)";
        if (one.verdict->certificate_days) {
          why += absl::StrFormat(" (certificate: %d days)",
                                 *one.verdict->certificate_days);
        }
      }
      table.Add({members[i].text,
                 {std::string(HealthWords(one.health)), ToneOf(one.health)},
                 absl::StrFormat("%d/%d", one.down_votes, one.votes),
                 SinceText(one.since_unix_millis),
                 why});
    }
  }
  return text + table.Text(0, colours);
}

std::string HealthGroupJson(const HealthView& view, const std::string& group,
                            size_t most) {
  ordered_json result = ToJson(view, group);
  const GroupHealth* const health = HealthOf(view, group);
  ordered_json addresses = ordered_json::array();
  size_t total = 0;
  for (size_t f = 0; health != nullptr && f < redis::kFamilies; ++f) {
    const auto& members = health->inputs.sets[f]->members();
    total += members.size();
    for (size_t i = 0; i < members.size() && addresses.size() < most; ++i) {
      const AddressConclusion& one = health->families[f].addresses[i];
      ordered_json address = {{"address", members[i].text},
                              {"health", HealthWords(one.health)},
                              {"down_votes", one.down_votes},
                              {"votes", one.votes},
                              {"since", one.since_unix_millis / 1000},
                              {"withheld", health->Withholds(f, i)}};
      if (one.verdict != nullptr) {
        address["reason"] = ToText(one.verdict->reason);
        address["text"] = one.verdict->text;
        address["flapping"] = one.verdict->flapping;
      }
      addresses.push_back(std::move(address));
    }
  }
  const size_t shown = addresses.size();
  result["addresses"] = std::move(addresses);
  if (shown < total) result["addresses_total"] = total;
  return JsonText(Versioned(result));
}

}  // namespace groupring::backend
