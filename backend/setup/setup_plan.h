// What `groupring setup` writes, as values: the files as they are and what was
// asked for in, the files as they will be out. Pure.
#ifndef GROUPRING_BACKEND_SETUP_SETUP_PLAN_H_
#define GROUPRING_BACKEND_SETUP_SETUP_PLAN_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/doctor/pdns_settings.h"
#include "backend/settings/settings.h"

namespace groupring::backend {

enum class SetupMode {
  kRemoteUnix,  // PowerDNS asks over the unix socket
  kRemoteHttp,  // over HTTP
};

struct SetupAnswers {
  SetupMode mode = SetupMode::kRemoteUnix;
  std::string redis_url;
  std::string socket_group;  // that PowerDNS' user is a member of
  std::string node_name;     // empty: the host's name
};

struct FileText {
  std::string path;
  std::optional<std::string> text;  // nothing: there is no such file
};

struct SetupFiles {
  FileText settings;
  FileText pdns_conf;
  // Of pdns_conf and all that it includes.
  PdnsSettings pdns;
  FileText snippet;  // its path is that of SnippetPath
};

// A line that is replaced, or a new one (`before` is empty).
struct LineChange {
  std::string before;
  std::string after;
  bool operator==(const LineChange&) const = default;
};

struct FileChange {
  std::string path;
  std::optional<std::string> before;  // nothing: the file is new
  std::string after;
  std::vector<LineChange> lines;  // empty: all of `after`
};

struct SetupPlan {
  std::vector<FileChange> changes;  // of the files that change
  // PowerDNS asks groupring already, by what an operator wrote.
  bool connected = false;
};

// The file that is added to PowerDNS' settings: in the include-dir that they
// name, or else in pdns.d beside pdns.conf.
std::string SnippetPath(const std::string& pdns_conf, const PdnsSettings& pdns);

// kFailedPrecondition: the files are such that an operator has to decide; the
// message says what. kInvalidArgument: the settings would not be accepted.
absl::StatusOr<SetupPlan> PlanSetup(const SetupAnswers& answers,
                                    const SetupFiles& files);

// Returns the settings text with that setting set to that value. Replaces or
// adds one line; comments and all other lines stay. Appends the change, if
// there is one, to *lines.
std::string WithSetting(const std::string& text, std::string_view section,
                        std::string_view key, std::string_view value,
                        std::vector<LineChange>* lines);

// What setup keeps of a file that it wrote, so that it can be taken back.
struct SetupRecord {
  std::string path;
  std::optional<std::string> before;
  std::string after;
};

// The record of a change, given the record of an earlier setup. If an operator
// has edited the file in between, that edit is `before`.
SetupRecord RecordOf(const FileChange& change,
                     const std::optional<SetupRecord>& earlier);

enum class UndoStep {
  kNothing,  // the file is as it was before already
  kRestore,
  kRemove,
  kKeep,  // somebody has changed it since
};
UndoStep UndoStepOf(const SetupRecord& record,
                    const std::optional<std::string>& now);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SETUP_SETUP_PLAN_H_
