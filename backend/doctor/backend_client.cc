#include "backend/doctor/backend_client.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "backend/doctor/answer_fit.h"
#include "redis/base/connect.h"
#include "redis/base/errno_status.h"
#include "redis/base/file_descriptor.h"
#include "redis/base/host_port.h"
#include "redis/base/printable.h"
#include "redis/base/status_macros.h"

namespace groupring::backend {
namespace {

using nlohmann::json;

constexpr size_t kMaxReply = size_t{1} << 20;
constexpr size_t kShown = 120;  // of what came instead
// Whom PowerDNS would name as the resolver that asks, and as itself.
constexpr const char* kResolver = "192.0.2.53";
constexpr const char* kLocal = "127.0.0.1";

absl::Status Unexpected(std::string_view what, std::string_view came) {
  return absl::FailedPreconditionError(absl::StrFormat(
      "%s: \"%s\"", what,
      came.empty() ? "" : Printable(std::string(came), kShown)));
}

// A stream with a deadline for everything that is done with it.
class Stream {
 public:
  Stream(FileDescriptor fd, Deadline deadline)
      : fd_(std::move(fd)), deadline_(deadline) {}

  absl::Status Write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent =
          send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent > 0) {
        bytes.remove_prefix(static_cast<size_t>(sent));
      } else if (errno == EAGAIN) {
        if (!WaitFor(fd_.get(), POLLOUT, deadline_).ok()) return TooLate();
      } else if (errno != EINTR) {
        return absl::UnavailableError(ErrnoText(errno));
      }
    }
    return absl::OkStatus();
  }

  // Without the newline.
  absl::StatusOr<std::string> ReadLine() {
    size_t end = 0;
    while ((end = buffer_.find('\n')) == std::string::npos) {
      const absl::StatusOr<bool> more = ReadMore();
      if (!more.ok()) return more.status();
      if (!*more) {
        return absl::UnavailableError(
            "it closed the connection without an answer");
      }
    }
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    return line;
  }

  absl::StatusOr<std::string> ReadToEnd() {
    for (;;) {
      const absl::StatusOr<bool> more = ReadMore();
      if (!more.ok()) return more.status();
      if (!*more) return std::move(buffer_);
    }
  }

 private:
  static absl::Status TooLate() {
    return absl::DeadlineExceededError("it does not answer in time");
  }

  // false: the peer has said everything.
  absl::StatusOr<bool> ReadMore() {
    std::array<char, 4096> bytes;
    for (;;) {
      const ssize_t size = recv(fd_.get(), bytes.data(), bytes.size(), 0);
      if (size == 0) return false;
      if (size > 0) {
        buffer_.append(bytes.data(), static_cast<size_t>(size));
        if (buffer_.size() > kMaxReply) {
          return absl::FailedPreconditionError("its reply does not end");
        }
        return true;
      }
      if (errno == EAGAIN) {
        if (!WaitFor(fd_.get(), POLLIN, deadline_).ok()) return TooLate();
      } else if (errno != EINTR) {
        return absl::UnavailableError(ErrnoText(errno));
      }
    }
  }

  FileDescriptor fd_;
  const Deadline deadline_;
  std::string buffer_;
};

void Add(std::string_view type, std::string_view content, int scope,
         BackendAnswer* answer) {
  if (type != "A" && type != "AAAA") return;
  answer->addresses[type == "A" ? 0 : 1].emplace_back(content);
  answer->scope = std::min(answer->scope.value_or(scope), scope);
}

absl::StatusOr<BackendAnswer> ReadRecords(const std::string& text) {
  const json reply = json::parse(text, nullptr, false);
  if (!reply.is_object() || !reply.contains("result")) {
    return Unexpected("that is no reply of a remote backend", text);
  }
  const json& result = reply["result"];
  if (result.is_null()) {
    return absl::FailedPreconditionError(
        "it has nothing to answer from (SERVFAIL)");
  }
  BackendAnswer answer;
  if (!result.is_array()) return answer;  // false: no such name
  for (const json& record : result) {
    if (!record.is_object()) continue;
    const json type = record.value("qtype", json());
    const json content = record.value("content", json());
    const json scope = record.value("scopeMask", json(0));
    if (!type.is_string() || !content.is_string()) continue;
    Add(type.get<std::string>(), content.get<std::string>(),
        scope.is_number_integer() ? scope.get<int>() : 0, &answer);
  }
  return answer;
}

