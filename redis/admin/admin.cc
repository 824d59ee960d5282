#include "redis/admin/admin.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/admin/audit_log.h"
#include "redis/admin/full_read.h"
#include "redis/admin/health_log.h"
#include "redis/admin/node_registry.h"
#include "redis/admin/replica_wait.h"
#include "redis/admin/transaction.h"
#include "redis/base/clock.h"
#include "redis/base/status_macros.h"
#include "redis/connection/error_reply.h"
#include "redis/connection/server_finder.h"
#include "redis/connection/server_time.h"
#include "redis/connection/short_read.h"
#include "redis/load/complaint_log.h"
#include "redis/load/health_reader.h"
#include "redis/load/own_values.h"
#include "redis/schema/keys.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {
namespace {

// For a change that depends on nothing that was read: it fails only if another
// change is made at the same moment.
constexpr int kTries = 100;

}  // namespace

class Admin::Impl {
 public:
  Impl(FoundServer server, bool expects_replicas, LogSink log,
       RedisClock* clock, Schema schema)
      : schema_(schema),
        redis_clock_(clock == nullptr ? &own_redis_clock_ : clock),
        connection_(std::move(server.connection)),
        time_source_(server.role.kind == ServerRole::Kind::kReplica
                         ? TimeSource::kReplica
                         : TimeSource::kMaster),
        expects_replicas_(expects_replicas),
        log_(log ? std::move(log) : [](Severity, const std::string&) {}) {}

  Connection& connection() { return *connection_; }
  Schema schema() const { return schema_; }

  // Users without the right for TIME use the host's clock.
  absl::Status MeasureTime() {
    const absl::Status status =
        AskTime(time_source_, connection_.get(), redis_clock_);
    return IsConnectionLost(status) ? status : absl::OkStatus();
  }

  absl::StatusOr<std::shared_ptr<const HealthData>> Health(
      const Dataset& dataset) {
    std::vector<std::string> groups;
    for (const auto& [group, data] : dataset.groups) groups.push_back(group);
    HealthReader reader;
    reader.SetGroups(std::move(groups));
    Findings findings;
    RETURN_IF_ERROR(reader.ReadChanged(connection_.get(), &findings).status());
    std::atomic<uint64_t> malformed{0};
    ComplaintLog(&clock_, log_, &malformed)
        .Update(findings.keys, findings.complaints);
    return reader.data();
  }

  absl::StatusOr<std::vector<NodeStatus>> Nodes() {
    const absl::Status measured = MeasureTime();
    if (!measured.ok()) return measured;
    return ReadNodes(redis_clock_->UnixMillis(), connection_.get());
  }

  absl::Status ForgetChecker(const std::string& id) {
    const absl::Status measured = MeasureTime();
    if (!measured.ok()) return measured;
    return redis::ForgetChecker(id, redis_clock_->UnixMillis(),
                                connection_.get());
  }

  void Condense(CondenseOptions options) { condense_ = std::move(options); }
  const AlikeNames& alike() const { return alike_; }
  const Complaints& unread() const { return unread_; }

  absl::StatusOr<Dataset> Load(const BeforeRead& before_read) {
    Findings findings;
    absl::StatusOr<Dataset> dataset = Read(before_read, &findings);
    Tell(findings);
    return dataset;
  }

  absl::StatusOr<Dataset> LoadNames(const std::vector<std::string>& names) {
    if (schema_ == Schema::kRazor) return Load({});
    alike_.clear();
    Findings findings;
    absl::StatusOr<Dataset> dataset =
        ReadNamesOnly(names, connection_.get(), &findings);
    Tell(findings);
    return dataset;
  }

  // What is wrong with what was just read.
  void Tell(const Findings& findings) {
    // Made again for each reading, so that each one reports every complaint.
    std::atomic<uint64_t> malformed{0};
    ComplaintLog(&clock_, log_, &malformed)
        .Update(findings.keys, findings.complaints);
    unread_ = OfUnreadable(findings);
  }

  absl::StatusOr<Dataset> LoadForUpdate() {
    const absl::Status unwatched = Unwatch();
    if (!unwatched.ok()) return unwatched;
    Basis basis;
    size_t watched = 0;
    absl::StatusOr<Dataset> dataset =
        Load([&](const std::vector<std::string>& keys) {
          watched += keys.size();
          if (watched > kMaxWatched) {
            basis.watched = false;
            return absl::OkStatus();
          }
          return Watch(keys, connection_.get());
        });
    if (!dataset.ok()) return dataset.status();
    // There are too many names.
    if (watched == 0 || is_condensed_) basis.watched = false;
    basis.dataset = *dataset;
    basis.alike = alike_;
    basis_ = std::move(basis);
    return dataset;
  }

