#include "backend/report/health_history.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "absl/strings/str_format.h"
#include "backend/report/json_text.h"
#include "backend/report/table.h"
#include "backend/report/verdict_words.h"
#include "redis/base/printable.h"
#include "redis/base/words.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using nlohmann::ordered_json;
using redis::HealthEvent;
using redis::Verdict;

std::string Name(const std::optional<Verdict>& verdict) {
  return verdict ? std::string(redis::ToText(*verdict)) : "?";
}

// "up -> down"; "up" for the first verdict.
std::string Change(const HealthEvent& event) {
  return (event.before ? Name(event.before) + " -> " : "") +
         Name(event.verdict);
}

Tone ToneOf(const HealthEvent& event) {
  if (event.verdict == Verdict::kUp) return Tone::kInService;
  return event.verdict == Verdict::kDown ? Tone::kBad : Tone::kPlain;
}

std::string Why(const HealthEvent& event) {
  if (event.verdict == Verdict::kUp) return event.text;
  std::string why = event.reason ? std::string(ReasonWords(*event.reason)) : "";
  if (!event.text.empty()) why += (why.empty() ? "" : ": ") + event.text;
  return why;
}

ordered_json ToJson(const HealthEvent& event) {
  return {{"id", event.id},
          {"time", event.unix_millis / 1000},
          {"checker", event.checker},
          {"group", event.group},
          {"address", event.address},
          {"verdict", Name(event.verdict)},
          {"before", event.before ? Name(event.before) : ""},
          {"reason", event.reason ? redis::ToText(*event.reason) : ""},
          {"text", event.text}};
}

}  // namespace

std::string HealthHistoryText(const std::string& group,
                              const std::vector<HealthEvent>& events,
                              Colours colours) {
  if (events.empty()) {
    return absl::StrFormat(
        "no checker has written of a change of %s; the newest %d changes of "
        "all groups are kept\n",
        Printable(group), redis::kMaxHealthEvents);
  }
  Table table({"TIME", "CHECKER", "ADDRESS", "VERDICT", "WHY"});
  for (const HealthEvent& event : events) {
    table.Add({UtcTime(event.unix_millis / 1000),
               event.checker,
               event.address,
               {Change(event), ToneOf(event)},
               Why(event)});
  }
  return table.Text(0, colours);
}

std::string HealthHistoryJson(const std::string& group,
                              const std::vector<HealthEvent>& events) {
  return JsonText(
      Versioned({{"group", group}, {"events", JsonArray(events, ToJson)}}));
}

std::string HealthEventLine(const HealthEvent& event, Colours colours) {
  const std::string why = Why(event);
  return Printable(absl::StrFormat("%s %s: %s ",
                                   UtcTime(event.unix_millis / 1000),
                                   event.checker, event.address)) +
         Painted(Change(event), ToneOf(event), colours) +
         (why.empty() ? "" : " (" + Printable(why) + ")") + "\n";
}

std::string HealthEventJsonLine(const HealthEvent& event) {
  return JsonLine(Versioned(ToJson(event)));
}

}  // namespace groupring::backend
