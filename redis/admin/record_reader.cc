#include "redis/admin/record_reader.h"

#include <string>
#include <utility>

#include "redis/admin/load_records.h"
#include "redis/admin/traffic_records.h"
#include "redis/base/status_macros.h"
#include "redis/connection/error_reply.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {
namespace {

constexpr std::chrono::milliseconds kFresh{1000};
constexpr std::chrono::milliseconds kRetry{2000};

// It is large, and published once a minute.
constexpr std::chrono::seconds kMeasuredFresh{30};

// Enough to find the last change of most groups.
constexpr size_t kEntries = 200;

}  // namespace

RecordReader::RecordReader(Location location, ConnectionTimeouts timeouts,
                           const Clock* clock, Groups groups)
    : clock_(clock),
      groups_(std::move(groups)),
      source_(std::make_unique<Source>(
          Source{std::move(location), timeouts, nullptr, nullptr, {}})) {}

void RecordReader::Move(Location location, ConnectionTimeouts timeouts) {
  auto source = std::make_unique<Source>(
      Source{std::move(location), timeouts, nullptr, nullptr, {}});
  MutexLock lock(&mutex_);
  next_ = {};
  if (source_ == nullptr) {
    moved_to_ = std::move(source);
  } else {
    source_ = std::move(source);
  }
}

ServiceRecords RecordReader::Read() {
  std::unique_ptr<Source> source;
  {
    MutexLock lock(&mutex_);
    if (source_ == nullptr || clock_->Steady() < next_) return records_;
    source = std::move(source_);
  }
  ServiceRecords read;
  const absl::Status status = ReadFrom(source.get(), &read);
  MutexLock lock(&mutex_);
  if (status.ok()) {
    read.read_unix_millis = clock_->UnixMillis();
    records_ = std::move(read);
  } else {
    records_.trouble = std::string(status.message());
  }
  next_ = clock_->Steady() + (status.ok() ? kFresh : kRetry);
  source_ = std::move(source);
  if (moved_to_ != nullptr) {
    source_ = std::move(moved_to_);
    next_ = {};
  }
  return records_;
}

// What cannot be read is not shown, and does not keep the rest from being read.
void RecordReader::ReadMeasured(Source* source) const {
  const auto now = clock_->Steady();
  if (now < source->next_measured) return;
  source->next_measured = now + kMeasuredFresh;
  Complaints unused;
  Connection* const connection = &source->admin->connection();
  auto traffic = ReadProfiles(clock_->UnixMillis(), connection, &unused);
  if (IsConnectionLost(traffic.status())) return;
  auto loads =
      ReadLoads(groups_ == nullptr ? std::vector<std::string>() : groups_(),
                connection, &unused);
  source->measured = std::make_shared<const Measured>(
      Measured{traffic.ok() ? *std::move(traffic) : TrafficProfile(),
               loads.ok() ? *std::move(loads) : GroupLoads()});
}

absl::Status RecordReader::ReadFrom(Source* source,
                                    ServiceRecords* records) const {
  const bool was_connected = source->admin != nullptr;
  const auto read = [&]() -> absl::Status {
    if (source->admin == nullptr) {
      ASSIGN_OR_RETURN(source->admin,
                       Admin::Connect(source->location, source->timeouts, {}));
    }
    ASSIGN_OR_RETURN(records->nodes, source->admin->Nodes());
    ASSIGN_OR_RETURN(records->audit, source->admin->Audit(kEntries));
    return absl::OkStatus();
  };
  const auto read_all = [&]() -> absl::Status {
    RETURN_IF_ERROR(read());
    ReadMeasured(source);
    records->measured = source->measured;
    return absl::OkStatus();
  };
  absl::Status status = read_all();
  if (status.ok()) return status;
  source->admin.reset();
  // A connection that was idle may have been closed since.
  if (was_connected && absl::IsUnavailable(status)) status = read_all();
  if (!status.ok()) source->admin.reset();
  return status;
}

}  // namespace groupring::redis
