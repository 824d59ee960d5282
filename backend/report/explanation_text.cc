#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/explanation.h"
#include "backend/report/group_words.h"
#include "backend/report/json_text.h"
#include "backend/report/table.h"
#include "backend/report/weight_course.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using redis::Service;

constexpr size_t kShownAddresses = 8;
constexpr size_t kShownGroups = 12;

std::string FamilyText(size_t f) {
  return std::string(FamilyName(static_cast<redis::Family>(f)));
}

std::vector<std::string> FamilyTexts(
    const std::array<bool, redis::kFamilies>& families) {
  std::vector<std::string> texts;
  for (size_t f = 0; f < families.size(); ++f) {
    if (families[f]) texts.push_back(FamilyText(f));
  }
  return texts;
}

// What a value is for programs and for people.
struct Words {
  const char* code;
  const char* text;
};

// Each in the order of its enum.
constexpr const char* kSources[] = {"client subnet", "resolver", "nobody"};
constexpr Words kServices[] = {{"none", "none"},
                               {"last_resort", "last known good"},
                               {"fail_open", "last known good"},
                               {"in_service", "in service"}};
constexpr Words kPassedOver[] = {
    {"", ""},
    {"disabled", "disabled"},
    {"weight_zero", "weight 0 on this name"},
    {"slot_given_up", "this slot is not among those it keeps now"},
    {"lacks_family", ""},  // LackedFamilies
    {"not_reached", "not reached: a group before it answers"}};
constexpr Words kVerdicts[] = {
    {"no_such_name", "there is no such name"},
    {"empty_non_terminal",
     "nothing is answered here: the name only has others below it"},
    {"static_records", "everybody gets its static records"},
    {"nothing_known",
     "SERVFAIL: no group or address is in service and none is known from "
     "before"},
    {"everything_skipped",
     "SERVFAIL: skip lists cover each address, and what they cover is never "
     "answered"},
    {"refused", "SERVFAIL: nothing is in service and ON_EMPTY is servfail"},
    {"no_records",
     "no records for any client (NODATA): nothing is in service and ON_EMPTY "
     "is "
     "nodata"},
    {"last_known_good",
     "answered from the last known good addresses: nothing is in service"},
    {"in_service", ""}};  // AnsweredBy

template <typename Value, typename Enum, size_t kSize>
const Value& Of(const Value (&values)[kSize], Enum value) {
  return values[static_cast<size_t>(value)];
}

const Words& ServiceWords(const ExplainedFamily& family) {
  static constexpr Words kLeftOut = {"left_out", "left out (nodata)"};
  return family.left_out ? kLeftOut : Of(kServices, family.service);
}

std::string PassedOverText(const ExplainedGroup& group) {
  if (group.passed_over != PassedOver::kLacksFamily) {
    return Of(kPassedOver, group.passed_over).text;
  }
  std::array<bool, redis::kFamilies> none{};
  for (size_t f = 0; f < none.size(); ++f) {
    none[f] = group.lacks[f] && !group.withheld[f];
  }
  std::vector<std::string> lacks;
  if (none[0] || none[1]) {
    lacks.push_back("no " + absl::StrJoin(FamilyTexts(none), " and no ") +
                    " in service");
  }
  if (group.withheld[0] || group.withheld[1]) {
    lacks.push_back("each " +
                    absl::StrJoin(FamilyTexts(group.withheld), " and ") +
                    " address is withheld");
    if (group.withheld_first) {
      const redis::WithheldAddress& first = *group.withheld_first;
      const std::string why = DisabledCircumstances(first);
      lacks.back() += absl::StrFormat(", %s %s%s", first.range.text,
                                      WithheldWord(first.cause),
                                      why.empty() ? "" : " (" + why + ")");
    }
  }
  return absl::StrJoin(lacks, ", ");
}

std::string AnsweredBy(const Explanation& e) {
  const ExplainedFamily& a = e.families[0];
  const ExplainedFamily& aaaa = e.families[1];
  if (a.service != Service::kNone && aaaa.service != Service::kNone &&
      a.group != aaaa.group) {
    return absl::StrFormat("answered by %s (A) and %s (AAAA)", a.group,
                           aaaa.group);
  }
  const std::string& group = a.service == Service::kNone ? aaaa.group : a.group;
  return group.empty() ? "answered from the name's own addresses"
                       : "answered by " + group;
}

