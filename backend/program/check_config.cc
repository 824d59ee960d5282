// `groupring check-config`: all that is wrong with a settings file, and what it
// names that is not there.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/checker/options.h"
#include "backend/node/options.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"
#include "backend/settings/settings.h"
#include "redis/connection/tls.h"

namespace groupring::backend {
namespace {

struct Findings {
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
  std::vector<std::string> notes;
};

// What RuntimeDirectory and StateDirectory of groupring.service are.
constexpr const char* kMadeByTheUnit[] = {"/run/groupring",
                                          "/var/lib/groupring"};

bool IsDirectory(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

void CheckStore(const absl::StatusOr<redis::StoreOptions>& store,
                const char* setting, Findings* findings) {
  if (!store.ok()) {
    findings->errors.push_back(std::string(store.status().message()));
    return;
  }
  redis::Location location = store->location;
  bool wants_tls = false;
  for (const redis::Endpoint* account : location.Accounts()) {
    wants_tls = wants_tls || account->tls;
  }
  if (wants_tls && !redis::HasTls()) {
    findings->errors.push_back(absl::StrFormat(
        "%s: rediss:// needs TLS, which this build lacks, as its hiredis has "
        "none (Debian 13's has); a local stunnel can carry the connection",
        setting));
  }
}

// What `groupring checker` would not start with, but for its files, which may
// be for its user alone.
void CheckChecker(Settings settings, Findings* findings) {
  settings.checker.logins_file.clear();
  settings.checker.tls_ca_file.clear();
  const absl::StatusOr<CheckerOptions> options = CheckerOptionsFor(settings);
  if (options.ok()) {
    if (settings.checker.redis.empty()) return;
    CheckStore(options->store, "[checker] redis", findings);
    return;
  }
  // Without a Redis of its own it has that of [redis], with the same error.
  std::vector<std::string>& errors = findings->errors;
  std::string error(options.status().message());
  if (std::find(errors.begin(), errors.end(), error) == errors.end()) {
    errors.push_back(std::move(error));
  }
}

// What the daemon needs, and may be there for its user alone.
void CheckPlaces(const Settings& settings, Findings* findings) {
  const auto warn = [&](const char* setting, const std::string& what) {
    findings->warnings.push_back(absl::StrFormat("%s: %s", setting, what));
  };
  // Whether it is there. What is made when systemd starts the daemon is no
  // fault before.
  const auto is_there = [&](const char* setting,
                            const std::filesystem::path& folder) {
    if (IsDirectory(folder)) return true;
    for (const char* made : kMadeByTheUnit) {
      if (folder != made) continue;
      findings->notes.push_back(absl::StrFormat(
          "%s: there is no directory %s yet; groupring.service makes it when "
          "it starts",
          setting, folder.string()));
      return true;
    }
    return false;
  };
  const Settings::Listen& listen = settings.listen;
  const std::pair<const char*, const std::string*> sockets[] = {
      {"[listen] remote_unix", &listen.remote_unix},
      {"[listen] pipe_unix", &listen.pipe_unix},
  };
  for (const auto& [setting, path] : sockets) {
    if (path->empty()) continue;
    const std::filesystem::path folder =
        std::filesystem::path(*path).parent_path();
    if (is_there(setting, folder)) continue;
    warn(setting,
         absl::StrFormat("there is no directory %s, and groupring serve does "
                         "not start without it",
                         folder.string()));
  }
  const std::filesystem::path control =
      std::filesystem::path(listen.control).parent_path();
  if (!listen.control.empty() && !is_there("[listen] control", control)) {
    warn("[listen] control",
         absl::StrFormat("there is no directory %s: groupring replace will not "
                         "reach the daemon",
                         control.string()));
  }
  const std::string& state = settings.state.directory;
  if (!state.empty() && !is_there("[state] directory", state)) {
    warn("[state] directory",
         absl::StrFormat("there is no directory %s: nothing is saved for a "
                         "start without Redis",
                         state));
  }
  if (!settings.notify.command.empty() &&
      access(settings.notify.command[0].c_str(), X_OK) != 0) {
    warn("[notify] command",
         settings.notify.command[0] + " is no program that this user can run");
  }
  const Settings::Redis& redis = settings.redis;
  const std::pair<const char*, const std::string*> files[] = {
      {"[redis] tls_ca_file", &redis.tls_ca_file},
      {"[redis] tls_cert_file", &redis.tls_cert_file},
      {"[redis] tls_key_file", &redis.tls_key_file},
  };
  for (const auto& [setting, path] : files) {
    if (!path->empty() && !std::ifstream(*path)) {
      warn(setting, *path + " cannot be read by this user");
    }
  }
}

}  // namespace

int CheckConfig(const Arguments& arguments) {
  const SettingsSource source = FindSettings(ProgramOptions(arguments));
  Findings findings;
  Settings settings;
  if (!source.file.empty()) {
    const absl::StatusOr<std::string> text = ReadSettingsFile(source.file);
    if (!text.ok())
      return Fail(absl::FailedPreconditionError(text.status().message()));
    CheckedSettings checked = CheckSettings(*text, source.file);
    settings = std::move(checked.settings);
    findings.errors = std::move(checked.errors);
  }
  Print(source.words + "\n");
  CheckStore(StoreOptionsFor(settings), "[redis] url", &findings);
  if (settings.redis.tls_cert_file.empty() !=
      settings.redis.tls_key_file.empty()) {
    findings.errors.emplace_back(
        "[redis] tls_cert_file and tls_key_file belong together: set both or "
        "none");
  }
  if (!settings.control.redis.empty()) {
    CheckStore(CommandStoreOptionsFor(settings), "[control] redis", &findings);
  }
  CheckChecker(settings, &findings);
  CheckPlaces(settings, &findings);
  for (const std::string& error : findings.errors) PrintError(error);
  for (const std::string& warning : findings.warnings) {
    PrintError("warning: " + warning);
  }
  if (!findings.errors.empty()) return kExitFailed;
  const absl::StatusOr<redis::StoreOptions> nodes = StoreOptionsFor(settings);
  const absl::StatusOr<redis::StoreOptions> commands =
      CommandStoreOptionsFor(settings);
  Print("settings are well formed; Redis at " + nodes->location.Display() +
        "\n");
  if (nodes->schema == redis::Schema::kRazor) {
    Print("its data is read by the rules of pdns-razor\n");
  }
  if (!settings.control.redis.empty()) {
    Print("commands use Redis at " + commands->location.Display() + "\n");
  }
  for (const std::string& note : findings.notes) Print(note + "\n");
  return kExitDone;
}

}  // namespace groupring::backend
