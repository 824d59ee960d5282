#include "redis/base/worker_thread.h"

#include <pthread.h>

#include <array>
#include <string>

#include "tests/support/catch.h"
#include "tests/support/wait_until.h"

namespace groupring {
namespace {

using std::chrono::hours;
using testing::WaitUntil;

TEST_CASE("a worker thread has its name, cut to what Linux takes") {
  std::string name;
  WorkerThread thread("a-name-of-more-than-15");
  thread.Start([&] {
    std::array<char, 16> buffer{};
    pthread_getname_np(pthread_self(), buffer.data(), buffer.size());
    name = buffer.data();
  });
  thread.Stop();
  CHECK(name == "a-name-of-more-");
}

TEST_CASE("a wake-up ends a wait, also one before it or during a sleep") {
  const SystemClock clock;
  std::atomic<int> woken{0};
  std::atomic<bool> slept{false};
  WorkerThread thread("test");
  thread.Wake();
  thread.Start([&] {
    const auto later = clock.Steady() + hours(1);
    woken += thread.WaitUntil(later, clock) ? 1 : 0;
    woken += thread.WaitUntil(later, clock) ? 1 : 0;
    thread.Wake();
    thread.SleepUntil(clock.Steady() + std::chrono::milliseconds(1), clock);
    // In which nobody wakes it.
    thread.SleepUntil(clock.Steady() + std::chrono::milliseconds(1), clock);
    slept = true;
    woken += thread.WaitUntil(later, clock) ? 1 : 0;
  });
  REQUIRE(WaitUntil([&] { return woken == 1; }));
  thread.Wake();
  CHECK(WaitUntil([&] { return woken == 3; }));
  CHECK(slept);
}

TEST_CASE("a wait ends unwoken when its time has come") {
  const SystemClock clock;
  std::atomic<bool> woken{true};
  WorkerThread thread("test");
  thread.Start([&] {
    woken =
        thread.WaitUntil(clock.Steady() + std::chrono::milliseconds(1), clock);
  });
  CHECK(WaitUntil([&] { return !woken; }));
}

TEST_CASE("a stop ends every kind of wait, and nothing starts after it") {
  const SystemClock clock;
  const int kind = GENERATE(0, 1, 2);
  std::atomic<int> runs{0};
  WorkerThread thread("test");
  const auto body = [&] {
    ++runs;
    const auto later = clock.Steady() + hours(1);
    if (kind == 0) thread.Wait();
    if (kind == 1) thread.WaitUntil(later, clock);
    if (kind == 2) thread.SleepUntil(later, clock);
  };
  thread.Start(body);
  REQUIRE(WaitUntil([&] { return runs == 1; }));
  thread.Stop();
  thread.Start(body);
  thread.Stop();
  CHECK(runs == 1);
}

}  // namespace
}  // namespace groupring
