// `groupring snapshot export`: what this host's nodes have saved, as a file.
#include <sys/stat.h>

#include <chrono>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"
#include "backend/program/control_session.h"
#include "backend/state/state_file.h"
#include "redis/base/clock.h"
#include "redis/base/printable.h"
#include "redis/base/words.h"

namespace groupring::backend {
namespace {

// What Redis holds now.
absl::StatusOr<SavedDataset> FromRedis(const CommandOptions& options) {
  const auto session = OpenSession(options);
  if (!session.ok()) return session.status();
  absl::StatusOr<Reading> reading = ReadEverything(session->get());
  if (!reading.ok()) return reading.status();
  MentionComplaints(**session);
  return SavedDataset{std::move(reading->dataset), reading->unix_millis};
}

// What the nodes of this host answer from, or would if they were started
// without Redis.
absl::StatusOr<SavedDataset> FromStateFile(const CommandOptions& options) {
  const absl::StatusOr<Settings> settings = SettingsFor(options);
  if (!settings.ok()) return settings.status();
  const std::string& directory = settings->state.directory;
  if (directory.empty()) {
    return absl::FailedPreconditionError(
        "nothing is saved here: [state] directory is empty; --redis takes what "
        "Redis holds");
  }
  return ReadStateFile(StateFilePath(directory), std::chrono::milliseconds(0),
                       SystemClock().UnixMillis());
}

}  // namespace

int ExportSnapshot(const Arguments& arguments) {
  const std::string& path = arguments.Text("file");
  struct stat there {};
  if (stat(path.c_str(), &there) == 0 && !arguments.Has("--force")) {
    return Fail(absl::AlreadyExistsError(absl::StrFormat(
        "%s is there already; --force replaces it", Printable(path))));
  }
  const CommandOptions options = ProgramOptions(arguments);
  const absl::StatusOr<SavedDataset> saved =
      arguments.Has("--redis") ? FromRedis(options) : FromStateFile(options);
  if (!saved.ok()) return Fail(saved.status());
  const absl::Status written =
      WriteStateFile(path.find('/') == std::string::npos ? "./" + path : path,
                     EncodeState(saved->dataset, saved->saved_unix_millis));
  if (!written.ok()) return Fail(written);
  Print(absl::StrFormat(
      "%s: %s and %s, as in force at %s; generation %d\n", Printable(path),
      Counted(saved->dataset.names.size(), "name"),
      Counted(saved->dataset.groups.size(), "group"),
      UtcTime(saved->saved_unix_millis / 1000), saved->dataset.generation));
  return kExitDone;
}

}  // namespace groupring::backend
