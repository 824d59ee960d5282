// Every change that operators can make, declared once: its name, its operands,
// what it reads from Redis, and the function that makes it. The command line,
// its help and its completion follow from this table.
#ifndef GROUPRING_BACKEND_CHANGE_OPERATIONS_H_
#define GROUPRING_BACKEND_CHANGE_OPERATIONS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/change/arguments.h"
#include "backend/change/change.h"
#include "backend/change/snapshot_restore.h"
#include "redis/model/audit_entry.h"
#include "redis/model/dataset.h"
#include "redis/model/group_load.h"
#include "redis/model/health_data.h"
#include "redis/model/node_status.h"
#include "redis/model/traffic.h"

namespace groupring::backend {

// What an operation reads from Redis besides the names and their groups.
struct Needs {
  std::string group = {};               // which may be on no name; "": none
  std::vector<std::string> lists = {};  // keys of sets
  std::vector<std::string> loads = {};  // groups whose load it goes by
};

// The part of Redis' data that an operation reads.
struct KnownData {
  redis::Dataset dataset;  // with the group of Needs, if Redis holds it
  std::map<std::string, std::vector<std::string>> lists;  // of Needs, verbatim
  std::vector<redis::NodeStatus> nodes;
  std::shared_ptr<const redis::HealthData> health;  // never null
  // What nodes have counted; empty when nothing is known. Never null.
  std::shared_ptr<const redis::TrafficProfile> traffic;
  redis::GroupLoads loads;  // of Needs
  // For an operation that takes a file: the file's data.
  std::shared_ptr<const SavedData> saved;
  // For an operation that takes a file of lines: the lines.
  std::shared_ptr<const std::vector<std::string>> lines;
};

// What an operation is asked to do.
struct ChangeRequest {
  const KnownData& known;
  const Arguments& given;
  const Occasion& occasion;

  const redis::Dataset& dataset() const { return known.dataset; }
  const std::string& Text(const char* name) const { return given.Text(name); }
  const std::vector<std::string>& Texts(const char* name) const {
    return given.Texts(name);
  }
  bool Has(const char* name) const { return given.Has(name); }
};

// The command paths of a dry run, by the example of "group disable".
enum class PlanPaths {
  kNone,
  kLong,          // "plan group disable"
  kLongAndShort,  // and "plan disable"
};

// The option that names when a group comes back by itself. Every operation
// takes it, so that the refusal of one without an end can name those that have
// one.
inline constexpr const char* kUntilOption = "--until";
inline constexpr const char* kForceOption = "--force";
// Of operations that show first what they would do.
inline constexpr const char* kYesOption = "--yes";
inline constexpr const char* kApplyOption = "--apply";
// Of operations that can be done on one node alone.
inline constexpr const char* kLocalOption = "--local";
// The operand of operations that take a file.
inline constexpr const char* kFileOperand = "file";
// The operand of operations that take a file of lines, or "-" for standard
// input.
inline constexpr const char* kLinesOperand = "list";

struct Operation {
  redis::ChangeKind kind = redis::ChangeKind::kGroupEnable;
  const char* help = "";
  std::vector<CommandParameter> parameters =
      {};  // besides those of all operations
  PlanPaths plan = PlanPaths::kLongAndShort;
  bool ends_by_itself = false;     // kUntilOption may be given
  const char* asks_for = nullptr;  // the flag without which it is a dry run
  bool takes_out = false;          // a group out of service: --wait=expired
  // Null: the operation reads only the names and their groups.
  Needs (*needs)(const redis::Dataset& dataset,
                 const Arguments& arguments) = nullptr;
  absl::StatusOr<Change> (*make)(const ChangeRequest& request) = nullptr;
};

// In the order in which help lists them.
std::vector<Operation> Operations();

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_OPERATIONS_H_
