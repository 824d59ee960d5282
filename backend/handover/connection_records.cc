#include "backend/handover/connection_records.h"

#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <optional>
#include <unordered_map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "backend/handover/handover.h"
#include "backend/handover/memory_file.h"
#include "redis/base/errno_status.h"

namespace groupring::backend {
namespace {

// What is written in the place of a setting where counts are.
constexpr std::string_view kCounts = "counts";

constexpr std::string_view kMark = "groupring-connections";

// On HTTP this is in the place of the pipe ABI's version. Versions without
// strangers wrote 0: each of their connections may be PowerDNS'.
constexpr int kStranger = 1;

void TakeStanding(SessionState* session) {
  session->standing = session->pipe_abi_version == kStranger
                          ? PeerStanding::kStranger
                          : PeerStanding::kPowerDns;
  session->pipe_abi_version = 0;
}

// Reads fields that end in a blank or a newline, and counted bytes.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }

  std::optional<std::string_view> Word(char end) {
    const size_t at = text_.find(end);
    if (at == text_.npos) return std::nullopt;
    const std::string_view word = text_.substr(0, at);
    text_.remove_prefix(at + 1);
    return word;
  }

  template <typename Number>
  bool ReadNumber(char end, Number* number) {
    const std::optional<std::string_view> word = Word(end);
    if (!word || word->empty()) return false;
    const char* const last = word->data() + word->size();
    const auto [rest, error] = std::from_chars(word->data(), last, *number);
    return error == std::errc() && rest == last;
  }

  bool ReadBytes(size_t size, std::string* bytes) {
    if (size > text_.size()) return false;
    bytes->assign(text_.substr(0, size));
    text_.remove_prefix(size);
    return true;
  }

 private:
  std::string_view text_;
};

std::optional<Protocol> ProtocolOf(std::string_view setting) {
  for (const Protocol protocol : {Protocol::kRemoteJson, Protocol::kPipeAbi,
                                  Protocol::kHttp, Protocol::kPages}) {
    if (setting == SettingOf(protocol)) return protocol;
  }
  return std::nullopt;
}

// false: there is no whole one.
bool ReadRecord(Reader* reader, std::string* setting,
                RecordedConnection* record) {
  OpenConnection& connection = record->connection;
  int ending = 0;
  size_t unread = 0;
  size_t unsent = 0;
  if (!reader->ReadNumber(' ', &record->cookie)) return false;
  const std::optional<std::string_view> word = reader->Word(' ');
  if (!word || !reader->ReadNumber(' ', &connection.session.pipe_abi_version) ||
      !reader->ReadNumber(' ', &ending) || !reader->ReadNumber(' ', &unread) ||
      !reader->ReadNumber('\n', &unsent)) {
    return false;
  }
  *setting = *word;
  connection.ending = ending != 0;
  return reader->ReadBytes(unread, &connection.session.unread) &&
         reader->ReadBytes(unsent, &connection.unsent);
}

absl::StatusOr<uint64_t> CookieOf(int fd) {
  uint64_t cookie = 0;
  socklen_t size = sizeof(cookie);
  if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size) != 0) {
    return ErrnoStatus(errno, "SO_COOKIE");
  }
  return cookie;
}

}  // namespace

std::string RecordHead() {
  return absl::StrFormat("%s %d\n", kMark, kConnectionsFormat);
}

void AppendRecord(uint64_t cookie, const OpenConnection& connection,
                  std::string* record) {
  const SessionState& session = connection.session;
  int state = session.pipe_abi_version;
  if (IsHttp(connection.protocol)) {
    state = session.standing == PeerStanding::kPowerDns ? 0 : kStranger;
  }
  *record += absl::StrFormat("%d %s %d %d %d %d\n", cookie,
                             SettingOf(connection.protocol), state,
                             connection.ending ? 1 : 0, session.unread.size(),
                             connection.unsent.size());
  *record += session.unread;
  *record += connection.unsent;
}

void AppendCounts(std::string_view counts, std::string* record) {
  *record += absl::StrFormat("0 %s 0 0 %d 0\n", kCounts, counts.size());
  *record += counts;
}

absl::StatusOr<DecodedRecord> DecodeRecord(std::string_view record) {
  Reader reader(record);
  int format = 0;
  if (reader.Word(' ') != kMark || !reader.ReadNumber('\n', &format)) {
    return absl::InvalidArgumentError("no record of connections");
  }
  if (format != kConnectionsFormat) {
    return absl::UnimplementedError(absl::StrFormat(
        "connections recorded in format %d, of which only %d is known here",
        format, kConnectionsFormat));
  }
  DecodedRecord decoded;
  while (!reader.at_end()) {
    std::string setting;
    RecordedConnection recorded;
    if (!ReadRecord(&reader, &setting, &recorded)) {
      return absl::InvalidArgumentError("torn record of connections");
    }
    if (setting == kCounts) {
      decoded.counts = std::move(recorded.connection.session.unread);
      continue;
    }
    const std::optional<Protocol> protocol = ProtocolOf(setting);
    if (!protocol) continue;
    recorded.connection.protocol = *protocol;
    if (IsHttp(*protocol)) TakeStanding(&recorded.connection.session);
    decoded.connections.push_back(std::move(recorded));
  }
  return decoded;
}

absl::StatusOr<FileDescriptor> RecordConnections(
    const std::vector<OpenConnection>& connections, std::string_view counts) {
  std::string record = RecordHead();
  if (!counts.empty()) AppendCounts(counts, &record);
  for (const OpenConnection& connection : connections) {
    const absl::StatusOr<uint64_t> cookie = CookieOf(connection.fd.get());
    if (!cookie.ok()) return cookie.status();
    AppendRecord(*cookie, connection, &record);
  }
  return MakeMemoryFile(record);
}

absl::StatusOr<HandedConnections> ReadConnections(
    int record, std::vector<FileDescriptor> sockets) {
  const absl::StatusOr<std::string> text = ReadMemoryFile(record);
  if (!text.ok()) return text.status();
  absl::StatusOr<DecodedRecord> recorded = DecodeRecord(*text);
  if (!recorded.ok()) return recorded.status();
  std::unordered_map<uint64_t, FileDescriptor> by_cookie;
  for (FileDescriptor& socket : sockets) {
    const absl::StatusOr<uint64_t> cookie = CookieOf(socket.get());
    if (cookie.ok()) by_cookie[*cookie] = std::move(socket);
  }
  HandedConnections handed;
  handed.counts = std::move(recorded->counts);
  for (auto& [cookie, connection] : recorded->connections) {
    const auto found = by_cookie.find(cookie);
    // Its peer may have left since, and the socket with it.
    if (found == by_cookie.end()) continue;
    connection.fd = std::move(found->second);
    handed.open.push_back(std::move(connection));
    by_cookie.erase(found);
  }
  return handed;
}

}  // namespace groupring::backend
