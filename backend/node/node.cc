#include "backend/node/node.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/node/options.h"
#include "backend/report/group_words.h"
#include "backend/report/status_report.h"
#include "backend/report/top_report.h"
#include "redis/admin/top_records.h"
#include "redis/admin/traffic_records.h"
#include "redis/base/random.h"

namespace groupring::backend {
namespace {

// Distinguishes the starts of one node.
std::string NewInstance() {
  return absl::StrFormat("%016x", Mt19937Random().Next());
}

redis::NodeIdentity IdentityFor(const Settings& settings, NodeRole role) {
  redis::NodeIdentity identity;
  identity.name = NodeName(settings);
  identity.instance = NewInstance();
  identity.host = HostName();
  identity.kind = role.kind;
  identity.place = std::move(role.place);
  return identity;
}

// Who asks most, for `groupring top --node`. Empty: nobody does.
std::map<std::string, std::string> TopReports(const Engine& engine) {
  // Some 50 kB altogether.
  constexpr size_t kMostOfEach = 100;
  std::map<std::string, std::string> reports;
  for (const TopBy by : kAllTopBy) {
    const TopReport report = engine.Top(by, kMostOfEach);
    if (report.asked.queries == 0) return {};
    reports[std::string(ToText(by))] = TopLine(report);
  }
  return reports;
}

// The longest TTL with which each group is answered.
std::map<std::string, uint32_t> LongestTtls(const Snapshot& snapshot) {
  std::vector<uint32_t> of_ring(snapshot.rings.size());
  for (const auto& [text, owner] : *snapshot.owners) {
    const DynamicName* const name = owner->dynamic.get();
    if (name == nullptr || name->ring == kNoRing) continue;
    of_ring[name->ring] = std::max(of_ring[name->ring], name->ttl_seconds);
  }
  std::map<std::string, uint32_t> longest;
  for (size_t i = 0; i < of_ring.size(); ++i) {
    for (const auto& group : snapshot.rings[i]->groups) {
      uint32_t& ttl = longest[group->name];
      ttl = std::max(ttl, of_ring[i]);
    }
  }
  return longest;
}

// Those on rings.
std::vector<std::string> GroupsOf(const SnapshotHolder& snapshots) {
  std::set<std::string> groups;
  if (const auto snapshot = snapshots.Take()) {
    for (const auto& view : snapshot->rings) {
      for (const auto& group : view->groups) groups.insert(group->name);
    }
  }
  return {groups.begin(), groups.end()};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Node>> Node::Create(Settings settings,
                                                   NodeRole role,
                                                   const Clock* clock,
                                                   LogSink log) {
  const absl::StatusOr<redis::StoreOptions> store = StoreOptionsFor(settings);
  if (!store.ok()) return store.status();
  return std::unique_ptr<Node>(new Node(
      std::move(settings), *store, std::move(role), clock, std::move(log)));
}

Node::Node(Settings settings, const redis::StoreOptions& store, NodeRole role,
           const Clock* clock, LogSink log)
    : settings_(std::move(settings)),
      redis_display_(store.location.Display()),
      clock_(clock),
      log_(std::move(log)),
      identity_(IdentityFor(settings_, std::move(role))),
      started_(clock->Steady()),
      engine_(EngineOptionsFor(settings_, WithClock(store)), &clock_, log_),
      records_(store.location, {store.connect_timeout, store.command_timeout},
               &clock_, [this] { return GroupsOf(engine_.snapshots()); }),
      heartbeat_(NewHeartbeat(store)) {
  clock_.SetStepListener([this](std::chrono::milliseconds step) {
    engine_.cache_holds().Shift(step);
  });
  engine_.SetAppliedListener([this] { CurrentHeartbeat()->Poke(); });
}

Node::~Node() { Stop(); }

redis::StoreOptions Node::WithClock(redis::StoreOptions store) {
  store.redis_clock = &clock_;
  return store;
}

std::shared_ptr<redis::Heartbeat> Node::NewHeartbeat(
    const redis::StoreOptions& store) {
  redis::HeartbeatOptions options = HeartbeatOptionsFor(store);
  options.redis_clock = &clock_;
  options.say_more =
      [traffic = std::make_shared<redis::TrafficPublisher>(
           identity_,
           [this] { return engine_.Traffic(redis::kMostProfileSlots); },
           &clock_, log_),
       top = std::make_shared<redis::TopPublisher>(
           identity_, [this] { return TopReports(engine_); }, &clock_, log_)](
          redis::Connection* connection, bool last) {
        const absl::Status status = top->Tick(connection, last);
        return status.ok() ? traffic->Tick(connection, last) : status;
      };
  return std::make_shared<redis::Heartbeat>(
      std::move(options),
      [this, schema = store.schema] {
        redis::NodeStatus status = Describe();
        status.schema = schema;
        return status;
      },
      [this](const std::vector<redis::NodeStatus>& replaced) {
        Inherit(replaced);
      },
      &clock_, log_);
}

redis::NodeStatus Node::Describe() {
  redis::NodeStatus node;
  static_cast<redis::NodeIdentity&>(node) = identity_;
  node.pid = getpid();
  const int64_t now = clock_.UnixMillis();
  const auto unix_millis_of = [&](std::chrono::steady_clock::time_point time) {
    return now - std::chrono::duration_cast<std::chrono::milliseconds>(
                     clock_.Steady() - time)
                     .count();
  };
  node.started_unix_seconds = unix_millis_of(started_) / 1000;
  node.live_since_unix_millis = unix_millis_of(live_since_);
  const NodeFacts facts = engine_.Facts();
  LogClock(facts);
  node.version = facts.version;
  node.clock_offset_millis = facts.clock_offset_millis;
  node.saved_generation = facts.saved_generation;
  const std::shared_ptr<const Snapshot> snapshot = engine_.snapshots().Take();
  if (snapshot != nullptr && !std::exchange(former_answers_held_, true)) {
    HoldFormerAnswers(*snapshot, node.live_since_unix_millis / 1000 + 1);
  }
  // After the snapshot: what is answered from an older one is seen by then, or
  // in the next report.
  node.measures_caches = true;
  node.cached_until = engine_.cache_holds().HeldAt(now);
  if (snapshot == nullptr) {
    node.trouble = "nothing loaded yet";
    return node;
  }
  const StatusReport status =
      ReportStatus(*snapshot, facts, snapshot->built_unix_millis);
  node.generation = status.redis_generation;
  node.names = static_cast<int64_t>(status.names);
  node.groups = static_cast<int64_t>(status.groups);
  // Values that make no sense are no trouble of this node: every node and
  // command that reads the data sees the same ones.
  std::vector<std::string> problems;
  for (const Diagnostic& problem : status.problems) {
    if (problem.code == DiagnosticCode::kMalformedValue) continue;
    problems.push_back(ProblemText(problem));
  }
  for (const auto& [group, state] : engine_.CurrentLocalStates()) {
    node.local_out[group] = state.until;
    problems.push_back(group + " is " +
                       StateSentence(state, IntentOf(state, now)));
  }
  node.trouble = absl::StrJoin(problems, "; ");
  const AnswersFrom from = AnswersFromOf(facts);
  node.answers_from = from.origin;
  node.answers_from_since_unix_millis = from.since_unix_millis;
  node.doubted_names = facts.doubting ? facts.doubted_names : 0;
  return node;
}

void Node::Inherit(const std::vector<redis::NodeStatus>& replaced) {
  for (const redis::NodeStatus& node : replaced) {
    for (const auto& [group, until] : node.cached_until) {
      engine_.cache_holds().Of(group)->Extend(until);
    }
  }
}

void Node::HoldFormerAnswers(const Snapshot& snapshot, int64_t unix_seconds) {
  for (const auto& [group, ttl_seconds] : LongestTtls(snapshot)) {
    engine_.cache_holds().Of(group)->Extend(unix_seconds + ttl_seconds);
  }
}

void Node::LogClock(const NodeFacts& facts) {
  const bool off = facts.clock_offset_millis &&
                   std::abs(*facts.clock_offset_millis) > kClockOffMillis;
  if (off && !clock_was_off_) {
    log_(Severity::kWarning,
         ClockOffText(*facts.clock_offset_millis) +
             ": ramps and `until` go by Redis' time; set the clock right");
  } else if (!off && clock_was_off_) {
    log_(Severity::kInfo, "the clock of this host agrees with Redis' time");
  }
  clock_was_off_ = off;
}

std::shared_ptr<redis::Heartbeat> Node::CurrentHeartbeat() const {
  MutexLock lock(&heartbeat_mutex_);
  return heartbeat_;
}

void Node::Start(std::chrono::milliseconds wait) {
  engine_.Start();
  if (engine_.WaitUntilLoaded(wait)) return;
  const bool has_state = engine_.snapshots().Take() != nullptr;
  log_(Severity::kWarning, "Redis at " + redis_display_ +
                               " is not loaded yet; " +
                               (has_state ? "answering from what was saved"
                                          : "queries fail until it is"));
}

void Node::GoLive() {
  live_ = true;
  live_since_ = clock_.Steady();
  engine_.KeepState();
  CurrentHeartbeat()->Start();
}

absl::Status Node::Reload(const Settings& settings) {
  const absl::StatusOr<redis::StoreOptions> store = StoreOptionsFor(settings);
  if (!store.ok()) return store.status();
  Settings taken_over = settings_;
  taken_over.redis = settings.redis;
  taken_over.control = settings.control;  // used by commands only
  if (taken_over != settings) {
    log_(Severity::kWarning,
         "only changes of [redis] are taken over; the others take effect at "
         "the next start");
  }
  // Even with the same settings, because the password file may have changed.
  engine_.Reconnect(WithClock(*store));
  records_.Move(store->location,
                {store->connect_timeout, store->command_timeout});
  CurrentHeartbeat()->Abandon();
  const std::shared_ptr<redis::Heartbeat> heartbeat = NewHeartbeat(*store);
  {
    MutexLock lock(&heartbeat_mutex_);
    heartbeat_ = heartbeat;
  }
  if (live_) heartbeat->Start();
  settings_ = std::move(taken_over);
  redis_display_ = store->location.Display();
  log_(Severity::kInfo, "settings read again; connecting to Redis");
  return absl::OkStatus();
}

void Node::Stop() {
  // First, so that what is reported last has all that is saved.
  engine_.Stop();
  CurrentHeartbeat()->Stop();
}

}  // namespace groupring::backend
