#include "redis/connection/location.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "redis/base/host_port.h"
#include "redis/base/text.h"

namespace groupring::redis {
namespace {

constexpr std::string_view kSentinel = "sentinel://";
constexpr uint16_t kSentinelPort = 26379;

absl::Status Wrong(const char* part, const char* expected) {
  return absl::InvalidArgumentError(
      absl::StrFormat("Redis URL: %s: expected %s", part, expected));
}

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

// What stands around the hosts of a URL.
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
    absl::StatusOr<Endpoint> server = ParseEndpoint(url);
    if (!server.ok()) return server.status();
    servers->push_back(*std::move(server));
    return absl::OkStatus();
  }
  const std::string_view scheme = url.substr(0, scheme_end + 3);
  const Parts parts = SplitHosts(url.substr(scheme_end + 3));
  for (const std::string_view host : parts.hosts) {
    absl::StatusOr<Endpoint> server = ParseEndpoint(
        absl::StrFormat("%s%s%s%s", scheme, parts.user_info, host, parts.rest));
    if (!server.ok()) return server.status();
    servers->push_back(*std::move(server));
  }
  return absl::OkStatus();
}

absl::StatusOr<Location> ParseSentinels(std::string_view url) {
  Location location;
  const Parts parts = SplitHosts(url.substr(kSentinel.size()));
  for (const std::string_view host : parts.hosts) {
    absl::StatusOr<Endpoint> sentinel =
        ParseEndpoint(absl::StrFormat("redis://%s", host));
    if (!sentinel.ok()) return sentinel.status();
    const std::optional<HostPort> parts_of_host = SplitHostPort(host);
    if (parts_of_host && !parts_of_host->port) sentinel->port = kSentinelPort;
    sentinel->is_sentinel = true;
    location.sentinels.push_back(*std::move(sentinel));
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
  absl::StatusOr<Endpoint> account = ParseEndpoint(
      absl::StrFormat("redis://%smaster%s", parts.user_info, database));
  if (!account.ok()) return account.status();
  location.account = *std::move(account);
  return location;
}

}  // namespace

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
    const absl::Status status = AddServers(each, &location.servers);
    if (!status.ok()) return status;
  }
  return location;
}

}  // namespace groupring::redis