std::string WhyNot(const ExplainedGroup& group) {
  const std::string why = PassedOverText(group);
  const std::string circumstances =
      StateCircumstances(group.state, group.intent);
  if (circumstances.empty()) return why;
  return why.empty() ? circumstances : why + " (" + circumstances + ")";
}

std::string OrderText(const Explanation& e, Colours colours) {
  Table table({"#", "GROUP", "STATE", "ANSWERS", "WHY NOT"}, {0});
  const size_t shown = std::min(e.order.size(), kShownGroups);
  for (size_t i = 0; i < shown; ++i) {
    const ExplainedGroup& group = e.order[i];
    const Cell state =
        group.passed_over == PassedOver::kWeightZero
            ? Cell("WEIGHT 0")
            : Cell(StateWords(group.intent), ToneOf(group.intent));
    table.Add({absl::StrFormat("%d", i + 1), group.group, state,
               absl::StrJoin(FamilyTexts(group.answers), " "), WhyNot(group)});
  }
  std::string text = "order of groups for this slot\n" + table.Text(2, colours);
  if (e.order.size() > shown) {
    text += absl::StrFormat("  … and %d more\n", e.order.size() - shown);
  }
  return text;
}

std::string AddressesText(const Explanation& e, Colours colours) {
  Table table({"FAMILY", "GROUP", "FROM", "DRAWN FROM"});
  for (size_t f = 0; f < e.families.size(); ++f) {
    const ExplainedFamily& family = e.families[f];
    std::vector<std::string> shown = family.candidates;
    std::string rest;
    if (shown.size() > kShownAddresses) {
      rest = absl::StrFormat(" and %d more", shown.size() - kShownAddresses);
      shown.resize(kShownAddresses);
    }
    if (family.skipped > 0) {
      rest += absl::StrFormat(" (%d skipped)", family.skipped);
    }
    if (family.withheld > 0) {
      rest += absl::StrFormat(" (%d withheld)", family.withheld);
    }
    table.Add({FamilyText(f),
               family.group,
               {ServiceWords(family).text, family.service == Service::kInService
                                               ? Tone::kInService
                                               : Tone::kPlain},
               absl::StrJoin(shown, " ") + rest});
  }
  return "addresses\n" + table.Text(2, colours);
}

// What "no records" costs once there are some again.
std::string NodataCost(const Explanation& e) {
  return absl::StrFormat(
      "nodata     once said, \"no records\" is remembered for up to %s by "
      "resolvers, and before that by PowerDNS (cache-ttl, "
      "negquery-cache-ttl)\n",
      e.negative_ttl_seconds
          ? absl::StrFormat("%d s (SOA of %s)", *e.negative_ttl_seconds, e.zone)
          : std::string("what the SOA of its zone says"));
}

std::string AffinityLine(const Explanation& e) {
  if (!e.affinity) return "";
  const redis::AffinityLabel& label = e.affinity->label;
  const std::string part =
      label.parts == 1
          ? std::string()
          : absl::StrFormat(", key %d of %d", e.label_part + 1, label.parts);
  return absl::StrFormat(
      "label      %s (entry %s of groupring:affinity)%s: its slot is that of "
      "the label\n",
      Printable(label.name), Printable(e.affinity->text), part);
}

}  // namespace

std::string VerdictText(const Explanation& explanation) {
  return explanation.verdict == Verdict::kInService
             ? AnsweredBy(explanation)
             : Of(kVerdicts, explanation.verdict).text;
}

