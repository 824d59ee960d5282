#include "redis/load/key_reader.h"

#include <iterator>
#include <utility>

#include "redis/base/status_macros.h"
#include "redis/schema/keys.h"
#include "redis/schema/razor_names.h"

namespace groupring::redis {
namespace {

using Jobs = std::vector<ValueJob>;

// Of fewer keys that most names lack each is looked at.
constexpr size_t kManyRare = 32;

void Append(Jobs* from, Jobs* to) {
  to->insert(to->end(), std::make_move_iterator(from->begin()),
             std::make_move_iterator(from->end()));
}

// Keys that most names lack stand beside others of their kind, so that a kind
// which many names have makes only itself be looked at.
class NameJobs {
 public:
  void Add(const NameParts& parts, NameReading* reading) {
    const std::string& name = reading->name;
    if (parts.head) {
      RawNameHead& head = reading->head.emplace();
      usual_.push_back({ValueType::kHash, MakeKey(name, KeyKind::kConfig),
                        kMaxFields, &head.config});
      usual_.push_back({ValueType::kSet, MakeKey(name, KeyKind::kGroups),
                        kMaxGroupsOfName, &head.groups});
      weights_.push_back({ValueType::kHash, MakeKey(name, KeyKind::kWeights),
                          kMaxMembers, &head.weights});
    }
    for (size_t f = 0; f < kFamilies; ++f) {
      const auto family = static_cast<Family>(f);
      if (parts.members[f]) {
        members_[f].push_back({ValueType::kSet,
                               MakeKey(name, KeyKind::kMembers, family),
                               kMaxMembers, &reading->members[f].emplace()});
      }
      if (parts.skip[f]) {
        skip_[f].push_back({ValueType::kSet,
                            MakeKey(name, KeyKind::kSkipList, family),
                            kMaxMembers, &reading->skip[f].emplace()});
      }
    }
  }

  void MoveTo(Jobs* usual, Jobs* rare) {
    Append(&usual_, usual);
    for (Jobs* const kind :
         {&weights_, &members_[0], &members_[1], &skip_[0], &skip_[1]}) {
      Append(kind, rare);
    }
  }

