#include "backend/program/control_session.h"

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/program/condense.h"
#include "backend/program/console.h"
#include "backend/snapshot/alike.h"
#include "backend/snapshot/snapshot_builder.h"
#include "redis/connection/connection.h"

namespace groupring::backend {
namespace {

LogSink CollectInto(ControlSession* session) {
  return [session](Severity severity, const std::string& line) {
    if (severity >= Severity::kWarning) session->complaints.push_back(line);
  };
}

// The niceness of commands that only read. Reading 100,000 names takes seconds
// of processor time. At the usual priority PowerDNS and the daemon on the same
// host wait for it, and one answer in a thousand is 15 ms late.
constexpr int kNiceness = 10;

void YieldToAnswers() {
  const int now = getpriority(PRIO_PROCESS, 0);
  // If it fails, the priority is the usual one.
  setpriority(PRIO_PROCESS, 0, std::max(now, kNiceness));
}

absl::StatusOr<Reading> ReadingOf(absl::StatusOr<redis::Dataset> dataset,
                                  ControlSession* session) {
  if (!dataset.ok()) return dataset.status();
  const int64_t now = session->clock.UnixMillis();
  auto health = session->store->Health(*dataset);
  if (!health.ok()) return health.status();
  auto conclusions = std::make_shared<const redis::HealthConclusions>(
      redis::Conclude(*dataset, **health, now, {}));
  SnapshotBuilder builder([](Severity, const std::string&) {});
  builder.SetHealth(conclusions);
  redis::DatasetChange change;
  change.everything = true;
  auto snapshot = builder.Apply(*dataset, change, now);
  session->complaints.insert(session->complaints.end(),
                             snapshot->complaints->begin(),
                             snapshot->complaints->end());
  redis::AlikeNames alike = session->store->Alike();
  snapshot = CountAlike(std::move(snapshot), alike);
  return Reading{*std::move(dataset),    *std::move(health),
                 std::move(conclusions), std::move(snapshot),
                 std::move(alike),       now};
}

}  // namespace

absl::StatusOr<std::unique_ptr<ControlSession>> OpenSession(
    const CommandOptions& options, NamesWanted wanted) {
  const auto configuration = CommandConfigurationFor(options);
  if (!configuration.ok()) return configuration.status();
  const Settings::Control& control = configuration->settings.control;
  const redis::StoreOptions& redis = configuration->store;
  // OpenSSL writes without MSG_NOSIGNAL.
  std::signal(SIGPIPE, SIG_IGN);

  auto session = std::make_unique<ControlSession>();
  session->limits.min_weight_in_service =
      static_cast<double>(control.min_weight_in_service_percent) / 100;
  session->heavy_share =
      static_cast<double>(control.heavy_client_percent) / 100;
  session->limits.max_groups_out = static_cast<int>(control.max_groups_out);
  redis::ConnectionTimeouts timeouts;
  timeouts.connect = redis.connect_timeout;
  timeouts.command = redis.command_timeout;
  absl::StatusOr<std::unique_ptr<AdminStore>> store =
      AdminStore::Connect(redis.location, timeouts, &session->clock,
                          CollectInto(session.get()), redis.schema);
  if (!store.ok()) return store.status();
  session->store = *std::move(store);
  if (wanted == NamesWanted::kAlike) {
    session->store->Condense(HowToCondense(options));
  }
  return session;
}

void MentionComplaints(const ControlSession& session) {
  // Values that are read more than once have a complaint each time.
  const std::set<std::string> all(session.complaints.begin(),
                                  session.complaints.end());
  if (all.empty()) return;
  PrintProse(absl::StrFormat(
      "%d value%s in Redis %s malformed or not readable, and left out; "
      "`groupring status` tells\n",
      all.size(), all.size() == 1 ? "" : "s", all.size() == 1 ? "is" : "are"));
}

absl::StatusOr<Reading> ReadEverything(ControlSession* session) {
  YieldToAnswers();
  session->complaints.clear();
  return ReadingOf(session->store->Load(), session);
}

absl::StatusOr<Reading> ReadNames(const std::vector<std::string>& names,
                                  ControlSession* session) {
  YieldToAnswers();
  session->complaints.clear();
  return ReadingOf(session->store->LoadNames(names), session);
}

redis::Measured ReadMeasured(const redis::Dataset& dataset,
                             ControlSession* session) {
  redis::Measured measured;
  const auto complain = [&](const char* key, const absl::Status& status) {
    session->complaints.push_back(std::string(key) + ": " +
                                  std::string(status.message()));
  };
  auto traffic = session->store->Traffic(session->clock.UnixMillis());
  if (traffic.ok()) {
    measured.traffic = *std::move(traffic);
  } else {
    complain("groupring:traffic", traffic.status());
  }
  std::vector<std::string> groups;
  for (const auto& [group, data] : dataset.groups) groups.push_back(group);
  auto loads = session->store->Loads(groups);
  if (loads.ok()) {
    measured.loads = *std::move(loads);
  } else {
    complain("groupring:load", loads.status());
  }
  return measured;
}

absl::StatusOr<NodesReport> ReadNodes(int64_t generation,
                                      ControlSession* session) {
  auto nodes = session->store->Nodes();
  if (!nodes.ok()) return nodes.status();
  return NodesReport{*std::move(nodes), generation,
                     session->clock.UnixMillis()};
}

}  // namespace groupring::backend
