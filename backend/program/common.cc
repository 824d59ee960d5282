#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/program/commands.h"

namespace groupring::backend {
namespace {

spdlog::level::level_enum LevelOf(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
      return spdlog::level::debug;
    case Severity::kInfo:
      return spdlog::level::info;
    case Severity::kWarning:
      return spdlog::level::warn;
    case Severity::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

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

absl::StatusOr<Settings> SettingsFor(const CommandOptions& options) {
  if (!options.settings_file.empty()) {
    return LoadSettings(options.settings_file);
  }
  const std::string file(kDefaultSettingsFile);
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return Settings();
  return LoadSettings(file);
}

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
                               const redis::StoreOptions& store) {
  EngineOptions options;
  options.store = store;
  options.version = GROUPRING_VERSION;
  options.state_directory = settings.state.directory;
  options.state_max_age = std::chrono::hours(settings.state.max_age_hours);
  return options;
}

LogSink StderrLog(const std::string& level) {
  auto logger = std::make_shared<spdlog::logger>(
      "groupring", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ groupring[%P] %l: %v",
                      spdlog::pattern_time_type::utc);
  logger->set_level(spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::debug);
  return
      [logger = std::move(logger)](Severity severity, const std::string& line) {
        logger->log(LevelOf(severity), spdlog::string_view_t(line));
      };
}

void PrintError(const std::string& message) {
  std::fprintf(stderr, "groupring: %s\n", message.c_str());
}

}  // namespace groupring::backend
