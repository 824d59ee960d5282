#include "backend/control/admin_store.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "redis/admin/check_read.h"
#include "redis/admin/load_records.h"
#include "redis/admin/traffic_records.h"
#include "redis/connection/error_reply.h"
#include "redis/schema/group_state.h"
#include "redis/schema/keys.h"
#include "redis/schema/raw_value.h"

namespace groupring::backend {
namespace {

// "Redis at …: ", or "" if the reason names the location itself.
std::string Where(const redis::Location& location, std::string_view reason) {
  const std::string where = location.Display();
  if (reason.find(where) != std::string_view::npos) return "";
  return "Redis at " + where + ": ";
}

}  // namespace

absl::StatusOr<std::unique_ptr<AdminStore>> AdminStore::Connect(
    const redis::Location& location, const redis::ConnectionTimeouts& timeouts,
    RedisClock* clock, LogSink log, redis::Schema schema) {
  std::unique_ptr<AdminStore> store(
      new AdminStore(location, timeouts, clock, std::move(log), schema));
  const absl::Status connected = store->Reconnect();
  if (!connected.ok()) return connected;
  return store;
}

AdminStore::AdminStore(redis::Location location,
                       redis::ConnectionTimeouts timeouts, RedisClock* clock,
                       LogSink log, redis::Schema schema)
    : location_(std::move(location)),
      timeouts_(timeouts),
      clock_(clock),
      log_(std::move(log)),
      schema_(schema) {}

absl::Status AdminStore::Reconnect() {
  absl::StatusOr<std::unique_ptr<redis::Admin>> admin =
      redis::Admin::Connect(location_, timeouts_, log_, clock_, schema_);
  if (!admin.ok()) {
    const std::string reason(admin.status().message());
    return {admin.status().code(),
            absl::StrFormat("%s%s; [redis] url of the settings (--config) says "
                            "which Redis it is",
                            Where(location_, reason), reason)};
  }
  admin_ = *std::move(admin);
  if (condense_) admin_->Condense(*condense_);
  if (is_updating_) lost_update_ = true;
  return absl::OkStatus();
}

void AdminStore::Condense(redis::CondenseOptions options) {
  condense_ = std::move(options);
  admin_->Condense(*condense_);
}

template <typename Read>
auto AdminStore::Reading(Read read) -> decltype(read()) {
  auto result = read();
  if (!redis::IsConnectionLost(result.status())) return result;
  const absl::Status connected = Reconnect();
  if (!connected.ok()) return connected;
  return read();
}

absl::StatusOr<redis::Dataset> AdminStore::Load() {
  return Reading([&] { return admin_->Load(); });
}

absl::StatusOr<redis::Dataset> AdminStore::LoadNames(
    const std::vector<std::string>& names) {
  return Reading([&] { return admin_->LoadNames(names); });
}

absl::StatusOr<bool> AdminStore::HasManyNames() {
  // By razor's rules a name may depend on any other.
  if (schema_ != redis::Schema::kGroupring) return false;
  return Reading([&] {
    return redis::IsToBeCondensed(condense_.value_or(redis::CondenseOptions()),
                                  &admin_->connection());
  });
}

absl::StatusOr<redis::NameIndex> AdminStore::FindNames() {
  return Reading([&] { return redis::NameIndex::Read(&admin_->connection()); });
}

absl::StatusOr<std::shared_ptr<const redis::GroupData>> AdminStore::LoadGroup(
    const std::string& group) {
  return Reading([&] { return admin_->LoadGroup(group); });
}

absl::StatusOr<redis::Dataset> AdminStore::LoadForUpdate() {
  auto dataset = Reading([&] { return admin_->LoadForUpdate(); });
  is_updating_ = dataset.ok();
  lost_update_ = false;
  return dataset;
}

absl::StatusOr<int64_t> AdminStore::Commit(const redis::WriteBatch& writes,
                                           const redis::AuditEntry& entry) {
  is_updating_ = false;
  if (std::exchange(lost_update_, false)) {
    return absl::AbortedError(
        "the connection was lost since the data were read; nothing was "
        "written");
  }
  return admin_->Commit(writes, entry);
}

absl::StatusOr<std::vector<redis::AuditEntry>> AdminStore::Audit(size_t count) {
  return Reading([&] { return admin_->Audit(count); });
}

absl::StatusOr<std::vector<redis::AuditEntry>> AdminStore::AuditAfter(
    const std::string& id, std::chrono::milliseconds wait) {
  return Reading([&] { return admin_->AuditAfter(id, wait); });
}

absl::StatusOr<std::shared_ptr<const redis::HealthData>> AdminStore::Health(
    const redis::Dataset& dataset) {
  return Reading([&] { return admin_->Health(dataset); });
}

absl::StatusOr<std::vector<redis::NodeStatus>> AdminStore::Nodes() {
  return Reading([&] { return admin_->Nodes(); });
}

absl::StatusOr<redis::TrafficProfile> AdminStore::Traffic(int64_t unix_millis) {
  redis::Complaints complaints;
  auto traffic = Reading([&] {
    complaints.clear();
    return redis::ReadProfiles(unix_millis, &admin_->connection(), &complaints);
  });
  for (const redis::Complaint& complaint : complaints) {
    log_(Severity::kWarning, complaint.key + ": " + complaint.text);
  }
  return traffic;
}

absl::StatusOr<std::optional<redis::TopRecord>> AdminStore::Top(
    const redis::NodeIdentity& node) {
  return Reading([&] { return redis::ReadTop(node, &admin_->connection()); });
}

absl::StatusOr<redis::GroupLoads> AdminStore::Loads(
    const std::vector<std::string>& groups) {
  redis::Complaints complaints;
  auto loads = Reading([&] {
    complaints.clear();
    return redis::ReadLoads(groups, &admin_->connection(), &complaints);
  });
  for (const redis::Complaint& complaint : complaints) {
    log_(Severity::kWarning, complaint.key + ": " + complaint.text);
  }
  return loads;
}

absl::StatusOr<std::vector<redis::HealthEvent>> AdminStore::HealthLog(
    size_t count) {
  return Reading([&] { return admin_->HealthLog(count); });
}

absl::StatusOr<std::vector<redis::HealthEvent>> AdminStore::HealthLogAfter(
    const std::string& id, std::chrono::milliseconds wait) {
  return Reading([&] { return admin_->HealthLogAfter(id, wait); });
}

absl::Status AdminStore::ForgetChecker(const std::string& id) {
  return admin_->ForgetChecker(id);
}

absl::Status AdminStore::ForgetNode(const std::string& name) {
  return admin_->ForgetNode(name);
}

absl::StatusOr<redis::GroupState> AdminStore::State(const std::string& group) {
  return Reading([&]() -> absl::StatusOr<redis::GroupState> {
    const std::string key = redis::MakeKey(group, redis::KeyKind::kState);
    const absl::StatusOr<redis::Reply> reply =
        admin_->connection().Command({"HGETALL", key});
    if (!reply.ok()) return reply.status();
    redis::RawValue value;
    if (!reply->is_error()) {
      value.kind = redis::RawValue::Kind::kValue;
      for (const redis::Reply& element : reply->elements) {
        value.items.push_back(element.text);
      }
    } else {
      const absl::Status status = redis::StatusOfWriteError(reply->text);
      // To nodes a key of the wrong type counts as missing, too.
      if (!absl::IsInvalidArgument(status)) return status;
    }
    redis::Complaints unused;
    return redis::ParseGroupState(key, value, nullptr, &unused);
  });
}

absl::StatusOr<redis::Replicated> AdminStore::ConfirmReplicas(
    std::chrono::milliseconds wait) {
  // WAIT counts what its own connection has written, so it is not repeated on
  // another one.
  return admin_->ConfirmReplicas(wait);
}

absl::StatusOr<redis::Acceptance> AdminStore::Accepted() {
  return Reading([&] { return admin_->Accepted(); });
}

absl::StatusOr<std::vector<std::string>> AdminStore::Members(
    const std::string& key) {
  return Reading([&]() -> absl::StatusOr<std::vector<std::string>> {
    const absl::StatusOr<redis::Reply> reply =
        admin_->connection().Command({"SMEMBERS", key});
    if (!reply.ok()) return reply.status();
    if (reply->is_error()) return redis::StatusOfErrorReply(reply->text);
    std::vector<std::string> members;
    for (const redis::Reply& element : reply->elements) {
      members.push_back(element.text);
    }
    return members;
  });
}

absl::StatusOr<redis::CheckSettings> AdminStore::Check(
    const std::string& group, redis::Complaints* complaints) {
  return Reading([&] {
    complaints->clear();
    return redis::ReadCheck(group, &admin_->connection(), complaints);
  });
}

}  // namespace groupring::backend
