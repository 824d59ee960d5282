// `groupring health …`, but for what changes something by a plan.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/change/find.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"
#include "backend/program/control_session.h"
#include "backend/program/follow.h"
#include "backend/program/read_and_show.h"
#include "backend/report/health_history.h"
#include "backend/report/health_report.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

HealthView ViewOf(const Reading& reading) {
  return {&reading.dataset, reading.health.get(), reading.conclusions.get(),
          reading.unix_millis};
}

// The group's alone, the newest of them.
std::vector<redis::HealthEvent> Of(const std::string& group, size_t count,
                                   std::vector<redis::HealthEvent> events) {
  std::erase_if(events, [&](const redis::HealthEvent& event) {
    return event.group != group;
  });
  if (events.size() > count) {
    events.erase(events.begin(),
                 events.end() - static_cast<std::ptrdiff_t>(count));
  }
  return events;
}

}  // namespace

int ShowHealth(const Arguments& arguments) {
  return ReadAndShow(
      arguments, [&](ControlSession*, const Reading& reading) -> absl::Status {
        const HealthView view = ViewOf(reading);
        Print(arguments.Has("--json") ? HealthListJson(view)
                                      : HealthListText(view, OutputColours()));
        return absl::OkStatus();
      });
}

int ShowGroupHealth(const Arguments& arguments) {
  const std::string& group = arguments.Text("group");
  return ReadAndShow(
      arguments, [&](ControlSession*, const Reading& reading) -> absl::Status {
        const auto found = FindGroup(reading.dataset, group);
        if (!found.ok()) return found.status();
        const HealthView view = ViewOf(reading);
        Print(arguments.Has("--json")
                  ? HealthGroupJson(view, group)
                  : HealthGroupText(view, group, OutputColours()));
        return absl::OkStatus();
      });
}

int ShowHealthHistory(const Arguments& arguments) {
  const std::string& group = arguments.Text("group");
  const bool json = arguments.Has("--json");
  const size_t count =
      std::strtoul(arguments.Text("--count").c_str(), nullptr, 10);
  const auto session = OpenSession(ProgramOptions(arguments));
  if (!session.ok()) return Fail(session.status());
  auto events = (*session)->store->HealthLog(redis::kMaxHealthEvents);
  if (!events.ok()) return Fail(events.status());
  const std::string last = events->empty() ? "0-0" : events->back().id;
  auto shown = Of(group, count, *std::move(events));
  if (shown.empty()) {
    // A misspelt name would look like a group without events.
    const auto reading = ReadEverything(session->get());
    if (!reading.ok()) return Fail(reading.status());
    const auto found = FindGroup(reading->dataset, group);
    if (!found.ok()) return Fail(found.status());
  }
  if (!arguments.Has("--follow")) {
    Print(json ? HealthHistoryJson(group, shown)
               : HealthHistoryText(group, shown, OutputColours()));
    return kExitDone;
  }
  return FollowEntries(
      std::move(shown), last,
      [&](const std::string& id, std::chrono::milliseconds wait) {
        return (*session)->store->HealthLogAfter(id, wait);
      },
      [&](const redis::HealthEvent& event) {
        if (event.group != group) return;
        Print(json ? HealthEventJsonLine(event)
                   : HealthEventLine(event, OutputColours()));
      },
      session->get());
}

int ForgetChecker(const Arguments& arguments) {
  const std::string& checker = arguments.Text("checker");
  const auto session = OpenSession(ProgramOptions(arguments));
  if (!session.ok()) return Fail(session.status());
  const absl::Status forgotten = (*session)->store->ForgetChecker(checker);
  if (!forgotten.ok()) return Fail(forgotten);
  PrintProse(Printable(checker) +
             " is forgotten, with its verdicts; if it reports again it is "
             "listed again\n");
  return kExitDone;
}

}  // namespace groupring::backend
