// What Redis records about the service: which nodes answer, and what was
// changed.
#ifndef GROUPRING_REDIS_MODEL_SERVICE_RECORDS_H_
#define GROUPRING_REDIS_MODEL_SERVICE_RECORDS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "redis/model/audit_entry.h"
#include "redis/model/measured.h"
#include "redis/model/node_status.h"

namespace groupring::redis {

struct ServiceRecords {
  std::vector<NodeStatus> nodes;  // sorted by name
  std::vector<AuditEntry> audit;  // the newest entries, oldest of them first
  // At most half a minute older; null: it is not known.
  std::shared_ptr<const Measured> measured;
  int64_t read_unix_millis = 0;  // by Redis' time; 0: never
  // Why the last attempt to read them failed, in words; what was read before is
  // kept. Empty: it succeeded.
  std::string trouble;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_SERVICE_RECORDS_H_