  absl::StatusOr<int64_t> Commit(const WriteBatch& writes,
                                 const AuditEntry& entry) {
    const std::optional<Basis> basis = std::exchange(basis_, std::nullopt);
    absl::StatusOr<int64_t> generation;
    for (int i = 0; i < kTries; ++i) {
      generation = TryCommit(writes, entry, basis);
      if (basis || !absl::IsAborted(generation.status())) break;
    }
    if (absl::IsPermissionDenied(generation.status())) {
      return WhereTheMasterIs(generation.status(), connection_.get());
    }
    return generation;
  }

  absl::StatusOr<Replicated> ConfirmReplicas(std::chrono::milliseconds wait) {
    return WaitForReplicas(expects_replicas_, wait, connection_.get());
  }

  absl::StatusOr<Acceptance> Accepted() {
    Findings findings;
    absl::StatusOr<Acceptance> accepted =
        ReadAcceptance(connection_.get(), &findings);
    std::atomic<uint64_t> malformed{0};
    ComplaintLog(&clock_, log_, &malformed)
        .Update(findings.keys, findings.complaints);
    return accepted;
  }

  absl::StatusOr<std::vector<AuditEntry>> AuditAfter(
      const std::string& id, std::chrono::milliseconds wait) {
    if (id != "$") return WaitForAudit(id, wait, connection_.get());
    if (!last_seen_) {
      const absl::StatusOr<std::vector<AuditEntry>> newest =
          ReadNewestAudit(1, connection_.get());
      if (!newest.ok()) return newest.status();
      last_seen_ = newest->empty() ? "0-0" : newest->back().id;
    }
    absl::StatusOr<std::vector<AuditEntry>> entries =
        WaitForAudit(*last_seen_, wait, connection_.get());
    if (entries.ok() && !entries->empty()) last_seen_ = entries->back().id;
    return entries;
  }

 private:
  // A process that Redis does not list as alive may follow another Redis.
  absl::StatusOr<CondensedNames> Ask(int64_t generation) {
    ASSIGN_OR_RETURN(CondensedNames told, condense_->ask(generation));
    ASSIGN_OR_RETURN(const std::vector<NodeStatus> nodes, Nodes());
    const bool is_listed =
        std::any_of(nodes.begin(), nodes.end(), [&](const NodeStatus& node) {
          return node.is_up() && node.instance == told.instance;
        });
    if (is_listed && !told.instance.empty()) return told;
    return absl::FailedPreconditionError(
        "the process that serves here is not listed in this Redis");
  }

  absl::StatusOr<Dataset> Read(const BeforeRead& before_read,
                               Findings* findings) {
    alike_.clear();
    is_condensed_ = false;
    if (condense_ && schema_ == Schema::kGroupring) {
      ASSIGN_OR_RETURN(is_condensed_,
                       IsToBeCondensed(*condense_, connection_.get()));
    }
    if (is_condensed_) {
      CondenseOptions options = *condense_;
      if (options.ask) {
        options.ask = [this](int64_t generation) { return Ask(generation); };
      }
      return ReadCondensed(options, connection_.get(), before_read, &alike_,
                           findings);
    }
    return ReadEverything(schema_, connection_.get(), before_read,
                          kMaxWatched / 3, findings);
  }

  // What LoadForUpdate has seen.
  struct Basis {
    Dataset dataset;
    AlikeNames alike;
    // Whether Redis watches the keys. False: there are too many.
    bool watched = true;
  };

  absl::Status Unwatch() {
    basis_.reset();
    const absl::StatusOr<Reply> reply = connection_->Command({"UNWATCH"});
    if (!reply.ok()) return reply.status();
    return reply->is_error() ? StatusOfWriteError(reply->text)
                             : absl::OkStatus();
  }

  absl::StatusOr<int64_t> TryCommit(const WriteBatch& writes,
                                    const AuditEntry& entry,
                                    const std::optional<Basis>& basis) {
    const absl::StatusOr<int64_t> before = WatchGeneration();
    absl::Status status = before.status();
    if (status.ok() && basis) status = CheckBasis(*basis, *before);
    std::vector<TypedCommand> commands = CommandsOf(writes);
    if (status.ok()) {
      commands.push_back({"string", {"INCR", std::string(kGenerationKey)}});
      commands.push_back({"stream", AuditCommand(entry, *before + 1, writes)});
      status = CheckTypes(commands, connection_.get());
    }
    if (!status.ok()) {
      if (!IsConnectionLost(status)) static_cast<void>(Unwatch());
      return absl::Status(status.code(),
                          absl::StrFormat("%s; nothing was written",
                                          std::string(status.message())));
    }
    status = RunTransaction(commands, connection_.get());
    if (!status.ok()) return status;
    return *before + 1;
  }

