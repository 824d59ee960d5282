#include "redis/admin/check_read.h"

#include <utility>

#include "redis/base/status_macros.h"
#include "redis/load/value_reader.h"
#include "redis/schema/check.h"
#include "redis/schema/keys.h"

namespace groupring::redis {
namespace {

absl::StatusOr<RawValue> ReadHash(const std::string& key,
                                  Connection* connection) {
  ASSIGN_OR_RETURN(Reply reply, connection->Command({"HGETALL", key}));
  return ToRawValue(std::move(reply));
}

}  // namespace

absl::StatusOr<CheckSettings> ReadCheck(const std::string& group,
                                        Connection* connection,
                                        Complaints* complaints) {
  const std::string defaults_key(kCheckKey);
  const std::string group_key = MakeKey(group, KeyKind::kCheck);
  ASSIGN_OR_RETURN(const RawValue of_all, ReadHash(defaults_key, connection));
  ASSIGN_OR_RETURN(const RawValue of_group, ReadHash(group_key, connection));
  const CheckSettings defaults =
      ParseCheck(defaults_key, of_all, CheckSettings(), nullptr, complaints);
  return ParseCheck(group_key, of_group, defaults, nullptr, complaints);
}

}  // namespace groupring::redis
