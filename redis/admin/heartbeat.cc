#include "redis/admin/heartbeat.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "redis/admin/node_registry.h"
#include "redis/base/status_macros.h"
#include "redis/base/worker_thread.h"
#include "redis/connection/error_reply.h"
#include "redis/connection/server_finder.h"
#include "redis/connection/server_time.h"
#include "redis/schema/keys.h"
#include "redis/schema/node_status.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;

// The shortest time between two reports, however often Poke is called.
constexpr milliseconds kMinSpacing{20};

constexpr milliseconds kBackoffMin{100};

// A process has crashed if it has not reported for this long, two intervals,
// while another one serves in its place. This is shorter than kSilentAfter, so
// that waiting commands never see it as silent.
constexpr milliseconds kLostAfter{5000};

// Runs the commands as one transaction. Returns the first error of any of them.
absl::Status Execute(const std::vector<RedisCommand>& commands,
                     Connection* connection) {
  connection->Append({"MULTI"});
  for (const RedisCommand& command : commands) {
    connection->Append(
        std::vector<std::string_view>(command.begin(), command.end()));
  }
  connection->Append({"EXEC"});
  absl::Status refused;
  const auto note = [&](const Reply& reply) {
    if (refused.ok() && reply.is_error()) {
      refused = StatusOfWriteError(reply.text);
    }
  };
  for (size_t i = 0; i < commands.size() + 2; ++i) {
    ASSIGN_OR_RETURN(const Reply reply, connection->Read());
    note(reply);
    for (const Reply& result : reply.elements) note(result);
  }
  return refused;
}

}  // namespace

Heartbeat::Heartbeat(HeartbeatOptions options, Describe describe,
                     Inherit inherit, const Clock* clock, LogSink log)
    : options_(std::move(options)),
      describe_(std::move(describe)),
      inherit_(std::move(inherit)),
      clock_(clock),
      log_(log ? std::move(log) : [](Severity, const std::string&) {}) {}

void Heartbeat::Start() {
  thread_.Start([this] { Run(); });
}
void Heartbeat::Stop() { thread_.Stop(); }
void Heartbeat::Abandon() {
  ends_ = false;
  thread_.Stop();
}
void Heartbeat::Poke() { thread_.Wake(); }

void Heartbeat::Run() {
  milliseconds backoff = kBackoffMin;
  while (!thread_.stopping()) {
    const absl::Status status = Beat();
    const auto now = clock_->Steady();
    Say(status);
    if (status.ok()) {
      backoff = kBackoffMin;
      thread_.SleepUntil(now + kMinSpacing, *clock_);
      thread_.WaitUntil(now + options_.interval, *clock_);
      continue;
    }
    connection_.reset();
    thread_.SleepUntil(now + backoff, *clock_);
    backoff = std::min(2 * backoff,
                       std::max(kBackoffMin, std::min(options_.interval,
                                                      options_.backoff_max)));
  }
  if (connection_ != nullptr && announced_ && ends_) SayStopped();
  connection_.reset();
}

absl::Status Heartbeat::Connect() {
  ServerSearch search;
  search.must_be_master = true;
  ASSIGN_OR_RETURN(FoundServer server,
                   FindServer(options_.location, search, options_.timeouts));
  connection_ = std::move(server.connection);
  next_takeover_ = clock_->Steady();
  return absl::OkStatus();
}

absl::Status Heartbeat::Beat() {
  if (connection_ == nullptr) RETURN_IF_ERROR(Connect());
  if (options_.redis_clock != nullptr) {
    const absl::Status asked =
        AskTime(TimeSource::kMaster, connection_.get(), options_.redis_clock);
    // A node without the right for TIME reports that it does not know the time.
    if (IsConnectionLost(asked)) return asked;
  }
  NodeStatus node = describe_();
  RETURN_IF_ERROR(CheckNodeName(node.name));
  std::vector<RedisCommand> commands;
  if (clock_->Steady() >= next_takeover_) {
    auto taken = TakePlaces(node);
    if (IsConnectionLost(taken.status())) return taken.status();
    if (!taken.ok() && !std::exchange(takeover_refused_, true)) {
      log_(Severity::kWarning,
           absl::StrFormat("this node cannot see whose place it has taken, so "
                           "`groupring nodes --forget` has to take its former "
                           "instances out of the list: %s",
                           std::string(taken.status().message())));
    }
    if (taken.ok() && !taken->empty()) {
      commands = *std::move(taken);
      node = describe_();  // with what it inherited
    }
    next_takeover_ = clock_->Steady() + options_.takeover_interval;
  }
  node.seen_unix_millis = clock_->UnixMillis();
  for (RedisCommand& command : AnnounceCommands(node)) {
    commands.push_back(std::move(command));
  }
  // Set before the attempt, which may succeed even if its reply is lost.
  announced_ = true;
  const absl::Status status = Execute(commands, connection_.get());
  if (status.ok() && options_.say_more) {
    return options_.say_more(connection_.get(), /*last=*/false);
  }
  if (!absl::IsInvalidArgument(status)) return status;
  return absl::InvalidArgumentError(
      absl::StrFormat("%s (DEL %s, which is of another type)",
                      std::string(status.message()), kNodesKey));
}

absl::StatusOr<std::vector<RedisCommand>> Heartbeat::TakePlaces(
    const NodeStatus& node) {
  ASSIGN_OR_RETURN(
      const std::vector<NodeStatus> listed,
      ReadNodes(clock_->UnixMillis(), connection_.get(), kLostAfter));
  std::vector<NodeStatus> replaced;
  std::vector<RedisCommand> commands;
  for (const NodeStatus& other : listed) {
    if (!HasTakenThePlaceOf(other, node)) continue;
    replaced.push_back(other);
    for (RedisCommand& command : RemoveCommands(other)) {
      commands.push_back(std::move(command));
    }
  }
  if (!replaced.empty() && inherit_) inherit_(replaced);
  return commands;
}

void Heartbeat::SayStopped() {
  NodeStatus node = describe_();
  node.state = NodeState::kStopped;
  node.seen_unix_millis = clock_->UnixMillis();
  // If it fails, the node becomes silent, which is as safe.
  const absl::Status said = Execute(AnnounceCommands(node), connection_.get());
  if (IsConnectionLost(said) || !options_.say_more) return;
  options_.say_more(connection_.get(), /*last=*/true).IgnoreError();
}

// Logs each kind of failure once until a report succeeds.
void Heartbeat::Say(const absl::Status& status) {
  if (status.ok()) {
    if (!troubles_.empty()) {
      log_(Severity::kInfo, "this node shows in the list of nodes again");
    }
    troubles_.clear();
    return;
  }
  if (!troubles_.insert(status.code()).second) return;
  log_(Severity::kWarning,
       absl::StrFormat(
           "this node cannot say in Redis that it lives, so commands do not "
           "wait for it; queries are answered as ever: %s",
           std::string(status.message())));
}

}  // namespace groupring::redis
