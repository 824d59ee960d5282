#include "tests/support/expectations.h"

#include <algorithm>
#include <utility>

namespace groupring::testing {

void Expectations::Adopt(Groups groups) {
  auto now = std::make_shared<const Groups>(std::move(groups));
  const std::lock_guard<std::mutex> lock(mutex_);
  now_ = std::move(now);
  for (Seen& seen : asked_) seen.push_back(now_);
}

Expectations::Question Expectations::Begin() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return asked_.insert(asked_.end(), Seen{now_});
}

bool Expectations::End(Question question, size_t client,
                       const std::string& group, std::string* last) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const Seen seen = std::move(*question);
  asked_.erase(question);
  *last = *seen.back()->at(client).begin();
  return std::any_of(seen.begin(), seen.end(), [&](const auto& groups) {
    return groups->at(client).contains(group);
  });
}

}  // namespace groupring::testing
