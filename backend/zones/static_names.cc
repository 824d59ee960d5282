#include "backend/zones/static_names.h"

#include <algorithm>
#include <utility>

#include "backend/zones/static_records.h"

namespace groupring::backend {

std::vector<std::string> StaticNamesOf(const redis::NameData& zone) {
  std::vector<std::string> complaints;
  std::vector<std::string> names;
  if (zone.config.records_json.empty()) return names;
  ParsedRecords parsed =
      ParseStaticRecords(zone.config.records_json, zone.name,
                         zone.config.ttl_seconds, &complaints);
  for (StaticRecord& record : parsed.records) {
    names.push_back(std::move(record.owner));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace groupring::backend
