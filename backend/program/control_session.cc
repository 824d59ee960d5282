#include "backend/program/control_session.h"

#include <csignal>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/node/options.h"
#include "backend/program/console.h"
#include "backend/snapshot/snapshot_builder.h"
#include "redis/connection/connection.h"

namespace groupring::backend {
namespace {

LogSink CollectInto(ControlSession* session) {
  return [session](Severity severity, const std::string& line) {
    if (severity >= Severity::kWarning) session->complaints.push_back(line);
  };
}

}  // namespace

absl::StatusOr<std::unique_ptr<ControlSession>> OpenSession(
    const CommandOptions& options) {
  const absl::StatusOr<Settings> settings = SettingsFor(options);
  if (!settings.ok()) {
    // A wrong file is no wrong command line.
    return absl::FailedPreconditionError(settings.status().message());
  }
  const absl::StatusOr<redis::StoreOptions> redis = StoreOptionsFor(*settings);
  if (!redis.ok()) {
    return absl::FailedPreconditionError(redis.status().message());
  }
  // OpenSSL writes without asking for no signal.
  std::signal(SIGPIPE, SIG_IGN);

  auto session = std::make_unique<ControlSession>();
  session->limits.min_weight_in_service =
      static_cast<double>(settings->control.min_weight_in_service_percent) /
      100;
  session->limits.max_groups_out =
      static_cast<int>(settings->control.max_groups_out);
  redis::ConnectionTimeouts timeouts;
  timeouts.connect = redis->connect_timeout;
  timeouts.command = redis->command_timeout;
  absl::StatusOr<std::unique_ptr<AdminStore>> store = AdminStore::Connect(
      redis->location, timeouts, CollectInto(session.get()));
  if (!store.ok()) return store.status();
  session->store = *std::move(store);
  return session;
}

void MentionComplaints(const ControlSession& session) {
  // Values that were read more than once are complained of each time.
  const std::set<std::string> all(session.complaints.begin(),
                                  session.complaints.end());
  if (all.empty()) return;
  PrintProse(absl::StrFormat(
      "%d value%s in Redis %s malformed or not readable, and left out; "
      "`groupring status` tells\n",
      all.size(), all.size() == 1 ? "" : "s", all.size() == 1 ? "is" : "are"));
}

std::shared_ptr<const Snapshot> SnapshotOf(const redis::Dataset& dataset,
                                           ControlSession* session) {
  redis::DatasetChange change;
  change.everything = true;
  return SnapshotBuilder(CollectInto(session))
      .Apply(dataset, change, session->clock.UnixMillis());
}

}  // namespace groupring::backend
