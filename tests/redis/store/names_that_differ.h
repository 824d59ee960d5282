// What two datasets do not share.
#ifndef GROUPRING_TESTS_REDIS_STORE_NAMES_THAT_DIFFER_H_
#define GROUPRING_TESTS_REDIS_STORE_NAMES_THAT_DIFFER_H_

#include <string>
#include <vector>

#include "redis/model/dataset.h"

namespace groupring::redis {

// The names for which the two do not have the same object.
inline std::vector<std::string> NamesThatDiffer(const Dataset& was,
                                                const Dataset& is) {
  std::vector<std::string> names;
  SharedMap<NameData>::ForEachDifference(
      was.names, is.names, [&](const NameData* before, const NameData* now) {
        names.push_back(now != nullptr ? now->name : before->name);
      });
  return names;
}

}  // namespace groupring::redis

#endif  // GROUPRING_TESTS_REDIS_STORE_NAMES_THAT_DIFFER_H_
