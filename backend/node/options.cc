#include "backend/node/options.h"

#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <utility>

#include "absl/strings/str_format.h"

namespace groupring::backend {
namespace {

absl::StatusOr<std::string> FirstLine(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  if (!in || !std::getline(in, line) || line.empty()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "[redis] password_file: %s cannot be read or its first line is empty",
        path));
  }
  if (line.back() == '\r') line.pop_back();
  return line;
}

}  // namespace

absl::StatusOr<redis::StoreOptions> StoreOptionsFor(const Settings& settings) {
  absl::StatusOr<redis::Endpoint> endpoint =
      redis::ParseEndpoint(settings.redis.url);
  if (!endpoint.ok()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "[redis] url: %s", std::string(endpoint.status().message())));
  }
  if (!settings.redis.password_file.empty()) {
    absl::StatusOr<std::string> password =
        FirstLine(settings.redis.password_file);
    if (!password.ok()) return password.status();
    endpoint->password = *std::move(password);
  }
  endpoint->tls_ca_file = settings.redis.tls_ca_file;
  endpoint->tls_cert_file = settings.redis.tls_cert_file;
  endpoint->tls_key_file = settings.redis.tls_key_file;

  redis::StoreOptions options;
  options.endpoint = *std::move(endpoint);
  options.connect_timeout = settings.redis.connect_timeout;
  options.command_timeout = settings.redis.command_timeout;
  options.scan_interval = settings.redis.scan_interval;
  options.reread_interval = settings.redis.reread_interval;
  return options;
}

EngineOptions EngineOptionsFor(const Settings& settings,
                               const redis::StoreOptions& store,
                               const std::string& version) {
  EngineOptions options;
  options.store = store;
  options.version = version;
  options.state_directory = settings.state.directory;
  options.state_max_age = std::chrono::hours(settings.state.max_age_hours);
  return options;
}

redis::HeartbeatOptions HeartbeatOptionsFor(const redis::StoreOptions& store) {
  redis::HeartbeatOptions options;
  options.endpoint = store.endpoint;
  options.timeouts.connect = store.connect_timeout;
  options.timeouts.command = store.command_timeout;
  return options;
}

std::string NodeName(const Settings& settings) {
  if (!settings.node.name.empty()) return settings.node.name;
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) return "localhost";
  return host.data();
}

}  // namespace groupring::backend