json LookupParameters(const std::string& name, const std::string& subnet) {
  return {{"qtype", "ANY"},  {"qname", name + "."},   {"remote", kResolver},
          {"local", kLocal}, {"real-remote", subnet}, {"zone-id", -1}};
}

json Call(const char* method, json parameters) {
  return {{"method", method}, {"parameters", std::move(parameters)}};
}

absl::StatusOr<BackendAnswer> AskRemoteUnix(const PdnsConnection& connection,
                                            const std::string& name,
                                            const std::string& subnet,
                                            Stream* stream) {
  json options = json::object({{"path", connection.place}});
  for (const auto& [key, value] : connection.options) options[key] = value;
  RETURN_IF_ERROR(stream->Write(Call("initialize", options).dump() + "\n"));
  absl::StatusOr<std::string> line = stream->ReadLine();
  if (!line.ok()) return line.status();
  const json greeting = json::parse(*line, nullptr, false);
  if (!greeting.is_object() || greeting.value("result", json()) != true) {
    return Unexpected("it does not take `initialize`", *line);
  }
  if (name.empty()) return BackendAnswer();
  RETURN_IF_ERROR(stream->Write(
      Call("lookup", LookupParameters(name, subnet)).dump() + "\n"));
  line = stream->ReadLine();
  if (!line.ok()) return line.status();
  return ReadRecords(*line);
}

absl::StatusOr<BackendAnswer> AskPipe(const PdnsConnection& connection,
                                      const std::string& name,
                                      const std::string& subnet,
                                      Stream* stream) {
  const int abi = connection.pipe_abi;
  RETURN_IF_ERROR(stream->Write(absl::StrFormat("HELO\t%d\n", abi)));
  absl::StatusOr<std::string> line = stream->ReadLine();
  if (!line.ok()) return line.status();
  if (!line->starts_with("OK\t")) {
    return Unexpected(absl::StrFormat("it does not take HELO %d", abi), *line);
  }
  BackendAnswer answer;
  if (name.empty()) return answer;
  std::string question =
      absl::StrFormat("Q\t%s\tIN\tANY\t-1\t%s", name, kResolver);
  if (abi >= 2) question += absl::StrFormat("\t%s", kLocal);
  if (abi >= 3) question += "\t" + subnet;
  RETURN_IF_ERROR(stream->Write(question + "\n"));
  // DATA [scope auth] qname IN qtype ttl id content
  const size_t skipped = abi >= 3 ? 2 : 0;
  for (;;) {
    line = stream->ReadLine();
    if (!line.ok()) return line.status();
    if (*line == "END") return answer;
    if (line->starts_with("FAIL")) {
      return absl::FailedPreconditionError(
          "it has nothing to answer from (FAIL)");
    }
    const std::vector<std::string> fields = absl::StrSplit(*line, '\t');
    if (fields[0] == "LOG") continue;
    if (fields[0] != "DATA" || fields.size() < 7 + skipped) {
      return Unexpected("that is no answer of a pipe backend", *line);
    }
    const int scope = abi >= 3 ? std::atoi(fields[1].c_str()) : 0;
    Add(fields[3 + skipped], fields[6 + skipped], scope, &answer);
  }
}

struct Url {
  std::string host;
  uint16_t port = 80;
  std::string path;
};

absl::StatusOr<Url> ParseUrl(const std::string& text) {
  constexpr std::string_view kScheme = "http://";
  const auto wrong = [&] {
    return absl::FailedPreconditionError(Printable(text) +
                                         " is no URL of groupring; expected "
                                         "http://ADDRESS:PORT/dns");
  };
  if (!text.starts_with(kScheme)) return wrong();
  const std::string rest = text.substr(kScheme.size());
  const size_t slash = std::min(rest.find('/'), rest.size());
  const std::string authority = rest.substr(0, slash);
  const std::optional<HostPort> parts = SplitHostPort(authority);
  if (!parts) return wrong();
  Url url;
  url.host = std::string(parts->host);
  url.path = rest.substr(slash);
  if (parts->port) {
    const std::optional<uint16_t> port = ParsePort(*parts->port);
    if (!port) return wrong();
    url.port = *port;
  }
  return url;
}

