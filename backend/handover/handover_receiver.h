// The new process' side of a replacement.
#ifndef GROUPRING_BACKEND_HANDOVER_HANDOVER_RECEIVER_H_
#define GROUPRING_BACKEND_HANDOVER_HANDOVER_RECEIVER_H_

#include <sys/types.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/handover/connection_records.h"
#include "backend/handover/fd_channel.h"
#include "backend/handover/handover.h"

namespace groupring::backend {

// What the serving process sends its successor at once.
struct Offer {
  std::vector<HandedListener> listeners;  // to be used after Commit only
  std::string dataset;         // what it answers by, encoded; empty: nothing
  bool follows_redis = false;  // it is connected to its Redis
};

// One attempt, in the order of the methods. Until Commit returns OK the other
// process has everything and may go on at any moment; from then on it is this
// process that serves. Movable; one thread.
class HandoverReceiver {
 public:
  explicit HandoverReceiver(FdChannel channel) : channel_(std::move(channel)) {}

  // kFailedPrecondition: refused, and why.
  absl::StatusOr<Offer> Ask();

  // Gives up; the other process reports the reason.
  void Fail(const std::string& reason);

  // Says that this process is ready to serve. The other process stops serving;
  // returns its connections and its counts.
  absl::StatusOr<HandedConnections> TakeConnections();

  // Takes the sockets over for good.
  absl::Status Commit();

  // Returns when the other process has released everything, or after `limit`.
  void AwaitEnd(std::chrono::milliseconds limit);

  pid_t sender_process() const { return channel_.peer(); }

 private:
  FdChannel channel_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HANDOVER_HANDOVER_RECEIVER_H_
