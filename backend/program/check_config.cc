#include <cstdio>
#include <string>

#include "backend/node/options.h"
#include "backend/program/commands.h"

namespace groupring::backend {

int CheckConfig(const CommandOptions& options) {
  const absl::StatusOr<Settings> settings = SettingsFor(options);
  if (!settings.ok()) {
    PrintError(std::string(settings.status().message()));
    return kExitFailed;
  }
  // The settings of Redis are well formed only when they make an endpoint.
  const absl::StatusOr<redis::StoreOptions> store = StoreOptionsFor(*settings);
  if (!store.ok()) {
    PrintError(std::string(store.status().message()));
    return kExitFailed;
  }
  std::printf("settings are well formed; Redis at %s\n",
              store->location.Display().c_str());
  return kExitDone;
}

}  // namespace groupring::backend
