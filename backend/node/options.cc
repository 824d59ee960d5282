#include "backend/node/options.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/api/read_commands.h"

namespace groupring::backend {
namespace {

redis::ReadFrom ReadFromOf(const std::string& setting) {
  if (setting == "replica") return redis::ReadFrom::kReplica;
  if (setting == "local") return redis::ReadFrom::kLocal;
  return redis::ReadFrom::kMaster;
}

redis::Schema SchemaOf(const std::string& setting) {
  return setting == "razor" ? redis::Schema::kRazor : redis::Schema::kGroupring;
}

// "" if there is no path.
absl::StatusOr<std::string> FirstLine(const std::string& setting,
                                      const std::string& path) {
  if (path.empty()) return std::string();
  std::ifstream in(path);
  std::string line;
  if (!in || !std::getline(in, line) || line.empty()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: %s cannot be read or its first line is empty", setting, path));
  }
  if (line.back() == '\r') line.pop_back();
  return line;
}

}  // namespace

const char kVersion[] = GROUPRING_VERSION;

namespace {

// Who connects: two settings with their names.
struct Account {
  const char* url_setting;
  const std::string& url;
  const char* password_setting;
  const std::string& password_file;
};

absl::StatusOr<redis::StoreOptions> OptionsOf(const Account& who,
                                              const Settings& settings) {
  absl::StatusOr<redis::Location> location = redis::ParseLocation(who.url);
  if (!location.ok()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: %s", who.url_setting, std::string(location.status().message())));
  }
  absl::StatusOr<std::string> password =
      FirstLine(who.password_setting, who.password_file);
  if (!password.ok()) return password.status();
  for (redis::Endpoint* account : location->Accounts()) {
    if (!password->empty()) account->password = *password;
    account->tls_ca_file = settings.redis.tls_ca_file;
    account->tls_cert_file = settings.redis.tls_cert_file;
    account->tls_key_file = settings.redis.tls_key_file;
    account->tls_server_name = settings.redis.tls_server_name;
  }
  absl::StatusOr<std::string> sentinel_password = FirstLine(
      "[redis] sentinel_password_file", settings.redis.sentinel_password_file);
  if (!sentinel_password.ok()) return sentinel_password.status();
  for (redis::Endpoint& sentinel : location->sentinels) {
    sentinel.user = settings.redis.sentinel_user;
    sentinel.password = sentinel_password->empty()
                            ? settings.redis.sentinel_password
                            : *sentinel_password;
  }
  location->read = ReadFromOf(settings.redis.read);

  redis::StoreOptions options;
  options.location = *std::move(location);
  options.schema = SchemaOf(settings.redis.schema);
  options.connect_timeout = settings.redis.connect_timeout;
  options.command_timeout = settings.redis.command_timeout;
  options.scan_interval = settings.redis.scan_interval;
  options.reread_interval = settings.redis.reread_interval;
  return options;
}

}  // namespace

absl::StatusOr<redis::StoreOptions> StoreOptionsFor(const Settings& settings) {
  return OptionsOf({"[redis] url", settings.redis.url, "[redis] password_file",
                    settings.redis.password_file},
                   settings);
}

absl::StatusOr<redis::StoreOptions> CommandStoreOptionsFor(
    const Settings& settings) {
  const Settings::Control& control = settings.control;
  if (control.redis.empty()) return StoreOptionsFor(settings);
  return OptionsOf(
      {"[control] redis", control.redis, "[control] redis_password_file",
       control.redis_password_file},
      settings);
}

absl::StatusOr<redis::StoreOptions> CheckerStoreOptionsFor(
    const Settings& settings) {
  const Settings::Checker& checker = settings.checker;
  if (checker.redis.empty()) return StoreOptionsFor(settings);
  return OptionsOf(
      {"[checker] redis", checker.redis, "[checker] redis_password_file",
       checker.redis_password_file},
      settings);
}

EngineOptions EngineOptionsFor(const Settings& settings,
                               const redis::StoreOptions& store) {
  EngineOptions options;
  options.answer_command = [most = settings.listen.MaxReportBytes()](
                               const Engine& engine, const Snapshot& snapshot,
                               std::string_view command, int64_t unix_millis) {
    return RunReadCommand(snapshot, engine.Facts(), command, unix_millis, most,
                          KnowledgeOf(engine));
  };
  options.store = store;
  options.version = kVersion;
  options.state_directory = settings.state.directory;
  options.state_max_age = std::chrono::hours(settings.state.max_age_hours);
  return options;
}

redis::HeartbeatOptions HeartbeatOptionsFor(const redis::StoreOptions& store) {
  redis::HeartbeatOptions options;
  options.location = store.location;
  options.timeouts.connect = store.connect_timeout;
  options.timeouts.command = store.command_timeout;
  return options;
}

std::string HostName() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) return "localhost";
  return host.data();
}

std::string CommandLineOf(pid_t process) {
  std::ifstream in(absl::StrFormat("/proc/%d/cmdline", process));
  std::string line{std::istreambuf_iterator<char>(in), {}};
  while (!line.empty() && line.back() == '\0') line.pop_back();
  std::replace(line.begin(), line.end(), '\0', ' ');
  return line;
}

std::string NodeName(const Settings& settings) {
  return settings.node.name.empty() ? HostName() : settings.node.name;
}

}  // namespace groupring::backend
