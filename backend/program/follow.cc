#include "backend/program/follow.h"

#include <thread>

#include "redis/base/words.h"
#include "redis/connection/connection.h"

namespace groupring::backend {
namespace {

// The pause between requests while Redis is away.
constexpr std::chrono::milliseconds kPause{500};

}  // namespace

bool Outage::WaitOut(const absl::Status& status) {
  if (!redis::IsConnectionLost(status)) return false;
  if (since_ == 0) {
    since_ = clock_->UnixMillis() / 1000;
    PrintProse(UtcTime(since_) + " Redis is away: " +
               std::string(status.message()) + "; waiting for it\n");
  }
  std::this_thread::sleep_for(kPause);
  return true;
}

void Outage::End() {
  if (since_ == 0) return;
  since_ = 0;
  PrintProse(UtcTime(clock_->UnixMillis() / 1000) + " Redis is back\n");
}

}  // namespace groupring::backend
