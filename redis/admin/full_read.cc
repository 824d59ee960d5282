#include "redis/admin/full_read.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "redis/base/dns_name.h"
#include "redis/base/status_macros.h"
#include "redis/load/discovery.h"
#include "redis/load/own_values.h"
#include "redis/schema/withheld.h"

namespace groupring::redis {

absl::StatusOr<Dataset> ReadEverything(Schema schema, Connection* connection,
                                       const BeforeRead& before_read,
                                       size_t most_before_read,
                                       Findings* findings) {
  Mirror mirror(schema);
  Staged staged;
  ASSIGN_OR_RETURN(staged.generation,
                   ReadGeneration(connection, &staged.findings));
  ExistingKeys existing;
  KeySelection names;
  const auto see = [&](std::string_view key) {
    existing.Add(key);
    FoundKey found = ClassifyKey(key, schema);
    if (!found.name.empty()) names.names[found.name] = NameParts::All();
    if (found.complaint) {
      staged.findings.keys.emplace_back(key);
      staged.findings.complaints.push_back(*std::move(found.complaint));
    }
  };
  RETURN_IF_ERROR(
      Discovery(schema, Discovery::Keys::kAll).Walk(connection, see));
  const bool tells = before_read && names.names.size() <= most_before_read;
  LoaderOptions options;
  // The caller knows of no complaint that could have been put right.
  options.notes = [](const std::string&) { return false; };
  if (tells) {
    options.before_read = before_read;
  } else {
    options.existing = &existing;
  }
  RETURN_IF_ERROR(Loader(&mirror, connection, std::move(options))
                      .StageEverything(std::move(names), &staged));
  mirror.Commit(staged);
  *findings = std::move(staged.findings);
  return mirror.dataset();
}

absl::StatusOr<Dataset> ReadNamesOnly(const std::vector<std::string>& names,
                                      Connection* connection,
                                      Findings* findings) {
  Mirror mirror;
  Staged staged;
  ASSIGN_OR_RETURN(staged.generation,
                   ReadGeneration(connection, &staged.findings));
  KeySelection selection;
  selection.affinity = true;
  for (const std::string& name : names) {
    for (std::string_view at = name; !at.empty(); at = ParentOf(at)) {
      selection.names[std::string(at)] = NameParts::All();
    }
  }
  RETURN_IF_ERROR(Loader(&mirror, connection).Stage(selection, &staged));
  mirror.Commit(staged);
  *findings = std::move(staged.findings);
  return mirror.dataset();
}

absl::StatusOr<std::shared_ptr<const GroupData>> ReadGroup(
    const std::string& group, Schema schema, Connection* connection) {
  KeySelection selection;
  selection.groups[group] = GroupParts::All();
  ASSIGN_OR_RETURN(const Readings readings, ReadKeys(selection, connection));
  Findings unused;
  std::shared_ptr<const GroupData> data =
      BuildGroup(readings.groups[0], nullptr, &unused, schema);
  const bool has_any =
      !data->addresses[0]->empty() || !data->addresses[1]->empty() ||
      data->state != GroupState() || data->withheld[0] != nullptr ||
      data->withheld[1] != nullptr;
  return has_any ? data : nullptr;
}

bool SameService(const Dataset& a, const Dataset& b) {
  const auto same_name = [&](const auto& entry) {
    const auto it = b.names.find(entry.first);
    return it != b.names.end() && it->second->config == entry.second->config &&
           *it->second->groups == *entry.second->groups;
  };
  const auto same_group = [&](const auto& entry) {
    const auto it = b.groups.find(entry.first);
    return it != b.groups.end() && it->second->state == entry.second->state &&
           SameWithheld(it->second->withheld, entry.second->withheld);
  };
  const bool same_affinity = a.affinity == b.affinity ||
                             (a.affinity != nullptr && b.affinity != nullptr &&
                              *a.affinity == *b.affinity);
  return same_affinity && a.names.size() == b.names.size() &&
         a.groups.size() == b.groups.size() &&
         std::all_of(a.names.begin(), a.names.end(), same_name) &&
         std::all_of(a.groups.begin(), a.groups.end(), same_group);
}

}  // namespace groupring::redis
