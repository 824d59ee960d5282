#include "backend/program/commands.h"

#include <utility>

#include "backend/node/options.h"
#include "backend/program/console.h"

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

absl::StatusOr<Settings> SettingsFor(const CommandOptions& options) {
  absl::StatusOr<Settings> settings =
      LoadSettingsOrDefaults(options.settings_file);
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

int CheckConfig(const Arguments& arguments) {
  // Some errors in the settings of Redis only show in the options made of them.
  const auto configuration = ConfigurationFor(ProgramOptions(arguments));
  if (!configuration.ok()) return Fail(configuration.status());
  Print("settings are well formed; Redis at " +
        configuration->store.location.Display() + "\n");
  return kExitDone;
}

}  // namespace groupring::backend
