#include "backend/report/status_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_format.h"
#include "backend/report/diagnostic_text.h"
#include "backend/report/group_words.h"
#include "backend/report/json_text.h"
#include "backend/report/table.h"
#include "redis/base/words.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {

using redis::DataOrigin;

namespace {

// How long Redis may be silent before that is a problem.
constexpr int64_t kSilentMillis = 5000;

// The groups that some name refers to, sorted by name.
std::vector<const redis::GroupData*> GroupsOf(const Snapshot& snapshot) {
  absl::flat_hash_set<const redis::GroupData*> groups;
  for (const auto& view : snapshot.rings) {
    for (const auto& group : view->groups) groups.insert(group.get());
  }
  std::vector<const redis::GroupData*> sorted(groups.begin(), groups.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return a->name < b->name; });
  // Of a group without any key in Redis each ring has an object of its own.
  sorted.erase(std::unique(sorted.begin(), sorted.end(),
                           [](const auto* a, const auto* b) {
                             return a->name == b->name;
                           }),
               sorted.end());
  return sorted;
}

std::string OutText(const GroupOut& out) {
  return out.group + " " + StateSentence(out.state, out.intent);
}

void AddGroup(const redis::GroupData& group, int64_t unix_millis,
              StatusReport* status) {
  const redis::Intent intent = IntentOf(group.state, unix_millis);
  if (!intent.IsWhole()) {
    status->out.push_back({group.name, group.state, intent});
  }
  const auto add = [&](DiagnosticCode code, std::string message) {
    status->problems.push_back(
        {Severity::kWarning, code, group.name, std::move(message), ""});
  };
  if (group.addresses[0]->empty() && group.addresses[1]->empty()) {
    add(DiagnosticCode::kGroupWithoutAddresses, "has no addresses");
    return;
  }
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    if (AddressesOf(group, f, redis::SkipList()).data ==
        redis::AddressData::kLastKnownGood) {
      add(DiagnosticCode::kFamilyLost,
          absl::StrFormat("lost all its %s",
                          FamilyName(static_cast<redis::Family>(f))));
    }
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
  if (facts.redis_connected && !facts.tracking) {
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
        "what Redis holds (%s) is not believed since %s: answering from what "
        "it held before, until that returns or `groupring snapshot accept` "
        "says that the loss is meant",
        Counted(facts.doubted_names, "name"),
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

std::string ReadyText(const NodeFacts& facts) {
  const AnswersFrom from = AnswersFromOf(facts);
  if (from.origin == DataOrigin::kDoubted) {
    return "ok, but " + from.doubt + "\n";
  }
  if (from.origin == DataOrigin::kHeld) {
    return "ok, but Redis is away: answering from what it held\n";
  }
  return "ok\n";
}

StatusReport ReportStatus(const Snapshot& snapshot, const NodeFacts& facts,
                          int64_t unix_millis) {
  StatusReport status;
  status.facts = facts;
  status.zones = snapshot.zones.size();
  for (const auto& [name, owner] : *snapshot.owners) {
    if (owner->dynamic != nullptr) ++status.names;
  }
  const std::vector<const redis::GroupData*> groups = GroupsOf(snapshot);
  status.groups = groups.size();
  status.generation = snapshot.generation;
  status.redis_generation = snapshot.redis_generation;
  status.snapshot_age_millis = unix_millis - snapshot.built_unix_millis;
  AddNodeProblems(facts, &status.problems);
  for (const redis::GroupData* group : groups) {
    AddGroup(*group, unix_millis, &status);
  }
  return status;
}

std::string ProblemText(const Diagnostic& problem) {
  return problem.subject.empty() ? problem.message
                                 : problem.subject + " " + problem.message;
}

std::string StatusText(const StatusReport& status) {
  std::string text;
  for (const GroupOut& out : status.out) {
    text += "OUT      " + Printable(OutText(out), kMaxLine) + "\n";
  }
  for (const Diagnostic& problem : status.problems) {
    text += "problem  " + Printable(ProblemText(problem), kMaxLine) + "\n";
  }
  if (status.problems.empty() && status.out.empty()) {
    text += "all groups in service, no problems\n";
  }
  text += absl::StrFormat(
      "serving  %d names in %d zones from %d groups\n"
      "redis    %s; last heard of %.1f s ago; generation %d applied\n"
      "version  groupring %s; snapshot %d, %.1f s old\n",
      status.names, status.zones, status.groups,
      status.facts.redis_connected ? "connected" : "away",
      static_cast<double>(status.facts.redis_silent_millis) / 1000,
      status.redis_generation, status.facts.version, status.generation,
      static_cast<double>(status.snapshot_age_millis) / 1000);
  return text;
}

std::string StatusJson(const StatusReport& status) {
  const AnswersFrom from = AnswersFromOf(status.facts);
  return JsonText(
      {{"version", kReportVersion},
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
       {"doubted_names",
        status.facts.doubting
            ? nlohmann::ordered_json(status.facts.doubted_names)
            : nlohmann::ordered_json(nullptr)},
       {"malformed", status.facts.malformed},
       {"generation", status.redis_generation},
       {"snapshot", status.generation},
       {"snapshot_age_seconds",
        static_cast<double>(status.snapshot_age_millis) / 1000},
       {"out", JsonArray(status.out, OutText)},
       {"problems", JsonArray(status.problems, ProblemText)},
       {"diagnostics", DiagnosticsArray(status.problems)}});
}

std::vector<std::string> NotReady(const Snapshot* snapshot) {
  if (snapshot == nullptr) {
    return {"nothing has been loaded from Redis, and nothing was saved"};
  }
  if (snapshot->owners->empty()) return {"Redis holds no names"};
  return {};
}

}  // namespace groupring::backend
