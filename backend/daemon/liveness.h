// Tells whether all parts of the program still turn. No I/O.
#ifndef GROUPRING_BACKEND_DAEMON_LIVENESS_H_
#define GROUPRING_BACKEND_DAEMON_LIVENESS_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace groupring::backend {

// Each part has a counter that grows with each of its turns. Not thread-safe.
class Liveness {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // A part whose counter stands still for longer than `limit` is stuck.
  // Returns its index for Note.
  size_t AddPart(std::string name, std::chrono::milliseconds limit,
                 TimePoint now);

  void Note(size_t part, uint64_t turns, TimePoint now);

  // What is stuck, in words; empty: nothing.
  std::string Stuck(TimePoint now) const;

 private:
  struct Part {
    std::string name;
    std::chrono::milliseconds limit;
    uint64_t turns;
    TimePoint moved;
  };
  std::vector<Part> parts_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DAEMON_LIVENESS_H_
