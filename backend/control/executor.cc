#include "backend/control/executor.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/control/fill_wait.h"
#include "backend/report/change_words.h"
#include "redis/model/availability.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/raw_value.h"
#include "redis/schema/write_batch.h"

namespace groupring::backend {
namespace {

using redis::Dataset;

constexpr int kAttempts = 5;
constexpr size_t kAuditLooked = 50;
// Replicas normally have a change within milliseconds.
constexpr std::chrono::milliseconds kReplicaWait{2000};

// How long nodes are observed without --wait. They normally answer by a change
// within milliseconds. The result is shown and has no effect on the exit
// status.
constexpr std::chrono::milliseconds kGlance{1000};

// Whether what the change is about was changed between two readings.
bool HasChanged(const Dataset& before, const Dataset& now,
                const redis::DatasetChange& touched) {
  const auto group_changed = [&](const std::string& group) {
    const auto a = before.groups.find(group);
    const auto b = now.groups.find(group);
    if (a == before.groups.end() || b == now.groups.end()) {
      return (a == before.groups.end()) != (b == now.groups.end());
    }
    return !(a->second->state == b->second->state);
  };
  const auto name_changed = [&](const std::string& name) {
    const auto a = before.names.find(name);
    const auto b = now.names.find(name);
    if (a == before.names.end() || b == now.names.end()) {
      return (a == before.names.end()) != (b == now.names.end());
    }
    return !(a->second->config == b->second->config &&
             *a->second->groups == *b->second->groups);
  };
  const auto affinity_changed = [&] {
    if (before.affinity == now.affinity) return false;
    return before.affinity == nullptr || now.affinity == nullptr ||
           *before.affinity != *now.affinity;
  };
  return (touched.affinity && affinity_changed()) ||
         std::any_of(touched.groups.begin(), touched.groups.end(),
                     group_changed) ||
         std::any_of(touched.names.begin(), touched.names.end(), name_changed);
}

// What commands have changed since that generation.
std::vector<redis::AuditEntry> DoneSince(int64_t generation,
                                         ControlStore* store) {
  auto entries = store->Audit(kAuditLooked);
  if (!entries.ok()) return {};
  std::erase_if(*entries, [&](const redis::AuditEntry& entry) {
    return entry.generation <= generation;
  });
  return *std::move(entries);
}

bool Contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Groups out of service that share a name with what the change touches.
std::map<std::string, redis::GroupState> GroupsOut(
    const Dataset& dataset, const redis::DatasetChange& touched,
    int64_t unix_millis) {
  std::map<std::string, redis::GroupState> out;
  for (const auto& [name, data] : dataset.names) {
    const bool concerned =
        Contains(touched.names, name) ||
        std::any_of(data->groups->begin(), data->groups->end(),
                    [&](const auto& member) {
                      return Contains(touched.groups, member.name);
                    });
    if (!concerned) continue;
    for (const auto& member : *data->groups) {
      const auto group = dataset.groups.find(member.name);
      if (group == dataset.groups.end()) continue;
      const redis::GroupState& state = group->second->state;
      if (redis::IntentOf(state, unix_millis).IsLeaving()) {
        out[member.name] = state;
      }
    }
  }
  return out;
}

// What the operation has to know, with the dataset as it was read.
absl::StatusOr<KnownData> Know(const Operation& operation,
                               const Arguments& given,
                               const ExecuteOptions& options, Dataset dataset,
                               ControlStore* store) {
  KnownData known;
  known.dataset = std::move(dataset);
  known.saved = options.saved;
  known.lines = options.lines;
  const auto& saved = options.saved;
  if (saved != nullptr) {
    // Redis may have groups of the file that are on no name there.
    for (const auto& [group, data] : saved->dataset.groups) {
      const absl::Status loaded =
          LoadUnreferencedGroup(group, store, &known.dataset);
      if (!loaded.ok()) return loaded;
    }
  }
  auto health = store->Health(known.dataset);
  if (!health.ok()) return health.status();
  known.health = *std::move(health);
  auto nodes = store->Nodes();
  if (!nodes.ok()) return nodes.status();
  known.nodes = *std::move(nodes);
  if (operation.needs == nullptr) return known;
  const Needs needs = operation.needs(known.dataset, given);
  if (!needs.loads.empty()) {
    auto loads = store->Loads(needs.loads);
    if (!loads.ok()) return loads.status();
    known.loads = *std::move(loads);
  }
  if (!needs.group.empty()) {
    const absl::Status loaded =
        LoadUnreferencedGroup(needs.group, store, &known.dataset);
    if (!loaded.ok()) return loaded;
  }
  for (const std::string& key : needs.lists) {
    auto members = store->Members(key);
    if (!members.ok()) return members.status();
    known.lists[key] = *std::move(members);
  }
  return known;
}

// A value that was not read would be planned as if nothing stood there. What
// the change deletes first may be anything.
absl::Status CheckWasRead(const redis::WriteBatch& writes,
                          const redis::Complaints& unread) {
  if (unread.empty()) return absl::OkStatus();
  std::set<std::string> deleted;
  for (const redis::TypedCommand& command : redis::CommandsOf(writes)) {
    if (command.type.empty()) {
      deleted.insert(command.words.begin() + 1, command.words.end());
      continue;
    }
    const std::string& key = command.words[1];
    if (deleted.contains(key)) continue;
    const auto found = std::find_if(unread.begin(), unread.end(),
                                    [&](const redis::Complaint& complaint) {
                                      return complaint.key == key;
                                    });
    if (found == unread.end()) continue;
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s: %s. What this change does to it cannot be told: put it right with "
        "redis-cli first",
        redis::Quoted(key), found->text.substr(0, found->text.find(';'))));
  }
  return absl::OkStatus();
}

