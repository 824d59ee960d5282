// A Redis with many names on three groups, for tests of how names are read.
#ifndef GROUPRING_TESTS_REDIS_ADMIN_MANY_NAMES_H_
#define GROUPRING_TESTS_REDIS_ADMIN_MANY_NAMES_H_

#include <cstdint>
#include <functional>
#include <string>

#include "redis/model/dataset.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {

// Of the n-th name.
std::string NameOf(int number);

// Commands that make a label, the groups g1, g2 (disabled) and g3 (with a
// disabled address), and so many names on them, of which every second has a
// CONFIG and every third has WEIGHTS. `more` returns the commands that give a
// name other keys besides.
std::string ManyNames(
    int names,
    const std::function<std::string(int number, const std::string& name)>&
        more);

// That the groups and the label of ManyNames were read whole.
void CheckGroupsOfManyNames(const Dataset& dataset);

// How many commands it has run.
int64_t CommandsSoFar(testing::RedisServer* redis);

}  // namespace groupring::redis

#endif  // GROUPRING_TESTS_REDIS_ADMIN_MANY_NAMES_H_
