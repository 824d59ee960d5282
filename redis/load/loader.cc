#include "redis/load/loader.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "redis/base/status_macros.h"
#include "redis/schema/keys.h"

namespace groupring::redis {
namespace {

// So many names are read before they are parsed: ten thousand lists of a
// thousand groups take gigabytes as text, and next to nothing once they share
// one list.
constexpr size_t kNamesPerBatch = 256;

std::vector<std::string> DecidingKeys(const KeySelection& selection) {
  std::vector<std::string> keys;
  for (const auto& [name, parts] : selection.names) {
    for (const KeyKind kind :
         {KeyKind::kConfig, KeyKind::kGroups, KeyKind::kWeights}) {
      keys.push_back(MakeKey(name, kind));
    }
  }
  for (const auto& [group, parts] : selection.groups) {
    keys.push_back(MakeKey(group, KeyKind::kState));
    keys.push_back(MakeKey(group, KeyKind::kDisabled));
  }
  if (selection.affinity) keys.emplace_back(kAffinityKey);
  return keys;
}

}  // namespace

absl::Status Loader::Stage(const KeySelection& selection,
                           Staged* staged) const {
  RETURN_IF_ERROR(ReadInBatches(selection, staged));
  mirror_->ApplyRules(staged);
  return ReadInBatches(mirror_->GroupsOf(*staged, /*all=*/false), staged);
}

absl::Status Loader::StageEverything(KeySelection names, Staged* staged) const {
  for (const auto& [name, data] : mirror_->dataset().names) {
    names.names[name] = NameParts::All();
  }
  // Known groups first: who is out of service matters most.
  for (const auto& [group, data] : mirror_->dataset().groups) {
    names.groups[group] = GroupParts::All();
  }
  names.affinity = true;
  RETURN_IF_ERROR(ReadInBatches(names, staged));
  mirror_->ApplyRules(staged);
  // Known groups, too, may have changed while nobody told us.
  return ReadInBatches(mirror_->GroupsOf(*staged, /*all=*/true), staged);
}

// Cuts a selection into pieces.
class Loader::Batches {
 public:
  explicit Batches(const KeySelection& selection)
      : selection_(selection), next_name_(selection.names.begin()) {}

  // Groups first. Empty: there are no more.
  KeySelection Next() {
    KeySelection batch;
    if (!std::exchange(has_groups_, true)) {
      batch.groups = selection_.groups;
      batch.affinity = selection_.affinity;
      if (!batch.empty()) return batch;
    }
    while (next_name_ != selection_.names.end() &&
           batch.names.size() < kNamesPerBatch) {
      batch.names.insert(*next_name_++);
    }
    return batch;
  }

 private:
  const KeySelection& selection_;
  decltype(KeySelection::names)::const_iterator next_name_;
  bool has_groups_ = false;
};

absl::StatusOr<std::unique_ptr<KeyReading>> Loader::Begin(
    Batches* batches) const {
  const KeySelection batch = batches->Next();
  if (batch.empty()) return nullptr;
  if (options_.before_read) {
    RETURN_IF_ERROR(options_.before_read(DecidingKeys(batch)));
  }
  auto reading =
      std::make_unique<KeyReading>(batch, connection_, options_.existing);
  RETURN_IF_ERROR(reading->AskKeys());
  return reading;
}

// Redis works on the values of one batch, and says which keys of the one after
// that there are, while the one before is parsed.
absl::Status Loader::ReadInBatches(const KeySelection& selection,
                                   Staged* staged) const {
  Batches batches(selection);
  ASSIGN_OR_RETURN(std::unique_ptr<KeyReading> next, Begin(&batches));
  if (next != nullptr) RETURN_IF_ERROR(next->TakeKeys());
  Readings readings;  // of the batch before
  while (next != nullptr) {
    const std::unique_ptr<KeyReading> reading = std::exchange(next, nullptr);
    RETURN_IF_ERROR(reading->AskValues());
    if (!options_.before_read && reading->asked_all()) {
      ASSIGN_OR_RETURN(next, Begin(&batches));
    }
    StageReadings(readings, staged);
    if (options_.between) RETURN_IF_ERROR(options_.between());
    const bool has_next = next != nullptr;
    RETURN_IF_ERROR(reading->TakeValues());
    if (has_next) RETURN_IF_ERROR(next->TakeKeys());
    ASSIGN_OR_RETURN(readings, reading->Finish());
    if (has_next) continue;
    ASSIGN_OR_RETURN(next, Begin(&batches));
    if (next != nullptr) RETURN_IF_ERROR(next->TakeKeys());
  }
  StageReadings(readings, staged);
  return absl::OkStatus();
}

void Loader::StageReadings(const Readings& readings, Staged* staged) const {
  std::vector<std::string>& keys = staged->findings.keys;
  const auto before = static_cast<std::ptrdiff_t>(keys.size());
  mirror_->Stage(readings.names, staged);
  mirror_->Stage(readings.groups, staged);
  if (readings.affinity) mirror_->StageAffinity(*readings.affinity, staged);
  if (options_.notes) {
    keys.erase(std::remove_if(keys.begin() + before, keys.end(),
                              [&](const std::string& key) {
                                return !options_.notes(key);
                              }),
               keys.end());
  }
}

}  // namespace groupring::redis
