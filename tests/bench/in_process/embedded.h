// A session of the C interface on a world of any size, without Redis.
#ifndef GROUPRING_TESTS_BENCH_IN_PROCESS_EMBEDDED_H_
#define GROUPRING_TESTS_BENCH_IN_PROCESS_EMBEDDED_H_

#include <cstddef>
#include <string>
#include <vector>

#include "backend/embedded/groupring.h"
#include "tests/bench/in_process/world.h"

namespace groupring::bench {

// The engine answers from a state file, of which nothing is left. One session
// in a process, as engines live until its end.
groupring_session* OpenEmbedded(const WorldSize& size);

struct EmbeddedRequest {
  std::string name;
  std::string client;
};
std::vector<EmbeddedRequest> EmbeddedRequestsFor(const WorldSize& size);

// As PowerDNS' Lua2 backend asks; returns how many bytes of addresses came.
size_t AskEmbedded(groupring_session* session, const EmbeddedRequest& request);

}  // namespace groupring::bench

#endif  // GROUPRING_TESTS_BENCH_IN_PROCESS_EMBEDDED_H_
