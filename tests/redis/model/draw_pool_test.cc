#include "redis/model/draw_pool.h"

#include <thread>
#include <vector>

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

TEST_CASE("draws come out in the order they were put in, each once") {
  DrawPool pool;
  bool wake = false;
  CHECK(pool.never_filled());
  CHECK_FALSE(pool.Take(&wake));
  CHECK(pool.Free() == DrawPool::kCapacity);
  for (uint32_t i = 0; i < 3; ++i) pool.Put(i);
  CHECK_FALSE(pool.never_filled());
  CHECK(pool.Free() == DrawPool::kCapacity - 3);
  for (uint32_t i = 0; i < 3; ++i) CHECK(pool.Take(&wake) == i);
  CHECK_FALSE(pool.Take(&wake));
  CHECK(pool.Free() == DrawPool::kCapacity);
}

TEST_CASE("a peek shows the next draw and leaves it where it is") {
  DrawPool pool;
  bool wake = false;
  CHECK_FALSE(pool.Peek());
  pool.Put(7);
  pool.Put(8);
  CHECK(pool.Peek() == 7);
  CHECK(pool.Peek() == 7);
  CHECK(pool.Take(&wake) == 7);
  CHECK(pool.Peek() == 8);
  CHECK(pool.Take(&wake) == 8);
  CHECK_FALSE(pool.Peek());
}

TEST_CASE("the pool can be filled again and again") {
  DrawPool pool;
  bool wake = false;
  uint32_t next_in = 0;
  uint32_t next_out = 0;
  for (int round = 0; round < 100; ++round) {
    while (pool.Free() > 0) pool.Put(next_in++);
    for (int i = 0; i < 200; ++i) REQUIRE(pool.Take(&wake) == next_out++);
  }
}

TEST_CASE("exactly the take that falls below half wakes, once") {
  DrawPool pool;
  CHECK(pool.wants_refill());  // a new pool wants its first draws
  bool wake = false;
  CHECK_FALSE(pool.Take(&wake));
  CHECK_FALSE(wake);  // the mark was there already

  while (pool.Free() > 0) pool.Put(0);
  pool.ClearWant();
  CHECK_FALSE(pool.wants_refill());
  uint32_t taken = 0;
  while (!wake) {
    REQUIRE(pool.Take(&wake));
    ++taken;
  }
  CHECK(taken == DrawPool::kCapacity / 2 + 1);
  CHECK(pool.wants_refill());
  wake = false;
  while (pool.Take(&wake)) {
  }
  CHECK_FALSE(wake);
}

TEST_CASE("many takers share the draws of one producer without loss or copy") {
  constexpr uint32_t kDraws = 200'000;
  constexpr int kTakers = 4;
  DrawPool pool;
  std::atomic<uint32_t> left{kDraws};
  std::atomic<uint32_t> wakes{0};
  std::vector<std::vector<uint32_t>> seen(kTakers);
  std::vector<std::thread> takers;
  for (int t = 0; t < kTakers; ++t) {
    takers.emplace_back([&, t] {
      while (left.load() > 0) {
        bool wake = false;
        const std::optional<uint32_t> draw = pool.Take(&wake);
        if (wake) ++wakes;
        if (!draw) {
          std::this_thread::yield();
          continue;
        }
        seen[static_cast<size_t>(t)].push_back(*draw);
        --left;
      }
    });
  }
  for (uint32_t i = 0; i < kDraws;) {
    if (pool.wants_refill()) pool.ClearWant();
    uint32_t free = pool.Free();
    if (free == 0) std::this_thread::yield();
    for (; free > 0 && i < kDraws; --free) pool.Put(i++);
  }
  for (std::thread& taker : takers) taker.join();

  std::vector<int> times(kDraws, 0);
  for (const std::vector<uint32_t>& mine : seen) {
    // One taker sees what it gets in order.
    for (size_t i = 1; i < mine.size(); ++i) REQUIRE(mine[i - 1] < mine[i]);
    for (uint32_t draw : mine) ++times[draw];
  }
  for (uint32_t i = 0; i < kDraws; ++i) {
    if (times[i] != 1) FAIL("draw " << i << " handed out " << times[i]);
  }
  CHECK(wakes.load() > 0);
}

TEST_CASE("a draw is there as soon as it can be taken") {
  // One draw at a time, taken the moment it shows: a slot that is written
  // after it shows would yield the draw of a round before. That takes threads
  // that run side by side, which a loaded machine grants now and then: enough
  // draws have been tried when that many were waited for without a pause.
  constexpr int kWaitedFor = 20'000;
  constexpr uint32_t kMostDraws = 100'000;
  constexpr int kSpins = 200;
  DrawPool pool;
  std::atomic<uint32_t> taken{0};
  std::atomic<int> waited_for{0};
  std::atomic<bool> done{false};
  std::atomic<uint32_t> wrong{0};
  std::thread taker([&] {
    bool wake = false;
    for (uint32_t i = 0, spins = 0; !done;) {
      const std::optional<uint32_t> draw = pool.Take(&wake);
      if (!draw) {
        if (++spins % kSpins == 0) std::this_thread::yield();
        continue;
      }
      if (*draw != i) ++wrong;
      if (spins > 0 && spins < kSpins) ++waited_for;
      spins = 0;
      taken = ++i;
    }
  });
  for (uint32_t i = 0; i < kMostDraws && waited_for < kWaitedFor; ++i) {
    pool.Put(i);
    for (int spins = 1; taken <= i; ++spins) {
      if (spins % kSpins == 0) std::this_thread::yield();
    }
  }
  done = true;
  taker.join();
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace groupring::redis
