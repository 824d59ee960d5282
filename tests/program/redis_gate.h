// A way to Redis on which something happens at the moment before a change is
// written.
#ifndef GROUPRING_TESTS_PROGRAM_REDIS_GATE_H_
#define GROUPRING_TESTS_PROGRAM_REDIS_GATE_H_

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "tests/support/temp_directory.h"

namespace groupring::testing {

// Passes one connection at a time on to Redis, and calls `before_exec` each
// time when an EXEC has arrived and Redis has not seen it yet.
class RedisGate {
 public:
  RedisGate(std::string redis_socket, std::function<void()> before_exec);
  ~RedisGate();
  RedisGate(const RedisGate&) = delete;
  RedisGate& operator=(const RedisGate&) = delete;

  std::string url() const { return "unix://" + (directory_ / "gate.sock"); }

 private:
  void Run();
  void Pass(int client);

  const std::string redis_socket_;
  const std::function<void()> before_exec_;
  TempDirectory directory_;
  int listener_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_PROGRAM_REDIS_GATE_H_
