// Waiting for something that another process or thread is about to do.
#ifndef GROUPRING_TESTS_SUPPORT_WAIT_UNTIL_H_
#define GROUPRING_TESTS_SUPPORT_WAIT_UNTIL_H_

#include <chrono>
#include <thread>

namespace groupring::testing {

// Longer than anything takes on a loaded machine: only a failing test waits
// for it.
inline constexpr std::chrono::seconds kPatience{20};

// Asks `condition` until it holds (true) or the limit is over (false).
template <typename Condition>
bool WaitUntil(Condition condition,
               std::chrono::milliseconds limit = kPatience) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_WAIT_UNTIL_H_
