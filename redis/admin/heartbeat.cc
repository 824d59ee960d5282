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
#include "redis/schema/keys.h"
#include "redis/schema/node_status.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;

// However often it is poked.
constexpr milliseconds kMinSpacing{20};

constexpr milliseconds kBackoffMin{100};

// The commands as one transaction; the first error of any of them.
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

Heartbeat::Heartbeat(HeartbeatOptions options,
                     std::function<NodeStatus()> describe, const Clock* clock,
                     LogSink log)
    : options_(std::move(options)),
      describe_(std::move(describe)),
      clock_(clock),
      log_(log ? std::move(log) : [](Severity, const std::string&) {}) {}

void Heartbeat::Start() {
  thread_.Start([this] { Run(); });
}
void Heartbeat::Stop() { thread_.Stop(); }
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
    backoff = std::min(
        2 * backoff,
        std::max(kBackoffMin, std::min(options_.interval, options_.expiry)));
  }
  if (connection_ != nullptr && !announced_.empty()) {
    // Should it fail the key expires.
    Execute(WithdrawCommands(announced_), connection_.get()).IgnoreError();
  }
  connection_.reset();
}

absl::Status Heartbeat::Beat() {
  if (connection_ == nullptr) {
    ServerSearch search;
    search.must_be_master = true;
    ASSIGN_OR_RETURN(FoundServer server,
                     FindServer(options_.location, search, options_.timeouts));
    connection_ = std::move(server.connection);
  }
  NodeStatus node = describe_();
  RETURN_IF_ERROR(CheckNodeName(node.name));
  node.seen_unix_millis = clock_->UnixMillis();
  // Before the attempt: it may succeed though we do not hear of it.
  announced_ = node.name;
  const absl::Status status =
      Execute(AnnounceCommands(node, options_.expiry), connection_.get());
  if (!absl::IsInvalidArgument(status)) return status;
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s (DEL %s and %s, one of which is of another type)",
      std::string(status.message()), kNodesKey, NodeKey(node.name)));
}

// Each kind of trouble once, until all is well again.
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
