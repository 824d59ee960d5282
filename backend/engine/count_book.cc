#include "backend/engine/count_book.h"

#include <utility>

#include "backend/engine/counts_text.h"

namespace groupring::backend {

std::shared_ptr<QueryCounts> CountBook::Open() {
  const uint32_t groups_end = holds_->NumbersEnd();
  auto counts = std::make_shared<QueryCounts>();
  const MutexLock lock(&mutex_);
  // Embedded handlers come and go with the threads of PowerDNS.
  const auto is_gone = [](const std::shared_ptr<QueryCounts>& other) {
    return other.use_count() == 1;
  };
  for (const auto& other : open_) {
    if (is_gone(other)) closed_->Add(*other, groups_end);
  }
  std::erase_if(open_, is_gone);
  open_.push_back(counts);
  return counts;
}

void CountBook::Restore(std::string_view text, CacheHolds* holds) {
  const MutexLock lock(&mutex_);
  AddEncodedCounts(text, holds, closed_.get());
}

std::unique_ptr<QueryCounts> CountBook::Sum() const {
  const uint32_t groups_end = holds_->NumbersEnd();
  auto sum = std::make_unique<QueryCounts>();
  const MutexLock lock(&mutex_);
  sum->Add(*closed_, groups_end);
  for (const auto& counts : open_) sum->Add(*counts, groups_end);
  return sum;
}

}  // namespace groupring::backend
