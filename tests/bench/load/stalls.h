// When the machine itself stood still.
#ifndef GROUPRING_TESTS_BENCH_LOAD_STALLS_H_
#define GROUPRING_TESTS_BENCH_LOAD_STALLS_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>
#include <vector>

namespace groupring::bench {

// Threads, one bound to each processor, that sleep for a quarter of a
// millisecond at real-time priority over and over. Nothing that runs as usual
// can delay them; who wakes half a millisecond late had no processor: it
// belonged to other virtual machines. Made, stopped and asked by one thread.
class StallWatch {
 public:
  using Clock = std::chrono::steady_clock;
  struct Stall {
    Clock::time_point begin;
    Clock::time_point end;
  };

  StallWatch();
  ~StallWatch();
  StallWatch(const StallWatch&) = delete;
  StallWatch& operator=(const StallWatch&) = delete;

  // False where real-time priority is not allowed: nothing is known then.
  bool Works() const { return !refused_; }

  // Ends the watch. The stalls of all processors, ordered, none overlapping.
  std::vector<Stall> Stop();

 private:
  void Watch(size_t processor, std::vector<Stall>* stalls);

  std::atomic<bool> stopped_{false};
  std::atomic<bool> refused_{false};
  std::vector<std::vector<Stall>> found_;  // by processor
  std::vector<std::thread> threads_;
};

// For how much of the time between any of these lasted, ordered and not
// overlapping.
StallWatch::Clock::duration Stalled(
    const std::vector<StallWatch::Stall>& stalls,
    StallWatch::Clock::time_point begin, StallWatch::Clock::time_point end);

}  // namespace groupring::bench

#endif  // GROUPRING_TESTS_BENCH_LOAD_STALLS_H_
