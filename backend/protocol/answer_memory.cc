#include "backend/protocol/answer_memory.h"

#include <utility>

namespace groupring::backend {

AnswerMemory::Share::Share(Share&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)),
      bytes_(std::exchange(other.bytes_, 0)) {}

AnswerMemory::Share& AnswerMemory::Share::operator=(Share&& other) noexcept {
  if (this == &other) return *this;
  Resize(0);
  memory_ = std::exchange(other.memory_, nullptr);
  bytes_ = std::exchange(other.bytes_, 0);
  return *this;
}

void AnswerMemory::Share::Resize(size_t bytes) {
  if (memory_ == nullptr) return;
  // Modulo 2^64 this also subtracts.
  memory_->used_ += bytes - bytes_;
  bytes_ = bytes;
}

std::optional<AnswerMemory::Share> AnswerMemory::Take(size_t bytes,
                                                      AnswerFor whom) {
  const size_t most =
      whom == AnswerFor::kPowerDns ? bytes_ : bytes_ - bytes_ / 4;
  size_t used = used_;
  do {
    if (used > most || bytes > most - used) return std::nullopt;
  } while (!used_.compare_exchange_weak(used, used + bytes));
  return Share(this, bytes);
}

}  // namespace groupring::backend