redis::AuditEntry EntryFor(const Change& change, const ExecuteOptions& options,
                           bool forced) {
  redis::AuditEntry entry;
  entry.who = options.who;
  entry.what = std::string(ToText(change.kind));
  entry.target = TargetWords(change);
  entry.reason = options.reason;
  entry.before = StandingWords(change.before);
  entry.after = StandingWords(change.after);
  entry.forced = forced;
  return entry;
}

redis::Replicated Confirm(ControlStore* store) {
  auto replicated = store->ConfirmReplicas(kReplicaWait);
  if (replicated.ok()) return *std::move(replicated);
  redis::Replicated unknown;
  unknown.state = redis::Replicated::State::kUnconfirmed;
  unknown.why = std::string(replicated.status().message());
  return unknown;
}

int64_t OldAnswersUntil(const Plan& plan, int64_t unix_millis) {
  if (plan.max_ttl_seconds == 0 || plan.change.writes.empty()) return 0;
  // States and weights decide only which group answers a client. If no client
  // moves, no cached answer is outdated.
  if (WritesServiceOnly(plan.change.writes) && plan.impact.rings.empty()) {
    return 0;
  }
  return std::max(unix_millis / 1000, plan.change.settled_unix_seconds) +
         plan.max_ttl_seconds;
}

}  // namespace

