#include "redis/store/wanted.h"

#include "redis/schema/keys.h"

namespace groupring::redis {
namespace {

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
      break;
  }
}

}  // namespace

void AddChangedKey(std::string_view key, const Dataset& dataset,
                   Wanted* wanted) {
  const std::optional<ParsedKey> parsed = ParseKey(key);
  if (!parsed) return;
  const std::string owner(parsed->owner);

  const bool of_name = parsed->kind != KeyKind::kState;
  if (of_name && dataset.names.contains(owner)) {
    AddNamePart(*parsed, &wanted->names[owner]);
  } else if ((parsed->kind == KeyKind::kConfig ||
              parsed->kind == KeyKind::kGroups) &&
             FormOfName(owner) == NameForm::kStored) {
    wanted->names[owner] = NameParts::All();
  }

  if (!dataset.groups.contains(owner)) return;
  if (parsed->kind == KeyKind::kState) {
    wanted->groups[owner].state = true;
  } else if (parsed->kind == KeyKind::kMembers) {
    wanted->groups[owner].members[static_cast<size_t>(parsed->family)] = true;
  }
}

}  // namespace groupring::redis
