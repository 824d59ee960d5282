// Counts the allocations of this program.
#ifndef GROUPRING_TESTS_BENCH_IN_PROCESS_ALLOCATIONS_H_
#define GROUPRING_TESTS_BENCH_IN_PROCESS_ALLOCATIONS_H_

#include <benchmark/benchmark.h>

#include <cstddef>

#include "tests/hashing/allocations.h"

namespace groupring::bench {

// Says in the results how often operator new was called per iteration.
class AllocationCounter {
 public:
  explicit AllocationCounter(benchmark::State& state)
      : state_(state), before_(hashing::Allocations()) {}
  ~AllocationCounter() {
    state_.counters["allocations"] = benchmark::Counter(
        static_cast<double>(hashing::Allocations() - before_),
        benchmark::Counter::kAvgIterations);
  }
  AllocationCounter(const AllocationCounter&) = delete;
  AllocationCounter& operator=(const AllocationCounter&) = delete;

 private:
  benchmark::State& state_;
  const size_t before_;
};

}  // namespace groupring::bench

#endif  // GROUPRING_TESTS_BENCH_IN_PROCESS_ALLOCATIONS_H_