 private:
  Jobs usual_;
  Jobs weights_;
  std::array<Jobs, kFamilies> members_;
  std::array<Jobs, kFamilies> skip_;
};

void AddSets(const std::string& owner, KeyKind kind,
             const std::array<bool, kFamilies>& wanted,
             std::array<std::optional<RawValue>, kFamilies>* values,
             Jobs* jobs) {
  for (size_t i = 0; i < kFamilies; ++i) {
    if (!wanted[i]) continue;
    jobs->push_back({ValueType::kSet,
                     MakeKey(owner, kind, static_cast<Family>(i)), kMaxMembers,
                     &(*values)[i].emplace()});
  }
}

void AddJobs(const GroupParts& parts, GroupReading* reading, Jobs* jobs) {
  const std::string& group = reading->name;
  AddSets(group, KeyKind::kMembers, parts.members, &reading->members, jobs);
  if (parts.state) {
    jobs->push_back({ValueType::kHash, MakeKey(group, KeyKind::kState),
                     kMaxFields, &reading->state.emplace()});
  }
  if (parts.disabled) {
    jobs->push_back({ValueType::kHash, MakeKey(group, KeyKind::kDisabled),
                     kMaxMembers, &reading->disabled.emplace()});
  }
}

void AddNamePart(const ParsedKey& key, NameParts* parts) {
  const auto family = static_cast<size_t>(key.family);
  switch (key.kind) {
    case KeyKind::kConfig:
    case KeyKind::kGroups:
    case KeyKind::kWeights:
      parts->head = true;
      break;
    case KeyKind::kMembers:
      parts->members[family] = true;
      break;
    case KeyKind::kSkipList:
      parts->skip[family] = true;
      break;
    case KeyKind::kState:
    case KeyKind::kCheck:
    case KeyKind::kDisabled:
      break;
  }
}

// Whether what is at the key can make a name that is not known yet.
bool MayMakeName(const ParsedKey& key, Schema schema) {
  const std::string owner(key.owner);
  switch (key.kind) {
    case KeyKind::kMembers:
      return schema == Schema::kRazor && MayBeRazorName(owner);
    case KeyKind::kConfig:
    case KeyKind::kGroups:
      return FormOfName(owner) == NameForm::kStored;
    case KeyKind::kWeights:
    case KeyKind::kSkipList:
    case KeyKind::kState:
    case KeyKind::kCheck:
    case KeyKind::kDisabled:
      return false;
  }
  return false;
}

}  // namespace

void AddChangedKey(std::string_view key, const Dataset& dataset,
                   KeySelection* selection) {
  if (key == kAffinityKey) {
    selection->affinity = true;
    return;
  }
  const std::optional<ParsedKey> parsed = ParseKey(key);
  if (!parsed) return;
  const std::string owner(parsed->owner);

  const bool of_name = parsed->kind != KeyKind::kState &&
                       parsed->kind != KeyKind::kDisabled &&
                       parsed->kind != KeyKind::kCheck;
  const bool by_razor = dataset.schema == Schema::kRazor;
  if (of_name && dataset.names.contains(owner)) {
    NameParts* const parts = &selection->names[owner];
    // Each of the others can make the name, or end it.
    if (by_razor && parsed->kind != KeyKind::kSkipList) {
      *parts = NameParts::All();
    } else {
      AddNamePart(*parsed, parts);
    }
  } else if (MayMakeName(*parsed, dataset.schema)) {
    selection->names[owner] = NameParts::All();
  }

  if (!dataset.groups.contains(owner)) return;
  if (parsed->kind == KeyKind::kState) {
    selection->groups[owner].state = true;
  } else if (parsed->kind == KeyKind::kDisabled) {
    selection->groups[owner].disabled = true;
  } else if (parsed->kind == KeyKind::kMembers) {
    const auto family = static_cast<size_t>(parsed->family);
    selection->groups[owner].members[family] = true;
  }
}

absl::StatusOr<Readings> ReadKeys(const KeySelection& selection,
                                  Connection* connection,
                                  const ExistingKeys* existing) {
  KeyReading reading(selection, connection, existing);
  RETURN_IF_ERROR(reading.AskKeys());
  RETURN_IF_ERROR(reading.TakeKeys());
  RETURN_IF_ERROR(reading.AskValues());
  RETURN_IF_ERROR(reading.TakeValues());
  return reading.Finish();
}

KeyReading::KeyReading(const KeySelection& selection, Connection* connection,
                       const ExistingKeys* existing)
    : connection_(connection), values_(connection) {
  NameJobs of_names;
  // Reserved, as the jobs point into them.
  readings_.names.reserve(selection.names.size());
  readings_.groups.reserve(selection.groups.size());
  for (const auto& [name, parts] : selection.names) {
    readings_.names.emplace_back().name = name;
    of_names.Add(parts, &readings_.names.back());
  }
  of_names.MoveTo(&jobs_, &rare_);
  asks_keys_ = existing == nullptr && rare_.size() >= kManyRare;
  for (const auto& [group, parts] : selection.groups) {
    readings_.groups.emplace_back().name = group;
    AddJobs(parts, &readings_.groups.back(), &jobs_);
  }
  if (existing != nullptr) {
    for (Jobs* const jobs : {&jobs_, &rare_}) {
      std::erase_if(*jobs, [&](const ValueJob& job) {
        return !existing->MayContain(job.key);
      });
    }
  }
  if (selection.affinity) {
    jobs_.push_back({ValueType::kHash, std::string(kAffinityKey),
                     kMaxAffinityEntries, &readings_.affinity.emplace()});
  }
}

absl::Status KeyReading::AskKeys() {
  if (!asks_keys_) return absl::OkStatus();
  AskMissing(rare_, connection_);
  return connection_->Send();
}

absl::Status KeyReading::TakeKeys() {
  return asks_keys_ ? EraseMissing(&rare_, connection_) : absl::OkStatus();
}

absl::Status KeyReading::AskValues() {
  Append(&rare_, &jobs_);
  return values_.Ask(jobs_);
}

absl::Status KeyReading::TakeValues() { return values_.TakeLooks(); }

absl::StatusOr<Readings> KeyReading::Finish() {
  RETURN_IF_ERROR(values_.Finish());
  return std::move(readings_);
}

}  // namespace groupring::redis
