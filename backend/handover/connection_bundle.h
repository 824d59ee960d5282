// Connections as descriptors in any order and one memory file that says which
// is which.
#ifndef GROUPRING_BACKEND_HANDOVER_CONNECTION_BUNDLE_H_
#define GROUPRING_BACKEND_HANDOVER_CONNECTION_BUNDLE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "backend/handover/handover.h"
#include "backend/transport/open_connection.h"
#include "redis/base/file_descriptor.h"

namespace groupring::backend {

// What to send beside the connections' descriptors.
absl::StatusOr<FileDescriptor> RecordConnections(
    const std::vector<OpenConnection>& connections);

// The other way round. Sockets that are not in the record are closed:
// nobody knows what they are.
absl::StatusOr<std::vector<OpenConnection>> ReadConnections(
    int record, std::vector<FileDescriptor> sockets);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HANDOVER_CONNECTION_BUNDLE_H_
