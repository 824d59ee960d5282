// The memory for answers that take long, of all connections together.
#ifndef GROUPRING_BACKEND_PROTOCOL_ANSWER_MEMORY_H_
#define GROUPRING_BACKEND_PROTOCOL_ANSWER_MEMORY_H_

#include <atomic>
#include <cstddef>
#include <optional>

namespace groupring::backend {

// Who waits for an answer: PowerDNS comes first.
enum class AnswerFor { kPowerDns, kPeople };

// Counts the bytes of each answer from its beginning until the peer has
// received it. Thread-safe; outlives its shares.
class AnswerMemory {
 public:
  // The bytes of one answer; the destructor returns them. Used by one thread at
  // a time.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept;
    Share& operator=(Share&& other) noexcept;
    ~Share() { Resize(0); }

    // May exceed the total: the answer has been allocated already.
    void Resize(size_t bytes);

   private:
    friend class AnswerMemory;
    Share(AnswerMemory* memory, size_t bytes)
        : memory_(memory), bytes_(bytes) {}

    AnswerMemory* memory_ = nullptr;
    size_t bytes_ = 0;
  };

  explicit AnswerMemory(size_t bytes) : bytes_(bytes) {}
  AnswerMemory(const AnswerMemory&) = delete;
  AnswerMemory& operator=(const AnswerMemory&) = delete;

  // nullopt: not enough is left. The last quarter is reserved for PowerDNS.
  std::optional<Share> Take(size_t bytes, AnswerFor whom);

  size_t used() const { return used_; }

 private:
  const size_t bytes_;
  std::atomic<size_t> used_{0};
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_ANSWER_MEMORY_H_
