#include "backend/report/status_report.h"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/report/diagnostic_text.h"
#include "backend/report/group_report.h"
#include "backend/report/json_text.h"
#include "backend/report/outlook_report.h"
#include "backend/report/table.h"
#include "redis/base/words.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {

using redis::DataOrigin;

namespace {

// How long Redis may be silent before that is a problem.
constexpr int64_t kSilentMillis = 5000;

// Values that make no sense are listed one by one up to this number.
constexpr size_t kMaxComplaints = 20;
constexpr size_t kMaxNamesWhenReady = 3;

// Adds to lists of which not more than `limit` of groups are kept.
class GroupAdder {
 public:
  GroupAdder(size_t limit, StatusReport* status)
      : limit_(limit), status_(status) {}

  void Add(const GroupReport& group) {
    for (std::string& out : OutWords(group)) AddOut(std::move(out));
    std::string disabled = DisabledWords(group);
    if (!disabled.empty()) AddOut(std::move(disabled));
    if (group.addresses[0]->empty() && group.addresses[1]->empty()) {
      AddProblem(DiagnosticCode::kGroupWithoutAddresses, group,
                 "has no addresses");
      return;
    }
    for (size_t f = 0; f < redis::kFamilies; ++f) {
      if (group.last_good[f] == nullptr) continue;
      AddProblem(DiagnosticCode::kFamilyLost, group,
                 absl::StrFormat("lost all its %s",
                                 FamilyName(static_cast<redis::Family>(f))));
    }
  }

 private:
  void AddOut(std::string words) {
    if (++status_->out_total <= limit_)
      status_->out.push_back(std::move(words));
  }
  void AddProblem(DiagnosticCode code, const GroupReport& group,
                  std::string message) {
    ++status_->problems_total;
    if (++problems_ > limit_) return;
    status_->problems.push_back(
        {Severity::kWarning, code, group.group, std::move(message), ""});
  }

  const size_t limit_;
  StatusReport* const status_;
  size_t problems_ = 0;
};

void AddComplaints(const Snapshot& snapshot, const NodeFacts& facts,
                   Diagnostics* problems) {
  const auto add = [&](const std::string& complaint) {
    problems->push_back({Severity::kWarning, DiagnosticCode::kMalformedValue,
                         "", complaint, ""});
  };
  for (const std::string& complaint : facts.complaints) add(complaint);
  if (facts.keys_complained_of > facts.complaints.size()) {
    add(absl::StrFormat(
        "%d keys in Redis have values that could not be read or "
        "make no sense; the first are listed",
        facts.keys_complained_of));
  }
  size_t listed = 0;
  for (const std::string& complaint : *snapshot.complaints) {
    if (++listed > kMaxComplaints) break;
    add(complaint);
  }
  if (snapshot.complaints->size() > kMaxComplaints) {
    add(
        absl::StrFormat("%d values cannot be served as they stand; the first "
                        "are listed",
                        snapshot.complaints->size()));
  }
  listed = 0;
  for (const std::string& shortcoming : *snapshot.shortcomings) {
    if (++listed > kMaxComplaints) break;
    problems->push_back({Severity::kWarning,
                         DiagnosticCode::kNameServerWithoutAddress, "",
                         shortcoming, ""});
  }
}

void AddNodeProblems(const NodeFacts& facts, Diagnostics* problems) {
  const auto add = [&](DiagnosticCode code, std::string message) {
    problems->push_back({Severity::kWarning, code, "", std::move(message), ""});
  };
  if (facts.doubting) {
    add(DiagnosticCode::kLossDoubted, AnswersFromOf(facts).doubt);
  }
  if (!facts.redis_loaded) {
    add(DiagnosticCode::kRedisNotLoaded,
        "Redis has not been loaded yet; answering from what was saved");
  } else if (!facts.redis_connected) {
    add(DiagnosticCode::kRedisAway,
        "Redis is away; answering from what it held last");
  } else if (facts.redis_silent_millis > kSilentMillis) {
    add(DiagnosticCode::kRedisSilent,
        absl::StrFormat("Redis has been silent for %d s",
                        facts.redis_silent_millis / 1000));
  }
  if (facts.clock_offset_millis &&
      std::abs(*facts.clock_offset_millis) > kClockOffMillis) {
    add(DiagnosticCode::kClockOff, ClockOffText(*facts.clock_offset_millis));
  }
  if (!facts.state_trouble.empty()) {
    add(DiagnosticCode::kStateNotSaved, facts.state_trouble);
  }
  if (!facts.health_trouble.empty()) {
    add(DiagnosticCode::kHealthOld, facts.health_trouble);
  }
  if (!facts.listen_trouble.empty()) {
    add(DiagnosticCode::kNotListening, facts.listen_trouble);
  }
  if (facts.clock_refused) {
    add(DiagnosticCode::kClockUnknown,
        "Redis' time is not known, so ramps and `until` go by the clock of "
        "this host: let the Redis user use TIME");
  }
  if (facts.redis_connected && facts.tracking_overflows) {
    add(DiagnosticCode::kTrackingOverflow,
        "the keys that are followed would fill most of Redis' tracking table, "
        "and other applications write too much to be told of all writes; known "
        "keys are polled: raise tracking-table-max-keys");
  } else if (facts.redis_connected && facts.announces_all_writes) {
    add(DiagnosticCode::kTrackingOverflow,
        "the keys that are followed would fill most of Redis' tracking table, "
        "so Redis announces all writes instead, of other applications, too: "
        "raise tracking-table-max-keys");
  } else if (facts.redis_connected && !facts.tracking) {
    add(DiagnosticCode::kChangesNotAnnounced,
        "Redis does not announce changes; known keys are polled");
  }
}

}  // namespace

