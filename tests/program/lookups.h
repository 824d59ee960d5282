// Lookups as PowerDNS puts them, for tests of commands.
#ifndef GROUPRING_TESTS_PROGRAM_LOOKUPS_H_
#define GROUPRING_TESTS_PROGRAM_LOOKUPS_H_

#include <set>
#include <string>
#include <vector>

#include "tests/support/groupring_server.h"
#include "tests/support/unix_stream.h"

namespace groupring::testing {

// The sample data with a TTL of a second: a node counts groups as answered for
// the TTL when it begins, which --wait=expired waits for.
std::string SampleDataWithShortTtls();

// The IPv4 addresses that the network 10.<client>.3.0/24 is answered.
std::vector<std::string> AnswersTo(int client, const std::string& name,
                                   UnixStream* node);

// Asks for the name on behalf of that many such networks, and says which of
// them meet the group. Caches may hold the groups that are met.
std::set<int> ClientsOf(const GroupringServer& node, const std::string& name,
                        const std::string& group, int clients);

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_PROGRAM_LOOKUPS_H_
