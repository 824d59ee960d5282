#include "redis/admin/record_reader.h"

#include <string>
#include <utility>

#include "redis/base/status_macros.h"

namespace groupring::redis {
namespace {

constexpr std::chrono::milliseconds kFresh{1000};
constexpr std::chrono::milliseconds kRetry{2000};

// Enough to find the last change of most groups.
constexpr size_t kEntries = 200;

}  // namespace

RecordReader::RecordReader(Location location, ConnectionTimeouts timeouts,
                           const Clock* clock)
    : clock_(clock),
      source_(std::make_unique<Source>(
          Source{std::move(location), timeouts, nullptr})) {}

void RecordReader::Move(Location location, ConnectionTimeouts timeouts) {
  auto source =
      std::make_unique<Source>(Source{std::move(location), timeouts, nullptr});
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

absl::Status RecordReader::ReadFrom(Source* source, ServiceRecords* records) {
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
  absl::Status status = read();
  if (status.ok()) return status;
  source->admin.reset();
  // A connection that was idle may have been closed since.
  if (was_connected && absl::IsUnavailable(status)) status = read();
  if (!status.ok()) source->admin.reset();
  return status;
}

}  // namespace groupring::redis
