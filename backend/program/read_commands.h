// Commands that show something and change nothing. Each returns the program's
// exit status.
#ifndef GROUPRING_BACKEND_PROGRAM_READ_COMMANDS_H_
#define GROUPRING_BACKEND_PROGRAM_READ_COMMANDS_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "backend/program/commands.h"
#include "backend/program/control_session.h"
#include "backend/report/service_report.h"

namespace groupring::backend {

struct ReadOptions {
  CommandOptions program;
  bool json = false;
};

// `names_only`: one name to a line, for scripts and completion.
int ListGroups(const ReadOptions& options, bool names_only);
int ShowGroup(const ReadOptions& options, const std::string& group);
int ListNames(const ReadOptions& options, bool names_only);
int ShowName(const ReadOptions& options, const std::string& name);
int ListAddresses(const ReadOptions& options, const std::string& owner);
int ShowStatus(const ReadOptions& options);
int ShowNodes(const ReadOptions& options);
int ForgetNode(const ReadOptions& options, const std::string& node);
int ShowSnapshot(const ReadOptions& options);
int ShowAudit(const ReadOptions& options, size_t count, bool follow);
int ExplainClient(const ReadOptions& options, const std::string& name,
                  const std::string& client, const std::string& resolver);
// Shows the status anew whenever it changes, until it is interrupted.
int Watch(const ReadOptions& options, const std::string& interval);

// What `status` and `watch` show.
absl::StatusOr<ServiceReport> ReadService(ControlSession* session);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_READ_COMMANDS_H_
