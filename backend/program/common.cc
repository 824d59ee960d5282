#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "backend/base/printable.h"
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

LogSink StderrLog(const std::string& level) {
  auto logger = std::make_shared<spdlog::logger>(
      "groupring", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ groupring[%P] %l: %v",
                      spdlog::pattern_time_type::utc);
  logger->set_level(spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::debug);
  return
      [logger = std::move(logger)](Severity severity, const std::string& line) {
        // Whatever a line tells of, it is one line.
        logger->log(LevelOf(severity),
                    spdlog::string_view_t(Printable(line, kMaxLine)));
      };
}

void PrintError(const std::string& message) {
  std::fprintf(stderr, "groupring: %s\n", Printable(message).c_str());
}

}  // namespace groupring::backend
