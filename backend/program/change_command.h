// Runs a command that changes something.
#ifndef GROUPRING_BACKEND_PROGRAM_CHANGE_COMMAND_H_
#define GROUPRING_BACKEND_PROGRAM_CHANGE_COMMAND_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "backend/change/change.h"
#include "backend/control/control_store.h"
#include "backend/program/commands.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// As on the command line.
struct ChangeOptions {
  CommandOptions program;
  std::string reason;
  std::string until;
  std::string wait;  // "", "nodes" or "expired"
  std::string timeout = "30s";
  bool dry_run = false;
  bool force = false;
  bool json = false;
};

// What kind of change it is decides which options make sense.
struct ChangeKind {
  bool ends_by_itself = false;  // takes --until
  bool takes_out = false;       // takes --wait=expired
};

using MakeChangeWith = std::function<absl::StatusOr<Change>(
    redis::Dataset*, const Occasion&, ControlStore*)>;

// The exit status.
int RunChange(const ChangeOptions& options, ChangeKind kind,
              const MakeChangeWith& make);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_CHANGE_COMMAND_H_
