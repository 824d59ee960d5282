#include "redis/connection/endpoint.h"

#include <sys/un.h>

#include <charconv>
#include <optional>

#include "absl/strings/str_format.h"
#include "redis/base/host_port.h"

namespace groupring::redis {
namespace {

constexpr size_t kMaxUnixPath = sizeof(sockaddr_un::sun_path) - 1;

// Messages name the part and what was expected but never repeat what stands
// there: with a character left unencoded, a password may stand anywhere.
absl::Status Wrong(const char* part, const char* expected) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "Redis URL: %s: expected %s "
      "(write %%40 for @, %%2F for / and %%3A for : in user and password)",
      part, expected));
}

std::optional<int> HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::optional<std::string> DecodePercent(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const std::optional<int> high = HexDigit(text[i + 1]);
    const std::optional<int> low = HexDigit(text[i + 2]);
    if (!high || !low) return std::nullopt;
    decoded += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return decoded;
}

absl::Status ParseDatabase(std::string_view text, Endpoint* endpoint) {
  const auto [end, error] = std::from_chars(
      text.data(), text.data() + text.size(), endpoint->database);
  if (error != std::errc() || end != text.data() + text.size() ||
      endpoint->database < 0) {
    return Wrong("the database number", "a whole number from 0 on");
  }
  return absl::OkStatus();
}

// "user:password", ":password"; the part before the last '@'.
absl::Status ParseUserInfo(std::string_view text, Endpoint* endpoint) {
  if (text.find('@') != std::string_view::npos) {
    return Wrong("user and password", "no @ but the one before the host");
  }
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return Wrong("user and password",
                 "user:password or :password before the @");
  }
  const std::optional<std::string> user = DecodePercent(text.substr(0, colon));
  const std::optional<std::string> password =
      DecodePercent(text.substr(colon + 1));
  if (!user || !password) {
    return Wrong("user and password", "two hexadecimal digits after each %");
  }
  if (password->empty()) {
    return Wrong("the password", "one, as there is an @");
  }
  endpoint->user = *user;
  endpoint->password = *password;
  return absl::OkStatus();
}

absl::Status ParseHostAndPort(std::string_view text, Endpoint* endpoint) {
  const std::optional<HostPort> parts = SplitHostPort(text);
  if (!parts) {
    return Wrong("the host",
                 "a name, an address or an IPv6 address in [ ], then nothing "
                 "or :port");
  }
  endpoint->host = std::string(parts->host);
  if (!parts->port) return absl::OkStatus();
  endpoint->port = ParsePort(*parts->port).value_or(0);
  if (endpoint->port != 0) return absl::OkStatus();
  return Wrong("the port",
               "a number from 1 to 65535 (an IPv6 address stands in [ ])");
}

// "db=N" after a '?'.
absl::Status ParseQuery(std::string_view text, Endpoint* endpoint) {
  constexpr std::string_view kDatabase = "db=";
  if (text.substr(0, kDatabase.size()) != kDatabase) {
    return Wrong("what follows the ?", "db=NUMBER");
  }
  return ParseDatabase(text.substr(kDatabase.size()), endpoint);
}

absl::StatusOr<Endpoint> ParseUnix(std::string_view rest) {
  Endpoint endpoint;
  const size_t question = rest.find('?');
  std::string_view path = rest.substr(0, question);
  if (question != std::string_view::npos) {
    const absl::Status status =
        ParseQuery(rest.substr(question + 1), &endpoint);
    if (!status.ok()) return status;
  }
  if (path.empty() || path.front() != '/') {
    const size_t at = path.rfind('@');
    if (at == std::string_view::npos) {
      return Wrong("the path of the socket", "one that starts with /");
    }
    const absl::Status status = ParseUserInfo(path.substr(0, at), &endpoint);
    if (!status.ok()) return status;
    path = path.substr(at + 1);
  }
  if (path.size() < 2 || path.front() != '/') {
    return Wrong("the path of the socket", "one that starts with /");
  }
  if (path.size() > kMaxUnixPath) {
    return Wrong("the path of the socket", "at most 107 characters");
  }
  endpoint.unix_path = std::string(path);
  return endpoint;
}

absl::StatusOr<Endpoint> ParseTcp(std::string_view rest, bool tls) {
  Endpoint endpoint;
  endpoint.tls = tls;
  const size_t question = rest.find('?');
  if (question != std::string_view::npos) {
    const absl::Status status =
        ParseQuery(rest.substr(question + 1), &endpoint);
    if (!status.ok()) return status;
    rest = rest.substr(0, question);
  }
  const size_t slash = rest.find('/');
  std::string_view authority = rest.substr(0, slash);
  if (slash != std::string_view::npos && slash + 1 < rest.size()) {
    const absl::Status status =
        ParseDatabase(rest.substr(slash + 1), &endpoint);
    if (!status.ok()) return status;
  }
  const size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    const absl::Status status =
        ParseUserInfo(authority.substr(0, at), &endpoint);
    if (!status.ok()) return status;
    authority = authority.substr(at + 1);
  }
  const absl::Status status = ParseHostAndPort(authority, &endpoint);
  if (!status.ok()) return status;
  return endpoint;
}

}  // namespace

std::string Endpoint::Display() const {
  const std::string who = user.empty() ? "" : user + "@";
  if (!unix_path.empty()) {
    return absl::StrFormat("unix://%s%s?db=%d", who, unix_path, database);
  }
  const std::string where = FormatHostPort(host, port);
  if (is_sentinel) return absl::StrFormat("sentinel://%s%s", who, where);
  return absl::StrFormat("%s://%s%s/%d", tls ? "rediss" : "redis", who, where,
                         database);
}

absl::StatusOr<Endpoint> ParseEndpoint(std::string_view url) {
  if (url.find('\0') != std::string_view::npos) {
    return Wrong("the URL", "no NUL character");
  }
  const size_t scheme_end = url.find("://");
  const std::string_view scheme =
      scheme_end == std::string_view::npos ? "" : url.substr(0, scheme_end);
  if (scheme == "unix") return ParseUnix(url.substr(scheme_end + 3));
  if (scheme == "redis") return ParseTcp(url.substr(scheme_end + 3), false);
  if (scheme == "rediss") return ParseTcp(url.substr(scheme_end + 3), true);
  return Wrong("the scheme", "unix://, redis:// or rediss://");
}

}  // namespace groupring::redis
