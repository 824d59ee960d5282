// One thread of the load generator.
#ifndef GROUPRING_TESTS_BENCH_LOAD_CLIENT_H_
#define GROUPRING_TESTS_BENCH_LOAD_CLIENT_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/bench/load/histogram.h"
#include "tests/bench/load/queries.h"

namespace groupring::bench {

struct LoadOptions {
  uint16_t port = 0;
  int sockets = 32;     // that the kernel spreads over PowerDNS' receivers
  int outstanding = 4;  // of each socket; with a rate: at most
  // Queries a second of this thread; 0: as many as are answered.
  double rate = 0;
  std::chrono::milliseconds warm_up{500};
  std::chrono::milliseconds duration{3000};
};

// When a query was due, and when its answer came.
struct Lifetime {
  std::chrono::steady_clock::time_point due;
  std::chrono::steady_clock::time_point answered;
};

struct LoadResult {
  uint64_t answered = 0;  // after the warm-up
  uint64_t checked = 0;
  uint64_t lost = 0;
  uint64_t unsent = 0;  // due, but as many as allowed were outstanding
  std::map<std::string, uint64_t> wrong;
  Histogram latency_nanos;
  std::vector<Lifetime> lifetimes;  // with a rate: of all that were answered

  void Merge(const LoadResult& other);
};

// Sends and receives until it is over. Blocks while there is nothing to do:
// the machine's processors belong to what is measured. Throws
// std::runtime_error where the system refuses.
LoadResult RunLoad(const LoadOptions& options, const Queries& queries,
                   size_t first_query);

}  // namespace groupring::bench

#endif  // GROUPRING_TESTS_BENCH_LOAD_CLIENT_H_
