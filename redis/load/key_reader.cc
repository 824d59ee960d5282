#include "redis/load/key_reader.h"

#include <utility>

#include "redis/base/status_macros.h"
#include "redis/connection/error_reply.h"
#include "redis/schema/keys.h"
#include "redis/schema/razor_names.h"

namespace groupring::redis {
namespace {

// Enough commands under way to keep Redis busy while we parse, and few enough
// to bound the memory that both sides need for them.
constexpr size_t kWindow = 512;

struct Job {
  std::string_view command;
  std::string key;
  RawValue* value;
};

constexpr std::string_view kReadHash = "HGETALL";
constexpr std::string_view kReadSet = "SMEMBERS";

void AddSets(const std::string& owner, KeyKind kind,
             const std::array<bool, kFamilies>& wanted,
             std::array<std::optional<RawValue>, kFamilies>* values,
             std::vector<Job>* jobs) {
  for (size_t i = 0; i < kFamilies; ++i) {
    if (!wanted[i]) continue;
    jobs->push_back({kReadSet, MakeKey(owner, kind, static_cast<Family>(i)),
                     &(*values)[i].emplace()});
  }
}

void AddJobs(const NameParts& parts, NameReading* reading,
             std::vector<Job>* jobs) {
  const std::string& name = reading->name;
  if (parts.head) {
    RawNameHead& head = reading->head.emplace();
    jobs->push_back({kReadHash, MakeKey(name, KeyKind::kConfig), &head.config});
    jobs->push_back({kReadSet, MakeKey(name, KeyKind::kGroups), &head.groups});
    jobs->push_back(
        {kReadHash, MakeKey(name, KeyKind::kWeights), &head.weights});
  }
  AddSets(name, KeyKind::kMembers, parts.members, &reading->members, jobs);
  AddSets(name, KeyKind::kSkipList, parts.skip, &reading->skip, jobs);
}

void AddJobs(const GroupParts& parts, GroupReading* reading,
             std::vector<Job>* jobs) {
  const std::string& group = reading->name;
  AddSets(group, KeyKind::kMembers, parts.members, &reading->members, jobs);
  if (parts.state) {
    jobs->push_back({kReadHash, MakeKey(group, KeyKind::kState),
                     &reading->state.emplace()});
  }
  if (parts.disabled) {
    jobs->push_back({kReadHash, MakeKey(group, KeyKind::kDisabled),
                     &reading->disabled.emplace()});
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
  } else if (by_razor && parsed->kind == KeyKind::kMembers &&
             MayBeRazorName(owner)) {
    selection->names[owner] = NameParts::All();
  } else if ((parsed->kind == KeyKind::kConfig ||
              parsed->kind == KeyKind::kGroups) &&
             FormOfName(owner) == NameForm::kStored) {
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
                                  Connection* connection) {
  Readings readings;
  std::vector<Job> jobs;
  // Reserved, as the jobs point into them.
  readings.names.reserve(selection.names.size());
  readings.groups.reserve(selection.groups.size());
  for (const auto& [name, parts] : selection.names) {
    readings.names.emplace_back().name = name;
    AddJobs(parts, &readings.names.back(), &jobs);
  }
  for (const auto& [group, parts] : selection.groups) {
    readings.groups.emplace_back().name = group;
    AddJobs(parts, &readings.groups.back(), &jobs);
  }

  if (selection.affinity) {
    jobs.push_back(
        {kReadHash, std::string(kAffinityKey), &readings.affinity.emplace()});
  }

  size_t sent = 0;
  for (size_t done = 0; done < jobs.size(); ++done) {
    // Topped up by halves: one write for many commands.
    if (sent - done <= kWindow / 2) {
      for (; sent < jobs.size() && sent - done < kWindow; ++sent) {
        connection->Append({jobs[sent].command, jobs[sent].key});
      }
    }
    ASSIGN_OR_RETURN(Reply reply, connection->Read());
    RawValue& value = *jobs[done].value;
    ASSIGN_OR_RETURN(value, ToRawValue(std::move(reply)));
    if (jobs[done].command == kReadHash && value.items.size() % 2 != 0) {
      value = {RawValue::Kind::kNoTexts, {}};
    }
  }
  return readings;
}

absl::StatusOr<RawValue> ToRawValue(Reply reply) {
  RawValue value;
  if (reply.is_error()) {
    const absl::Status status = StatusOfErrorReply(reply.text);
    if (absl::IsInvalidArgument(status)) {
      value.kind = RawValue::Kind::kWrongType;
    } else if (absl::IsPermissionDenied(status)) {
      value.kind = RawValue::Kind::kDenied;
    } else {
      return status;
    }
    return value;
  }
  if (reply.type != Reply::Type::kArray) {
    return absl::InternalError("Redis replied to a read with no array");
  }
  if (reply.elements.empty()) return value;
  value.kind = RawValue::Kind::kValue;
  value.items.reserve(reply.elements.size());
  for (Reply& element : reply.elements) {
    if (element.type != Reply::Type::kString) {
      return RawValue{RawValue::Kind::kNoTexts, {}};
    }
    value.items.push_back(std::move(element.text));
  }
  return value;
}

}  // namespace groupring::redis
