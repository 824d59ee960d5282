#include "backend/program/setup_host.h"

#include <grp.h>
#include <pwd.h>

#include <optional>
#include <string_view>

#include "absl/strings/str_format.h"
#include "backend/doctor/socket_access.h"
#include "backend/node/options.h"
#include "redis/admin/admin.h"
#include "redis/base/diagnostic.h"

namespace groupring::backend {
namespace {

// Where Redis and Valkey are on Debian, without and with a unix socket.
constexpr const char* kUsualRedis[] = {
    "unix:///run/redis/redis-server.sock",
    "redis://127.0.0.1:6379/0",
    "unix:///run/valkey/valkey-server.sock",
};

}  // namespace

absl::Status TryRedis(Settings settings, const std::string& url) {
  settings.redis.url = url;
  const auto store = StoreOptionsFor(settings);
  if (!store.ok()) return store.status();
  return redis::Admin::Connect(
             store->location, {store->connect_timeout, store->command_timeout},
             [](Severity, const std::string&) {}, nullptr, store->schema)
      .status();
}

bool BarsTheDaemon(const std::string& url) {
  constexpr std::string_view kUnix = "unix://";
  if (!url.starts_with(kUnix)) return false;
  const size_t end = url.find('?');
  const auto files = FilesTo(
      url.substr(kUnix.size(), end == std::string::npos ? std::string::npos
                                                        : end - kUnix.size()));
  const auto daemon = FindUser(kDaemonUser, "");
  if (!files.ok() || !daemon.ok()) return false;
  return GravestOf(CheckAccess(*files, *daemon)) == Severity::kError;
}

std::string SuggestedRedis(const Settings& settings) {
  if (TryRedis(settings, settings.redis.url).ok()) return settings.redis.url;
  for (const char* url : kUsualRedis) {
    if (!BarsTheDaemon(url) && TryRedis(settings, url).ok()) return url;
  }
  return settings.redis.url;
}

absl::StatusOr<std::string> GroupOfUser(const std::string& user,
                                        const std::string& setgid) {
  std::optional<id_t> gid = IdNumber(setgid);
  if (setgid.empty()) {
    const std::optional<id_t> uid = IdNumber(user);
    const passwd* const entry = uid ? getpwuid(*uid) : getpwnam(user.c_str());
    if (entry == nullptr) {
      return absl::FailedPreconditionError(absl::StrFormat(
          "there is no user %s on this host: install PowerDNS first, or name "
          "the user that it runs as with --pdns-user",
          user));
    }
    gid = entry->pw_gid;
  }
  const group* const entry = gid ? getgrgid(*gid) : getgrnam(setgid.c_str());
  if (entry != nullptr) return std::string(entry->gr_name);
  return absl::FailedPreconditionError(absl::StrFormat(
      "there is no group %s on this host, which PowerDNS' user is to have",
      gid ? std::to_string(*gid) : setgid));
}

}  // namespace groupring::backend
