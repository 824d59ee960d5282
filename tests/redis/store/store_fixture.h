// A store that follows a test's Redis, and what it has published.
#ifndef GROUPRING_TESTS_REDIS_STORE_STORE_FIXTURE_H_
#define GROUPRING_TESTS_REDIS_STORE_STORE_FIXTURE_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "redis/base/clock.h"
#include "redis/store/store.h"
#include "tests/support/wait_until.h"

namespace groupring::redis {

// Thread-safe. Keeps a copy of the dataset (its names and groups are shared).
class StoreFixture {
 public:
  // `clock` outlives it; null: the system's.
  explicit StoreFixture(const std::string& url,
                        const std::function<void(StoreOptions*)>& adjust = {},
                        KnownData known = {}, const Clock* clock = nullptr);
  ~StoreFixture() { store_->Stop(); }

  Store& store() { return *store_; }
  const StoreStats& stats() const { return store_->stats(); }

  // Waits for a published dataset that fulfils the condition. False when none
  // comes within a generous time.
  bool WaitFor(const std::function<bool(const Dataset&)>& condition);
  bool WaitLoaded();

  Dataset dataset() const;
  std::vector<DatasetChange> changes() const;
  std::shared_ptr<const NameData> name(const std::string& name) const;
  std::shared_ptr<const GroupData> group(const std::string& group) const;

  // Lines logged so far that contain the text.
  size_t LinesWith(const std::string& text) const;
  bool WaitForLine(const std::string& text);
  std::string log() const;

 private:
  SystemClock clock_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool published_ = false;
  Dataset dataset_;
  std::vector<DatasetChange> changes_;
  std::vector<std::string> lines_;
  std::unique_ptr<Store> store_;
};

// The line of redis-cli that accepts what Redis holds: this many names.
std::string Accept(int names);

// The members' texts, in order.
std::vector<std::string> Texts(const std::shared_ptr<const AddressSet>& set);

}  // namespace groupring::redis

#endif  // GROUPRING_TESTS_REDIS_STORE_STORE_FIXTURE_H_
