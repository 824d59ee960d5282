// The record of connections: where each conversation stands, as text that goes
// along with the sockets. README.md beside this file is its page.
#ifndef GROUPRING_BACKEND_HANDOVER_CONNECTION_RECORDS_H_
#define GROUPRING_BACKEND_HANDOVER_CONNECTION_RECORDS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/transport/open_connection.h"
#include "redis/base/file_descriptor.h"

namespace groupring::backend {

inline constexpr int kConnectionsFormat = 1;

// The head of a record, and the entry of a connection. `cookie` is the kernel's
// number of the socket, which is the same in every process.
std::string RecordHead();
void AppendRecord(uint64_t cookie, const OpenConnection& connection,
                  std::string* record);
// Appends the counts as an entry that versions without counts skip.
void AppendCounts(std::string_view counts, std::string* record);

struct RecordedConnection {
  uint64_t cookie = 0;
  OpenConnection connection;  // without its descriptor
};
struct DecodedRecord {
  std::vector<RecordedConnection> connections;
  std::string counts;  // EncodeCounts of the process that recorded them
};

// Leaves out connections of a setting that this version does not have.
// kUnimplemented: a later format. kInvalidArgument: not a record.
absl::StatusOr<DecodedRecord> DecodeRecord(std::string_view record);

// A memory file with the record, to be sent beside the sockets.
absl::StatusOr<FileDescriptor> RecordConnections(
    const std::vector<OpenConnection>& connections, std::string_view counts);

struct HandedConnections {
  std::vector<OpenConnection> open;
  std::string counts;
};

// Matches the sockets, which may be in any order, with the entries of the
// memory file. Closes sockets that have no entry.
absl::StatusOr<HandedConnections> ReadConnections(
    int record, std::vector<FileDescriptor> sockets);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HANDOVER_CONNECTION_RECORDS_H_
