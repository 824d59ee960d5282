#include "redis/admin/load_records.h"

#include <utility>

#include "redis/base/status_macros.h"
#include "redis/load/value_reader.h"
#include "redis/schema/group_load.h"

namespace groupring::redis {

absl::StatusOr<GroupLoads> ReadLoads(const std::vector<std::string>& groups,
                                     Connection* connection,
                                     Complaints* complaints) {
  const auto key_of = [](const std::string& group) {
    return std::string(kLoadKeyPrefix) + group;
  };
  std::vector<RawValue> values(groups.size());
  std::vector<ValueJob> jobs;
  for (size_t i = 0; i < groups.size(); ++i) {
    jobs.push_back(
        {ValueType::kHash, key_of(groups[i]), kMaxFields, &values[i]});
  }
  RETURN_IF_ERROR(ReadValues(jobs, connection));
  GroupLoads loads;
  for (size_t i = 0; i < groups.size(); ++i) {
    const auto load = ParseGroupLoad(key_of(groups[i]), values[i], complaints);
    if (load) loads.emplace(groups[i], *load);
  }
  return loads;
}

}  // namespace groupring::redis
