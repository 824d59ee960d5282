// Stands in for systemd: hears what a service notifies, keeps descriptors for
// it, and passes them to its next start.
#ifndef GROUPRING_TESTS_SUPPORT_SERVICE_MANAGER_H_
#define GROUPRING_TESTS_SUPPORT_SERVICE_MANAGER_H_

#include <sys/types.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {

class ServiceManager {
 public:
  ServiceManager();
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  // Starts a service with what is in the store. `environment` holds more
  // variables ("WATCHDOG_USEC=200000").
  std::unique_ptr<Process> Start(
      std::vector<std::string> argv, const std::string& log_file,
      const std::vector<std::string>& environment = {});

  // Puts a descriptor, which becomes ours, into the store.
  void Store(const std::string& name, int fd);
  // How many of them are there.
  size_t Stored(std::string_view name) const;

  // How many notices so far had this line (or began a line with it, where
  // `line` ends in "="); from this process, unless it is 0.
  int Heard(std::string_view line, pid_t from = 0) const;

 private:
  struct Notice {
    pid_t from;
    std::string text;
  };

  void Run();
  void Receive();
  void Take(const std::string& text, const std::vector<int>& fds);

  TempDirectory directory_;
  int socket_;
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  std::vector<Notice> notices_;                     // guarded by mutex_
  std::vector<std::pair<std::string, int>> store_;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_SERVICE_MANAGER_H_