absl::StatusOr<Outcome> Execute(const Operation& operation,
                                const Arguments& given,
                                const ExecuteOptions& options,
                                ControlStore* store, const Clock* clock) {
  // Large, and needed by no rule: read once, and not between what is read for
  // an update and its commit. A change can be made without it.
  auto counted = store->Traffic(clock->UnixMillis());
  const auto traffic = std::make_shared<const redis::TrafficProfile>(
      counted.ok() ? *std::move(counted) : redis::TrafficProfile());
  std::optional<Dataset> first;
  absl::Status aborted;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    absl::StatusOr<Dataset> read =
        options.dry_run ? store->Load() : store->LoadForUpdate();
    if (!read.ok()) return read.status();
    absl::StatusOr<KnownData> known =
        Know(operation, given, options, *std::move(read), store);
    if (!known.ok()) return known.status();
    known->traffic = traffic;
    Dataset& dataset = known->dataset;
    Outcome outcome;
    outcome.occasion = {options.who, options.reason, clock->UnixMillis()};
    absl::StatusOr<Change> change =
        operation.make({*known, given, outcome.occasion});
    if (!change.ok()) return change.status();
    const absl::Status was_read = CheckWasRead(change->writes, store->Unread());
    if (!was_read.ok()) return was_read;
    const int64_t now = outcome.occasion.unix_millis;
    outcome.plan = MakePlan(
        dataset, *std::move(change), options.limits, now, *known->health,
        known->nodes, options.clients.get(), known->traffic.get(),
        options.alike ? options.alike() : redis::AlikeNames());
    const Change& wanted = outcome.plan.change;
    outcome.old_answers_until_unix_seconds = OldAnswersUntil(outcome.plan, now);
    outcome.generation = dataset.generation;
    if (first.has_value()) {
      outcome.meanwhile = DoneSince(first->generation, store);
    }
    if (wanted.writes.empty()) {
      outcome.result = Result::kNothing;
      return outcome;
    }
    if (options.dry_run) {
      outcome.result = Result::kPlanned;
      return outcome;
    }
    if (first.has_value() &&
        HasChanged(*first, dataset, outcome.plan.touched)) {
      outcome.result = Result::kConflict;
      outcome.exit_status = kExitFailed;
      return outcome;
    }
    if (!outcome.plan.objections.empty() && !options.force) {
      outcome.result = Result::kRefused;
      outcome.exit_status = kExitRefused;
      outcome.groups_out = GroupsOut(dataset, outcome.plan.touched, now);
      return outcome;
    }
    outcome.forced = !outcome.plan.objections.empty();
    redis::WriteBatch writes = wanted.writes;
    if (outcome.plan.leaves_no_name) {
      // Without an acceptance nodes would treat the change as a loss of data.
      writes.push_back(
          redis::SetAccepted{{now, 0, options.who, options.reason}});
    }
    const absl::StatusOr<int64_t> generation =
        store->Commit(writes, EntryFor(wanted, options, outcome.forced));
    if (generation.ok()) {
      outcome.result = Result::kWritten;
      outcome.generation = *generation;
      outcome.replicated = Confirm(store);
      return outcome;
    }
    if (!absl::IsAborted(generation.status())) return generation.status();
    aborted = generation.status();
    if (!first.has_value()) first = std::move(dataset);
  }
  return absl::AbortedError(absl::StrFormat(
      "others kept changing names and groups, %d times in a row: %s", kAttempts,
      std::string(aborted.message())));
}

absl::Status Await(WaitFor wait, std::chrono::milliseconds timeout,
                   ControlStore* store, const AskServers& ask_servers,
                   const Clock* clock, const Pause& pause, const News& news,
                   Outcome* outcome) {
  if (outcome->result != Result::kWritten &&
      outcome->result != Result::kNothing) {
    return absl::OkStatus();
  }
  if (wait == WaitFor::kNothing) {
    const auto seen = WaitForNodes(outcome->generation, kGlance, store, clock,
                                   pause, [](const std::string&) {});
    // The change is written even if the nodes cannot be read now.
    if (!seen.ok()) return absl::OkStatus();
    outcome->nodes = seen->progress;
    outcome->nodes_known = seen->has_looked;
    return absl::OkStatus();
  }
  const auto waited =
      WaitForNodes(outcome->generation, timeout, store, clock, pause, news);
  if (!waited.ok()) return waited.status();
  outcome->nodes = waited->progress;
  outcome->nodes_known = true;
  if (waited->timed_out) {
    outcome->exit_status = kExitTimedOut;
    return absl::OkStatus();
  }
  if (outcome->nodes.applied.empty() || !outcome->nodes.gone.empty()) {
    outcome->exit_status = kExitDegraded;
    return absl::OkStatus();
  }
  if (wait == WaitFor::kNodes) return absl::OkStatus();

  const Change& change = outcome->plan.change;
  if (wait == WaitFor::kFilled) {
    const absl::Status filled =
        WaitForFill(change.group, timeout, store, clock, pause, news);
    outcome->filled = filled.ok();
    return filled;
  }
  Expiry expiry;
  expiry.group = change.leaving_group;
  expiry.addresses = change.leaving_addresses;
  expiry.generation = outcome->generation;
  expiry.out_from =
      std::max((clock->UnixMillis() + 999) / 1000, change.settled_unix_seconds);
  absl::StatusOr<ExpiryResult> waited_out =
      WaitForExpiry(expiry, timeout, store, ask_servers, clock, pause, news);
  if (!waited_out.ok()) return waited_out.status();
  outcome->expiry = *std::move(waited_out);
  if (outcome->expiry.safe_since == 0) outcome->exit_status = kExitDegraded;
  return absl::OkStatus();
}

}  // namespace groupring::backend