  // After this no other command's change can come in between, as each one
  // raises the generation.
  absl::StatusOr<int64_t> WatchGeneration() {
    const absl::Status watched =
        Watch({std::string(kGenerationKey)}, connection_.get());
    if (!watched.ok()) return watched;
    const absl::StatusOr<Reply> reply =
        ReadShort(kGenerationKey, kLongestNumber, connection_.get());
    if (!reply.ok()) return reply.status();
    if (reply->type == Reply::Type::kNil) return int64_t{0};
    if (reply->is_error()) {
      const absl::Status status = StatusOfWriteError(reply->text);
      if (!absl::IsInvalidArgument(status)) return status;
    }
    const std::optional<int64_t> number = ParseWholeNumber(
        reply->text, 0, std::numeric_limits<int64_t>::max() - 1);
    if (number) return *number;
    return absl::FailedPreconditionError(absl::StrFormat(
        "the key %s holds no whole number: DEL it to start again",
        kGenerationKey));
  }

  // Names that others have added since are not among the watched keys, but they
  // raised the generation.
  absl::Status CheckBasis(const Basis& basis, int64_t generation) {
    if (basis.watched && generation == basis.dataset.generation) {
      return absl::OkStatus();
    }
    const absl::StatusOr<Dataset> now = Load({});
    if (!now.ok()) return now.status();
    if (SameService(basis.dataset, *now) && basis.alike == alike_) {
      return absl::OkStatus();
    }
    return absl::AbortedError(
        "someone else has changed names or groups meanwhile: look at the new "
        "state and try again");
  }

  const Schema schema_;
  const SystemClock clock_;
  RedisClock own_redis_clock_{&clock_};
  RedisClock* const redis_clock_;
  const std::unique_ptr<Connection> connection_;
  const TimeSource time_source_;
  const bool expects_replicas_;
  const LogSink log_;
  std::optional<Basis> basis_;
  std::optional<CondenseOptions> condense_;
  // Of the last Read.
  bool is_condensed_ = false;
  AlikeNames alike_;
  Complaints unread_;
  // The id of the last entry that AuditAfter("$") has returned or skipped.
  std::optional<std::string> last_seen_;
};

absl::StatusOr<std::unique_ptr<Admin>> Admin::Connect(
    const Location& location, const ConnectionTimeouts& timeouts, LogSink log,
    RedisClock* clock, Schema schema) {
  absl::StatusOr<FoundServer> server = FindServer(location, {}, timeouts);
  if (!server.ok()) return server.status();
  auto impl = std::make_unique<Impl>(*std::move(server), !location.is_single(),
                                     std::move(log), clock, schema);
  const absl::Status measured = impl->MeasureTime();
  if (!measured.ok()) return measured;
  return std::unique_ptr<Admin>(new Admin(std::move(impl)));
}

Admin::Admin(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Admin::~Admin() = default;

absl::StatusOr<Dataset> Admin::Load() { return impl_->Load({}); }

absl::StatusOr<Dataset> Admin::LoadNames(
    const std::vector<std::string>& names) {
  return impl_->LoadNames(names);
}

void Admin::Condense(CondenseOptions options) {
  impl_->Condense(std::move(options));
}

const AlikeNames& Admin::alike() const { return impl_->alike(); }

const Complaints& Admin::unread() const { return impl_->unread(); }

absl::StatusOr<std::shared_ptr<const GroupData>> Admin::LoadGroup(
    const std::string& group) {
  return ReadGroup(group, impl_->schema(), &impl_->connection());
}

absl::StatusOr<Dataset> Admin::LoadForUpdate() {
  return impl_->LoadForUpdate();
}

absl::StatusOr<int64_t> Admin::Commit(const WriteBatch& writes,
                                      const AuditEntry& entry) {
  return impl_->Commit(writes, entry);
}

absl::StatusOr<Replicated> Admin::ConfirmReplicas(
    std::chrono::milliseconds wait) {
  return impl_->ConfirmReplicas(wait);
}

absl::StatusOr<std::vector<AuditEntry>> Admin::Audit(size_t count) {
  return ReadNewestAudit(count, &impl_->connection());
}

absl::StatusOr<std::vector<AuditEntry>> Admin::AuditAfter(
    const std::string& id, std::chrono::milliseconds wait) {
  return impl_->AuditAfter(id, wait);
}

absl::StatusOr<std::shared_ptr<const HealthData>> Admin::Health(
    const Dataset& dataset) {
  return impl_->Health(dataset);
}

absl::StatusOr<std::vector<NodeStatus>> Admin::Nodes() {
  return impl_->Nodes();
}

absl::Status Admin::ForgetNode(const std::string& name) {
  return redis::ForgetNode(name, &impl_->connection());
}

absl::StatusOr<std::vector<HealthEvent>> Admin::HealthLog(size_t count) {
  return ReadHealthLog(count, &impl_->connection());
}

absl::StatusOr<std::vector<HealthEvent>> Admin::HealthLogAfter(
    const std::string& id, std::chrono::milliseconds wait) {
  return WaitForHealthLog(id, wait, &impl_->connection());
}

absl::Status Admin::ForgetChecker(const std::string& id) {
  return impl_->ForgetChecker(id);
}

absl::StatusOr<Acceptance> Admin::Accepted() { return impl_->Accepted(); }

Connection& Admin::connection() { return impl_->connection(); }

}  // namespace groupring::redis