std::string PercentEncoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) {
      encoded += c;
    } else {
      encoded += absl::StrFormat("%%%02x", byte);
    }
  }
  return encoded;
}

// As PowerDNS asks with these options: GET, post or post_json. HTTP/1.0 ends
// the reply with the connection.
std::string HttpRequestFor(const PdnsConnection& connection, const Url& url,
                           const std::string& name, const std::string& subnet) {
  const json parameters = LookupParameters(name, subnet);
  std::string target = url.path;
  std::string body;
  std::string head;
  if (!connection.options.contains("post")) {
    target += "/lookup/" + PercentEncoded(name + ".") + "/ANY";
    head = absl::StrFormat(
        "X-RemoteBackend-remote: %s\r\nX-RemoteBackend-local: %s\r\n"
        "X-RemoteBackend-real-remote: %s\r\nX-RemoteBackend-zone-id: -1\r\n",
        kResolver, kLocal, subnet);
  } else if (connection.options.contains("post_json")) {
    body = Call("lookup", parameters).dump();
    head = "Content-Type: text/javascript; charset=utf-8\r\n";
  } else {
    target += "/lookup";
    body = "parameters=" + PercentEncoded(parameters.dump());
    head = "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n";
  }
  if (!body.empty()) {
    head += absl::StrFormat("Content-Length: %d\r\n", body.size());
  }
  return absl::StrFormat(
      "%s %s HTTP/1.0\r\nHost: %s\r\nAccept: application/json\r\n%s\r\n%s",
      body.empty() ? "GET" : "POST", target,
      url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]",
      head, body);
}

absl::StatusOr<BackendAnswer> AskHttp(const PdnsConnection& connection,
                                      const std::string& name,
                                      const std::string& subnet, const Url& url,
                                      Stream* stream) {
  // Without a name there is no greeting in HTTP: any name will do, and its
  // absence is an answer.
  const std::string asked = name.empty() ? "groupring.invalid" : name;
  RETURN_IF_ERROR(
      stream->Write(HttpRequestFor(connection, url, asked, subnet)));
  const absl::StatusOr<std::string> reply = stream->ReadToEnd();
  if (!reply.ok()) return reply.status();
  const std::string status_line = reply->substr(0, reply->find('\r'));
  const size_t body = reply->find("\r\n\r\n");
  const std::vector<std::string> words = absl::StrSplit(status_line, ' ');
  if (!status_line.starts_with("HTTP/1.") || words.size() < 2 ||
      body == std::string::npos) {
    return Unexpected("that is not HTTP", *reply);
  }
  int status = 0;
  // PowerDNS takes 404 as well, and everything below 400.
  if (!absl::SimpleAtoi(words[1], &status) ||
      (status >= 400 && status != 404)) {
    return absl::FailedPreconditionError("it answers " +
                                         Printable(status_line, kShown));
  }
  return ReadRecords(reply->substr(body + 4));
}

}  // namespace

absl::StatusOr<BackendAnswer> AskBackend(const PdnsConnection& connection,
                                         const std::string& name,
                                         const std::array<uint8_t, 3>& subnet,
                                         std::chrono::milliseconds timeout) {
  const Deadline deadline = std::chrono::steady_clock::now() + timeout;
  const std::string client = SubnetText(subnet);
  if (connection.kind == ConnectionKind::kRemoteHttp) {
    const absl::StatusOr<Url> url = ParseUrl(connection.place);
    if (!url.ok()) return url.status();
    absl::StatusOr<FileDescriptor> fd =
        ConnectTcp(url->host, url->port, deadline);
    if (!fd.ok()) return fd.status();
    Stream stream(*std::move(fd), deadline);
    return AskHttp(connection, name, client, *url, &stream);
  }
  absl::StatusOr<FileDescriptor> fd = ConnectUnix(connection.place, deadline);
  if (!fd.ok()) return fd.status();
  Stream stream(*std::move(fd), deadline);
  return connection.kind == ConnectionKind::kPipe
             ? AskPipe(connection, name, client, &stream)
             : AskRemoteUnix(connection, name, client, &stream);
}

}  // namespace groupring::backend
