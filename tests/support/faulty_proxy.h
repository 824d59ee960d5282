// A stretch of network between groupring and Redis that can be made bad.
#ifndef GROUPRING_TESTS_SUPPORT_FAULTY_PROXY_H_
#define GROUPRING_TESTS_SUPPORT_FAULTY_PROXY_H_

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/temp_directory.h"

namespace groupring::testing {

// Unix socket in, unix socket out, on a thread of its own.
class FaultyProxy {
 public:
  explicit FaultyProxy(std::string target);
  ~FaultyProxy();
  FaultyProxy(const FaultyProxy&) = delete;
  FaultyProxy& operator=(const FaultyProxy&) = delete;

  std::string url() const { return "unix://" + socket(); }

  // Whatever Redis says from now on arrives so much later.
  void Delay(std::chrono::milliseconds delay) { delay_ = delay; }
  // Only what it says on that connection, the first being 0.
  void DelayOne(int connection, std::chrono::milliseconds delay) {
    delayed_ = connection;
    Delay(delay);
  }

  // Whatever Redis says on that connection, the first being 0, does not arrive
  // any more.
  void Silence(int connection) { silent_ = connection; }

  // Closes all connections that there are; new ones are accepted.
  void Reset();

  // Connections made so far.
  int accepted() const { return accepted_; }

 private:
  struct Chunk {
    std::chrono::steady_clock::time_point due;
    std::string bytes;
  };
  struct Link {
    int number = 0;
    int client = -1;
    int server = -1;
    std::deque<Chunk> to_client;
    bool broken = false;
  };

  std::string socket() const { return directory_ / "proxy.sock"; }
  void Run();
  void Accept();
  void Serve(Link* link);
  int NextDue() const;

  const std::string target_;
  TempDirectory directory_;
  int listener_ = -1;
  int wake_[2] = {-1, -1};
  std::vector<std::unique_ptr<Link>> links_;  // the thread's own
  std::atomic<std::chrono::milliseconds> delay_{std::chrono::milliseconds(0)};
  std::atomic<int> delayed_{-1};  // -1: all
  std::atomic<int> silent_{-1};
  std::atomic<bool> stop_{false};
  std::atomic<bool> reset_{false};
  std::atomic<int> accepted_{0};
  std::thread thread_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_FAULTY_PROXY_H_
