#include "tests/redis/store/store_fixture.h"

#include <stdexcept>
#include <utility>

namespace groupring::redis {

StoreFixture::StoreFixture(const std::string& url,
                           const std::function<void(StoreOptions*)>& adjust,
                           KnownData known, const Clock* clock) {
  const absl::StatusOr<Location> location = ParseLocation(url);
  if (!location.ok()) throw std::runtime_error(location.status().ToString());
  StoreOptions options;
  options.location = *location;
  options.scan_interval = std::chrono::milliseconds(100);
  // A loaded machine is no failure; tests of deadlines set their own.
  options.connect_timeout = testing::kPatience;
  options.command_timeout = testing::kPatience;
  if (adjust) adjust(&options);
  store_ = std::make_unique<Store>(
      options, clock == nullptr ? &clock_ : clock,
      [this](Severity, const std::string& line) {
        const std::lock_guard<std::mutex> lock(mutex_);
        lines_.push_back(line);
        changed_.notify_all();
      },
      [this](const Dataset& dataset, const DatasetChange& change) {
        const std::lock_guard<std::mutex> lock(mutex_);
        dataset_ = dataset;
        changes_.push_back(change);
        published_ = true;
        changed_.notify_all();
      },
      std::move(known));
  store_->Start();
}

bool StoreFixture::WaitFor(
    const std::function<bool(const Dataset&)>& condition) {
  std::unique_lock<std::mutex> lock(mutex_);
  return changed_.wait_for(lock, testing::kPatience,
                           [&] { return published_ && condition(dataset_); });
}

bool StoreFixture::WaitLoaded() {
  return WaitFor([](const Dataset&) { return true; }) &&
         testing::WaitUntil([&] { return stats().connected.load(); });
}

Dataset StoreFixture::dataset() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return dataset_;
}

std::vector<DatasetChange> StoreFixture::changes() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return changes_;
}

std::shared_ptr<const NameData> StoreFixture::name(
    const std::string& name) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto it = dataset_.names.find(name);
  return it == dataset_.names.end() ? nullptr : it->second;
}

std::shared_ptr<const GroupData> StoreFixture::group(
    const std::string& group) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto it = dataset_.groups.find(group);
  return it == dataset_.groups.end() ? nullptr : it->second;
}

size_t StoreFixture::LinesWith(const std::string& text) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  size_t count = 0;
  for (const std::string& line : lines_) {
    if (line.find(text) != std::string::npos) ++count;
  }
  return count;
}

bool StoreFixture::WaitForLine(const std::string& text) {
  return testing::WaitUntil([&] { return LinesWith(text) > 0; });
}

std::string StoreFixture::log() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::string all;
  for (const std::string& line : lines_) all += line + "\n";
  return all;
}

std::string Accept(int names) {
  return "HSET groupring:accepted time " +
         std::to_string(SystemClock().UnixMillis()) + " names " +
         std::to_string(names) + " by ana@ns1 reason \"moved away\"\n";
}

std::vector<std::string> Texts(const std::shared_ptr<const AddressSet>& set) {
  std::vector<std::string> texts;
  for (const AddressRange& member : set->members()) {
    texts.push_back(member.text);
  }
  return texts;
}

}  // namespace groupring::redis
