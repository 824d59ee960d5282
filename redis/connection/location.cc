#include "redis/connection/location.h"

#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "redis/base/host_port.h"
#include "redis/base/status_macros.h"
#include "redis/base/text.h"

namespace groupring::redis {
namespace {

constexpr size_t kMaxUnixPath = sizeof(sockaddr_un::sun_path) - 1;

// Messages name the part and what was expected but never quote the URL: if a
// character was not encoded, the password may be in any part.
absl::Status Wrong(const char* part, const char* expected) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "Redis URL: %s: expected %s "
      "(write %%40 for @, %%2F for / and %%3A for : in user and password)",
      part, expected));
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
  const std::optional<std::string> user = PercentDecode(text.substr(0, colon));
  const std::optional<std::string> password =
      PercentDecode(text.substr(colon + 1));
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
               "a number from 1 to 65535 (an IPv6 address is written in [ ])");
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
    RETURN_IF_ERROR(ParseQuery(rest.substr(question + 1), &endpoint));
  }
  if (path.empty() || path.front() != '/') {
    const size_t at = path.rfind('@');
    if (at == std::string_view::npos) {
      return Wrong("the path of the socket", "one that starts with /");
    }
    RETURN_IF_ERROR(ParseUserInfo(path.substr(0, at), &endpoint));
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
    RETURN_IF_ERROR(ParseQuery(rest.substr(question + 1), &endpoint));
    rest = rest.substr(0, question);
  }
  const size_t slash = rest.find('/');
  std::string_view authority = rest.substr(0, slash);
  if (slash != std::string_view::npos && slash + 1 < rest.size()) {
    RETURN_IF_ERROR(ParseDatabase(rest.substr(slash + 1), &endpoint));
  }
  const size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    RETURN_IF_ERROR(ParseUserInfo(authority.substr(0, at), &endpoint));
    authority = authority.substr(at + 1);
  }
  RETURN_IF_ERROR(ParseHostAndPort(authority, &endpoint));
  return endpoint;
}

constexpr std::string_view kSentinel = "sentinel://";
constexpr uint16_t kSentinelPort = 26379;

bool StartsWithScheme(std::string_view text) {
  text = Trimmed(text);
  for (const char* scheme :
       {"unix://", "redis://", "rediss://", "sentinel://"}) {
    if (text.starts_with(scheme)) return true;
  }
  return false;
}

// The URLs of a list; commas between hosts of one URL stay.
std::vector<std::string_view> SplitUrls(std::string_view text) {
  std::vector<std::string_view> urls;
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != ',' || !StartsWithScheme(text.substr(i + 1))) continue;
    urls.push_back(Trimmed(text.substr(start, i - start)));
    start = i + 1;
  }
  urls.push_back(Trimmed(text.substr(start)));
  return urls;
}

// The hosts of a URL and the parts around them.
struct Parts {
  std::string_view user_info;  // with its @
  std::vector<std::string_view> hosts;
  std::string_view rest;  // from the / or ? on
};

Parts SplitHosts(std::string_view after_scheme) {
  Parts parts;
  const size_t end =
      std::min(after_scheme.find_first_of("/?"), after_scheme.size());
  std::string_view authority = after_scheme.substr(0, end);
  parts.rest = after_scheme.substr(end);
  const size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    parts.user_info = authority.substr(0, at + 1);
    authority.remove_prefix(at + 1);
  }
  for (size_t start = 0; start <= authority.size();) {
    const size_t comma = std::min(authority.find(',', start), authority.size());
    parts.hosts.push_back(Trimmed(authority.substr(start, comma - start)));
    start = comma + 1;
  }
  return parts;
}

absl::Status AddServers(std::string_view url, std::vector<Endpoint>* servers) {
  const size_t scheme_end = url.find("://");
  if (url.starts_with("unix://") || scheme_end == std::string_view::npos) {
    ASSIGN_OR_RETURN(servers->emplace_back(), ParseEndpoint(url));
    return absl::OkStatus();
  }
  const std::string_view scheme = url.substr(0, scheme_end + 3);
  const Parts parts = SplitHosts(url.substr(scheme_end + 3));
  for (const std::string_view host : parts.hosts) {
    ASSIGN_OR_RETURN(
        servers->emplace_back(),
        ParseEndpoint(absl::StrFormat("%s%s%s%s", scheme, parts.user_info, host,
                                      parts.rest)));
  }
  return absl::OkStatus();
}

absl::StatusOr<Location> ParseSentinels(std::string_view url) {
  Location location;
  const Parts parts = SplitHosts(url.substr(kSentinel.size()));
  for (const std::string_view host : parts.hosts) {
    Endpoint& sentinel = location.sentinels.emplace_back();
    ASSIGN_OR_RETURN(sentinel,
                     ParseEndpoint(absl::StrFormat("redis://%s", host)));
    const std::optional<HostPort> parts_of_host = SplitHostPort(host);
    if (parts_of_host && !parts_of_host->port) sentinel.port = kSentinelPort;
    sentinel.is_sentinel = true;
  }
  std::string_view path = parts.rest;
  if (path.starts_with("/")) path.remove_prefix(1);
  const size_t slash = path.find('/');
  location.master_name = std::string(path.substr(0, slash));
  if (location.master_name.empty() ||
      location.master_name.find_first_of("?, ") != std::string::npos) {
    return Wrong("the name of the master",
                 "sentinel://host,host/NAME, as sentinel monitor NAME says");
  }
  const std::string_view database =
      slash == std::string_view::npos ? "" : path.substr(slash);
  ASSIGN_OR_RETURN(location.account,
                   ParseEndpoint(absl::StrFormat("redis://%smaster%s",
                                                 parts.user_info, database)));
  return location;
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

Location::Location(Endpoint server) { servers.push_back(std::move(server)); }

std::string Location::Display() const {
  if (!has_sentinels()) {
    return absl::StrJoin(servers, ", ",
                         [](std::string* out, const Endpoint& server) {
                           out->append(server.Display());
                         });
  }
  return absl::StrFormat(
      "%s%s%s/%s/%d", kSentinel, account.user.empty() ? "" : account.user + "@",
      absl::StrJoin(sentinels, ",",
                    [](std::string* out, const Endpoint& sentinel) {
                      out->append(FormatHostPort(sentinel.host, sentinel.port));
                    }),
      master_name, account.database);
}

std::vector<Endpoint*> Location::Accounts() {
  std::vector<Endpoint*> accounts;
  for (Endpoint& server : servers) accounts.push_back(&server);
  if (has_sentinels()) accounts.push_back(&account);
  return accounts;
}

absl::StatusOr<Location> ParseLocation(std::string_view url) {
  const std::vector<std::string_view> urls = SplitUrls(url);
  const bool asks_sentinels = urls[0].starts_with(kSentinel);
  if (asks_sentinels && urls.size() == 1) return ParseSentinels(urls[0]);
  Location location;
  for (const std::string_view each : urls) {
    if (each.starts_with(kSentinel)) {
      return Wrong("sentinel://",
                   "nothing beside it: sentinels tell of all servers");
    }
    RETURN_IF_ERROR(AddServers(each, &location.servers));
  }
  return location;
}

}  // namespace groupring::redis
