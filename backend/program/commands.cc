#include "backend/program/commands.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/node/options.h"

namespace groupring::backend {
namespace {

// The exit status tells settings that are wrong from a wrong command line.
absl::Status NotUsable(const absl::Status& status) {
  return absl::FailedPreconditionError(status.message());
}

}  // namespace

CommandOptions ProgramOptions(const Arguments& arguments) {
  return {arguments.Text("--config")};
}

SettingsSource FindSettings(const CommandOptions& options) {
  if (!options.settings_file.empty()) {
    return {options.settings_file, "read " + options.settings_file};
  }
  const char* const named = std::getenv(kSettingsVariable);
  if (named != nullptr && *named != '\0') {
    return {named, absl::StrFormat("read %s, which %s names", named,
                                   kSettingsVariable)};
  }
  const std::string usual(kDefaultSettingsFile);
  std::error_code error;
  if (std::filesystem::exists(usual, error)) return {usual, "read " + usual};
  return {"", absl::StrFormat(
                  "no settings file was read: neither --config nor %s names "
                  "one, and there is no %s; these are the defaults",
                  kSettingsVariable, usual)};
}

absl::StatusOr<Settings> SettingsFor(const CommandOptions& options) {
  const std::string file = FindSettings(options).file;
  if (file.empty()) return Settings();
  absl::StatusOr<Settings> settings = LoadSettings(file);
  if (!settings.ok()) return NotUsable(settings.status());
  return settings;
}

absl::StatusOr<Configuration> ConfigurationFor(const CommandOptions& options) {
  absl::StatusOr<Settings> settings = SettingsFor(options);
  if (!settings.ok()) return settings.status();
  absl::StatusOr<redis::StoreOptions> store = StoreOptionsFor(*settings);
  if (!store.ok()) return NotUsable(store.status());
  return Configuration{*std::move(settings), *std::move(store)};
}

absl::StatusOr<Configuration> CommandConfigurationFor(
    const CommandOptions& options) {
  absl::StatusOr<Settings> settings = SettingsFor(options);
  if (!settings.ok()) return settings.status();
  absl::StatusOr<redis::StoreOptions> store = CommandStoreOptionsFor(*settings);
  if (!store.ok()) return NotUsable(store.status());
  return Configuration{*std::move(settings), *std::move(store)};
}

}  // namespace groupring::backend
