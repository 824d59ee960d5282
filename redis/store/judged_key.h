// What a key that discovery has found stands for.
#ifndef GROUPRING_REDIS_STORE_JUDGED_KEY_H_
#define GROUPRING_REDIS_STORE_JUDGED_KEY_H_

#include <optional>
#include <string>

#include "redis/schema/complaint.h"

namespace groupring::redis {

struct JudgedKey {
  std::string name;  // empty: another application's key
  // It is a name, but not stored as one: then it is left out.
  std::optional<Complaint> complaint;
};

JudgedKey JudgeKey(const std::string& key);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_JUDGED_KEY_H_