std::string ExplanationText(const Explanation& e, Colours colours) {
  const std::string source =
      e.key_source == KeySource::kNobody
          ? "nobody: neither the client's subnet nor a resolver is known"
          : absl::StrFormat("the %s", Of(kSources, e.key_source));
  std::string text =
      absl::StrFormat("%s for %s: %s\n", Printable(e.name), Printable(e.client),
                      Printable(VerdictText(e), kMaxLine));
  text += absl::StrFormat("subnet     %s (from %s), slot %d\n", e.subnet,
                          source, e.slot);
  text += AffinityLine(e);
  text +=
      absl::StrFormat("zone       %s\n", e.zone.empty() ? "none here" : e.zone);
  if (e.mode.has_value()) {
    text += absl::StrFormat(
        "answer     %s; TTL %d s, scope /%d, ANSWERS %d, ON_EMPTY %s\n",
        ToText(*e.mode), e.ttl_seconds, e.scope_mask, e.answers,
        ToText(e.on_empty));
    if (e.course) {
      text += absl::StrFormat(
          "weights    on their way: this slot goes by %s; %s\n",
          e.course->has_moved_on ? "the new ones" : "those before",
          CourseProgressWords(e.course->progress, e.course->end));
    }
    if (!e.order.empty()) text += OrderText(e, colours);
    text += AddressesText(e, colours);
    if (e.on_empty == redis::OnEmpty::kNodata) text += NodataCost(e);
  }
  text += absl::StrFormat(
      "snapshot   %d, %.1f s old; generation %d of Redis\n", e.snapshot,
      static_cast<double>(e.snapshot_age_millis) / 1000, e.generation);
  return text;
}

std::string ExplanationJson(const Explanation& e, size_t most_of_each) {
  using nlohmann::ordered_json;
  const auto group_to_json = [](const ExplainedGroup& group) {
    return ordered_json{
        {"group", group.group},
        {"state", StateWords(group.intent)},
        {"admin_state", ToText(group.intent.admin)},
        {"kept_share", KeptRatio(group.intent)},
        {"circumstances", StateCircumstances(group.state, group.intent)},
        {"keeps_slot", group.keeps_slot},
        {"answers", FamilyTexts(group.answers)},
        {"passed_over", PassedOverText(group)},
        {"passed_over_code", Of(kPassedOver, group.passed_over).code}};
  };
  ordered_json families = ordered_json::array();
  for (size_t f = 0; f < e.families.size(); ++f) {
    const ExplainedFamily& from = e.families[f];
    const Words& service = ServiceWords(from);
    ordered_json family = {{"family", FamilyText(f)},
                           {"group", from.group},
                           {"how", service.text},
                           {"service", service.code}};
    AddList(
        "candidates", from.candidates, from.candidates.size(), most_of_each,
        [](const std::string& text) { return text; }, &family);
    family["skipped"] = from.skipped;
    family["disabled"] = from.withheld;
    families.push_back(std::move(family));
  }
  const bool dynamic = e.mode.has_value();
  ordered_json json =
      Versioned({{"name", e.name},
                 {"client", e.client},
                 {"answered", e.answered()},
                 {"verdict", VerdictText(e)},
                 {"verdict_code", Of(kVerdicts, e.verdict).code},
                 {"zone", e.zone},
                 {"mode", dynamic ? ToText(*e.mode) : ""},
                 {"key_source", Of(kSources, e.key_source)},
                 {"subnet", e.subnet},
                 {"label", e.affinity ? e.affinity->label.name : ""},
                 {"label_keys", e.affinity ? e.affinity->label.parts : 0},
                 {"label_key", e.affinity ? e.label_part + 1 : 0},
                 {"affinity_entry", e.affinity ? e.affinity->text : ""},
                 {"slot", e.slot},
                 {"scope_mask", e.scope_mask},
                 {"ttl_seconds", e.ttl_seconds},
                 {"answers", e.answers},
                 {"on_empty", dynamic ? ToText(e.on_empty) : ""},
                 {"negative_ttl_seconds",
                  e.negative_ttl_seconds ? ordered_json(*e.negative_ttl_seconds)
                                         : ordered_json()},
                 {"groups_on_ring", e.groups_on_ring}});
  if (e.course) {
    json["weights_progress"] = e.course->progress;
    json["weights_until"] = e.course->end;
    json["by_weights_before"] = !e.course->has_moved_on;
  }
  AddList("order", e.order, e.order.size(), most_of_each, group_to_json, &json);
  json["families"] = std::move(families);
  json["generation"] = e.generation;
  json["snapshot"] = e.snapshot;
  json["snapshot_age_seconds"] =
      static_cast<double>(e.snapshot_age_millis) / 1000;
  return JsonText(json);
}

}  // namespace groupring::backend