AnswersFrom AnswersFromOf(const NodeFacts& facts) {
  AnswersFrom from;
  if (facts.doubting) {
    from.origin = DataOrigin::kDoubted;
    from.since_unix_millis = facts.doubting_since_unix_millis;
    from.doubt = absl::StrFormat(
        "what Redis holds (%s; of what was known %s) is not believed since %s: "
        "answering from what it held before, until half of each is back or "
        "`groupring snapshot accept` says that the loss is meant",
        Counted(facts.doubted_names, "name"), ReturnedWords(facts.returned),
        UtcTime(facts.doubting_since_unix_millis / 1000));
  } else if (facts.redis_loaded && facts.redis_connected) {
    from.origin = DataOrigin::kLive;
    from.since_unix_millis = facts.redis_live_since_unix_millis;
  } else {
    from.origin = DataOrigin::kHeld;
    from.since_unix_millis = facts.redis_heard_unix_millis;
  }
  return from;
}

std::string AnswersWords(const NodeFacts& facts) {
  const AnswersFrom from = AnswersFromOf(facts);
  const std::string since = UtcTime(from.since_unix_millis / 1000);
  switch (from.origin) {
    case DataOrigin::kLive:
      return "what Redis holds";
    case DataOrigin::kDoubted:
      return "what Redis held before it lost its data, which was noticed at " +
             since;
    case DataOrigin::kHeld:
    case DataOrigin::kUnknown:
      break;
  }
  if (from.since_unix_millis == 0) return "what was saved before its start";
  return absl::StrFormat("what Redis held at %s, %d s ago", since,
                         facts.redis_silent_millis / 1000);
}

std::string ClockOffText(int64_t offset_millis) {
  return absl::StrFormat("the clock of this host is %.1f s %s Redis' time",
                         static_cast<double>(std::abs(offset_millis)) / 1000,
                         offset_millis < 0 ? "behind" : "ahead of");
}

std::string ReadyText(const Snapshot& snapshot, const NodeFacts& facts,
                      int64_t unix_millis) {
  const AnswersFrom from = AnswersFromOf(facts);
  std::string text;
  if (from.origin == DataOrigin::kDoubted) {
    text += "ok, but " + from.doubt + "\n";
  } else if (from.origin == DataOrigin::kHeld) {
    text += "ok, but Redis is away: answering from what it held\n";
  }
  for (const Diagnostic& problem :
       OutlookProblems(snapshot, unix_millis, kMaxNamesWhenReady)) {
    text += "ok, but " + Printable(ProblemText(problem), kMaxLine) + "\n";
  }
  return text.empty() ? "ok\n" : text;
}

