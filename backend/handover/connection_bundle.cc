#include "backend/handover/connection_bundle.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "backend/handover/connection_records.h"
#include "backend/handover/memory_file.h"
#include "redis/base/errno_status.h"

namespace groupring::backend {
namespace {

absl::StatusOr<uint64_t> CookieOf(int fd) {
  uint64_t cookie = 0;
  socklen_t size = sizeof(cookie);
  if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size) != 0) {
    return ErrnoStatus(errno, "SO_COOKIE");
  }
  return cookie;
}

std::optional<Protocol> ProtocolOf(std::string_view setting) {
  for (const Protocol protocol :
       {Protocol::kRemoteJson, Protocol::kPipeAbi, Protocol::kHttp}) {
    if (setting == SettingOf(protocol)) return protocol;
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<FileDescriptor> RecordConnections(
    const std::vector<OpenConnection>& connections) {
  std::vector<ConnectionRecord> records;
  for (const OpenConnection& connection : connections) {
    const absl::StatusOr<uint64_t> cookie = CookieOf(connection.fd.get());
    if (!cookie.ok()) return cookie.status();
    records.push_back({*cookie, SettingOf(connection.protocol),
                       connection.session.pipe_abi_version, connection.ending,
                       connection.session.unread, connection.unsent});
  }
  return MakeMemoryFile(EncodeConnections(records));
}

absl::StatusOr<std::vector<OpenConnection>> ReadConnections(
    int record, std::vector<FileDescriptor> sockets) {
  const absl::StatusOr<std::string> text = ReadMemoryFile(record);
  if (!text.ok()) return text.status();
  absl::StatusOr<std::vector<ConnectionRecord>> records =
      DecodeConnections(*text);
  if (!records.ok()) return records.status();
  std::unordered_map<uint64_t, FileDescriptor> by_cookie;
  for (FileDescriptor& socket : sockets) {
    const absl::StatusOr<uint64_t> cookie = CookieOf(socket.get());
    if (cookie.ok()) by_cookie[*cookie] = std::move(socket);
  }
  std::vector<OpenConnection> connections;
  for (ConnectionRecord& known : *records) {
    const auto found = by_cookie.find(known.cookie);
    const std::optional<Protocol> protocol = ProtocolOf(known.setting);
    // Its peer has left since, or this version does not speak with it.
    if (found == by_cookie.end() || !protocol) continue;
    connections.push_back({std::move(found->second),
                           *protocol,
                           {std::move(known.unread), known.pipe_abi_version},
                           std::move(known.unsent),
                           known.ending});
    by_cookie.erase(found);
  }
  return connections;
}

}  // namespace groupring::backend
