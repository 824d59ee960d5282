// How much of the known data Redis holds again after a loss.
#ifndef GROUPRING_REDIS_MODEL_DATA_RETURNED_H_
#define GROUPRING_REDIS_MODEL_DATA_RETURNED_H_

#include <cstddef>
#include <string>

namespace groupring::redis {

// How much of what was known is back.
struct Returned {
  size_t known = 0;
  size_t returned = 0;

  bool IsHalf() const { return 2 * returned >= known; }
};

struct DataReturned {
  Returned names;
  Returned groups;     // on names that are in Redis
  Returned addresses;  // of groups and names

  bool IsHalf() const {
    return names.IsHalf() && groups.IsHalf() && addresses.IsHalf();
  }
};

// "5 of 5 names, 3 of 3 groups on them and 0 of 12 addresses".
std::string ReturnedWords(const DataReturned& data);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_DATA_RETURNED_H_