StatusReport ReportStatus(const Snapshot& snapshot, const NodeFacts& facts,
                          int64_t unix_millis, size_t limit,
                          size_t problem_names) {
  StatusReport status;
  status.facts = facts;
  status.zones = snapshot.zones.size();
  for (const auto& [of, members] : *snapshot.classes) {
    status.names += members.names;
  }
  const GroupDirectory directory(snapshot, unix_millis);
  status.groups = directory.groups().size();
  status.generation = snapshot.generation;
  status.redis_generation = snapshot.redis_generation;
  status.snapshot_age_millis = unix_millis - snapshot.built_unix_millis;
  AddNodeProblems(facts, &status.problems);
  AddComplaints(snapshot, facts, &status.problems);
  for (Diagnostic& problem :
       OutlookProblems(snapshot, unix_millis, problem_names)) {
    status.problems.push_back(std::move(problem));
  }
  status.problems_total = status.problems.size();
  status.courses = RunningCourses(snapshot, unix_millis);
  GroupAdder adder(limit, &status);
  for (const GroupReport& group : directory.groups()) adder.Add(group);
  return status;
}

std::string ProblemText(const Diagnostic& problem) {
  std::string text = problem.subject.empty()
                         ? problem.message
                         : problem.subject + " " + problem.message;
  if (!problem.advice.empty()) text += "; " + problem.advice;
  return text;
}

std::string StatusText(const StatusReport& status) {
  std::string text;
  for (const std::string& out : status.out) {
    text += "OUT      " + Printable(out, kMaxLine) + "\n";
  }
  if (status.out_total > status.out.size()) {
    text += absl::StrFormat("OUT      and %d more: status --limit N\n",
                            status.out_total - status.out.size());
  }
  for (const Diagnostic& problem : status.problems) {
    text += "problem  " + Printable(ProblemText(problem), kMaxLine) + "\n";
  }
  if (status.problems_total > status.problems.size()) {
    text += absl::StrFormat("problem  and %d more: status --limit N\n",
                            status.problems_total - status.problems.size());
  }
  for (const RunningCourse& course : status.courses) {
    text += "weights  " + Printable(CourseWords(course), kMaxLine) + "\n";
  }
  if (status.problems.empty() && status.out.empty()) {
    text += "all groups in service, no problems\n";
  }
  text += absl::StrFormat(
      "serving  %d names in %d zones from %d groups\n"
      "answers  %s\n"
      "redis    %s; last heard of %.1f s ago; generation %d applied\n"
      "version  groupring %s; snapshot %d, %.1f s old\n",
      status.names, status.zones, status.groups, AnswersWords(status.facts),
      status.facts.redis_connected ? "connected" : "away",
      static_cast<double>(status.facts.redis_silent_millis) / 1000,
      status.redis_generation, status.facts.version, status.generation,
      static_cast<double>(status.snapshot_age_millis) / 1000);
  return text;
}

std::string StatusJson(const StatusReport& status) {
  const AnswersFrom from = AnswersFromOf(status.facts);
  nlohmann::ordered_json json = {
      {"version", kReportVersion},
      {"groupring", status.facts.version},
      {"zones", status.zones},
      {"names", status.names},
      {"groups", status.groups},
      {"redis_connected", status.facts.redis_connected},
      {"redis_loaded", status.facts.redis_loaded},
      {"redis_tracking", status.facts.tracking},
      {"redis_silent_seconds",
       static_cast<double>(status.facts.redis_silent_millis) / 1000},
      {"doubting", status.facts.doubting},
      {"answers_from", ToText(from.origin)},
      {"answers_from_since", from.since_unix_millis / 1000},
      {"doubted_names", status.facts.doubting
                            ? nlohmann::ordered_json(status.facts.doubted_names)
                            : nlohmann::ordered_json(nullptr)},
      {"malformed", status.facts.feed.malformed},
      {"generation", status.redis_generation},
      {"snapshot", status.generation},
      {"snapshot_age_seconds",
       static_cast<double>(status.snapshot_age_millis) / 1000},
  };
  AddList(
      "out", status.out, status.out_total, SIZE_MAX,
      [](const std::string& words) { return words; }, &json);
  AddList("problems", status.problems, status.problems_total, SIZE_MAX,
          ProblemText, &json);
  json["diagnostics"] = DiagnosticsArray(status.problems);
  json["weight_courses"] = CoursesJson(status.courses);
  return JsonText(json);
}

std::vector<std::string> NotReady(const Snapshot* snapshot,
                                  const NodeFacts& facts) {
  if (snapshot == nullptr) {
    return {"nothing has been loaded from Redis, and nothing was saved"};
  }
  if (snapshot->owners->empty()) return {"Redis holds no names"};
  if (!facts.listen_trouble.empty()) return {facts.listen_trouble};
  return {};
}

}  // namespace groupring::backend
