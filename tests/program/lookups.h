// Lookups as PowerDNS puts them, for tests of commands.
#ifndef GROUPRING_TESTS_PROGRAM_LOOKUPS_H_
#define GROUPRING_TESTS_PROGRAM_LOOKUPS_H_

#include <set>
#include <string>

#include "tests/support/groupring_server.h"

namespace groupring::testing {

// The sample data with a TTL of a second: a node counts groups as answered for
// the TTL when it begins, which --wait=expired waits for.
std::string SampleDataWithShortTtls();

// Asks for the name on behalf of that many networks (10.<i>.3.0/24), and says
// which of them meet the group. Caches may hold the groups that are met.
std::set<int> ClientsOf(const GroupringServer& node, const std::string& name,
                        const std::string& group, int clients);

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_PROGRAM_LOOKUPS_H_
