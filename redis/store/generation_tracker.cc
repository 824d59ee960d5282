#include "redis/store/generation_tracker.h"

#include <string>
#include <vector>

#include "redis/base/status_macros.h"
#include "redis/load/own_values.h"
#include "redis/schema/keys.h"

namespace groupring::redis {

absl::StatusOr<int64_t> GenerationTracker::Read(Connection* connection) const {
  Findings findings;
  absl::StatusOr<int64_t> generation = ReadGeneration(connection, &findings);
  complaints_->Update(findings.keys, findings.complaints);
  return generation;
}

absl::StatusOr<std::optional<int64_t>> GenerationTracker::Reach(
    int64_t generation, Connection* connection, KeySelection* selection) {
  if (generation == dataset_->generation) return generation;
  ASSIGN_OR_RETURN(
      const std::optional<std::vector<std::string>> names,
      ReadNamesWritten(dataset_->generation, generation, connection));
  if (!names) {
    if (pending_.Add(generation)) finder_->Restart();
    return std::optional<int64_t>();
  }
  for (const std::string& name : *names) {
    if (FormOfName(name) == NameForm::kStored &&
        !dataset_->names.contains(name)) {
      selection->names[name] = NameParts::All();
    }
  }
  return generation;
}

}  // namespace groupring::redis
