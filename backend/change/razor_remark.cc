#include "backend/change/razor_remark.h"

#include <set>
#include <string>

#include "redis/schema/enum_names.h"
#include "redis/schema/keys.h"

namespace groupring::backend {
namespace {

using redis::ConfigField;
using redis::KeyKind;

bool IsZone(const redis::Dataset& dataset, std::string_view name) {
  const auto found = dataset.names.find(std::string(name));
  return found != dataset.names.end() && found->second->config.is_zone;
}

bool RazorReads(ConfigField field) {
  return field == ConfigField::kSoa || field == ConfigField::kNs ||
         field == ConfigField::kTtl || field == ConfigField::kAnswer;
}

// The key, or key and field, of a command that razor makes nothing of; "": it
// reads that.
std::string Unknown(const redis::Dataset& dataset,
                    const redis::RedisCommand& words) {
  // What is taken away was unknown to it before.
  if (words.size() < 2 || words[0] == "HDEL" || words[0] == "DEL") return "";
  const std::string& key = words[1];
  const auto parsed = redis::ParseKey(key);
  if (!parsed) return "";
  switch (parsed->kind) {
    case KeyKind::kState:
    case KeyKind::kWeights:
    case KeyKind::kDisabled:
    case KeyKind::kCheck:
      return key;
    case KeyKind::kSkipList:
      return IsZone(dataset, parsed->owner) ? "" : key;
    case KeyKind::kConfig: {
      if (words.size() < 3) return "";
      const auto field = redis::Parse<ConfigField>(words[2]);
      return field && RazorReads(*field) ? "" : words[2] + " of " + key;
    }
    case KeyKind::kGroups:
    case KeyKind::kMembers:
      break;
  }
  return "";
}

}  // namespace

std::optional<Remark> UnknownToRazor(const redis::Dataset& dataset,
                                     const redis::WriteBatch& writes) {
  if (dataset.schema != redis::Schema::kRazor) return std::nullopt;
  std::set<std::string> unknown;
  for (const redis::TypedCommand& command : CommandsOf(writes)) {
    const std::string what = Unknown(dataset, command.words);
    if (!what.empty()) unknown.insert(what);
  }
  if (unknown.empty()) return std::nullopt;
  Remark remark{RemarkKind::kUnknownToRazor};
  remark.names.assign(unknown.begin(), unknown.end());
  return remark;
}

}  // namespace groupring::backend
