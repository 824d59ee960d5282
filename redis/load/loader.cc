#include "redis/load/loader.h"

#include <algorithm>
#include <cstddef>

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

absl::Status Loader::ReadInBatches(const KeySelection& selection,
                                   Staged* staged) const {
  KeySelection batch;
  batch.groups = selection.groups;
  batch.affinity = selection.affinity;
  RETURN_IF_ERROR(ReadBatch(batch, staged));
  batch.groups.clear();
  batch.affinity = false;
  for (const auto& [name, parts] : selection.names) {
    batch.names.emplace(name, parts);
    if (batch.names.size() < kNamesPerBatch) continue;
    RETURN_IF_ERROR(ReadBatch(batch, staged));
    batch.names.clear();
  }
  return ReadBatch(batch, staged);
}

absl::Status Loader::ReadBatch(const KeySelection& selection,
                               Staged* staged) const {
  if (selection.empty()) return absl::OkStatus();
  if (options_.before_read) {
    RETURN_IF_ERROR(options_.before_read(DecidingKeys(selection)));
  }
  ASSIGN_OR_RETURN(const Readings readings,
                   ReadKeys(selection, connection_, options_.existing));
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
  return absl::OkStatus();
}

}  // namespace groupring::redis
