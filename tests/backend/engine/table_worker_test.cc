#include "backend/engine/table_worker.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

// Collects finished tables; waits for them by condition.
class Finished {
 public:
  void Add(std::shared_ptr<const hashing::OwnerTable> table) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      tables_.push_back(std::move(table));
    }
    changed_.notify_all();
  }

  std::shared_ptr<const hashing::OwnerTable> WaitFor(size_t count) {
    std::unique_lock<std::mutex> lock(mutex_);
    REQUIRE(changed_.wait_for(lock, std::chrono::seconds(60),
                              [&] { return tables_.size() >= count; }));
    return tables_[count - 1];
  }

  size_t count() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return tables_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<const hashing::OwnerTable>> tables_;
};

RingView ViewOf(size_t groups, size_t disabled) {
  std::vector<hashing::RingGroup> ring_groups;
  for (size_t i = 0; i < groups; ++i) {
    ring_groups.push_back({"g" + std::to_string(i), 100});
  }
  std::string error;
  RingView view;
  view.ring = hashing::Ring::Create(ring_groups, &error);
  view.eligible.assign(groups, true);
  if (disabled < groups) view.eligible[disabled] = false;
  return view;
}

void CheckAgainstOrder(const hashing::OwnerTable& table) {
  hashing::RingOrder order;
  for (uint32_t slot = 0; slot < hashing::kSlots; slot += 997) {
    order.Start(*table.ring(), slot);
    std::optional<size_t> index = order.Next();
    while (index.has_value() && !table.enabled()[*index]) index = order.Next();
    REQUIRE(table.Owner(slot) == index);
  }
}

TEST_CASE("a table wanted is made, and agrees with the order of groups") {
  Finished finished;
  TableWorker worker([&](auto table) { finished.Add(std::move(table)); });
  worker.Start();
  const RingView view = ViewOf(40, 7);
  worker.Want(view);
  const auto table = finished.WaitFor(1);
  CHECK(table->ring() == view.ring);
  CHECK(table->enabled() == view.eligible);
  CheckAgainstOrder(*table);
}

TEST_CASE("a table brought up to date agrees with the order of groups") {
  Finished finished;
  TableWorker worker([&](auto table) { finished.Add(std::move(table)); });
  worker.Start();
  worker.Want(ViewOf(40, 7));
  finished.WaitFor(1);
  worker.Want(ViewOf(41, 9));
  CheckAgainstOrder(*finished.WaitFor(2));
}

TEST_CASE(
    "rings too small to gain by a table, and those that have one, are "
    "left alone") {
  Finished finished;
  TableWorker worker([&](auto table) { finished.Add(std::move(table)); });
  worker.Start();
  worker.Want(ViewOf(3, 0));
  RingView has_one = ViewOf(40, 40);
  worker.Want(has_one);
  has_one.table = finished.WaitFor(1);
  worker.Want(has_one);
  worker.Stop();
  CHECK(finished.count() == 1);
}

}  // namespace
}  // namespace groupring::backend
