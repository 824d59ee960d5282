// A master, two replicas and three sentinels of the test's own, on loopback.
#ifndef GROUPRING_TESTS_SUPPORT_SENTINEL_CLUSTER_H_
#define GROUPRING_TESTS_SUPPORT_SENTINEL_CLUSTER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/free_port.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {

class SentinelCluster {
 public:
  static constexpr size_t kServers = 3;
  static constexpr size_t kSentinels = 3;

  // Waits until both replicas are in step and the sentinels know each other.
  // Server 0 is the master. `arguments` are of every server,
  // `sentinel_lines` go into the configuration of every sentinel.
  explicit SentinelCluster(std::vector<std::string> arguments = {},
                           const std::string& sentinel_lines = {});

  RedisServer& server(size_t i) { return *servers_[i]; }
  uint16_t port(size_t i) const { return ports_[i].number(); }
  uint16_t sentinel_port(size_t i) const { return sentinel_ports_[i].number(); }
  Process& sentinel(size_t i) { return *sentinels_[i]; }

  // sentinel://…/main; `user_info` with its @.
  std::string url(const std::string& user_info = {}) const;
  // The same servers without sentinels.
  std::string plain_url(const std::string& user_info = {}) const;

  static constexpr const char* kMasterName = "main";

  // The server that the sentinels name; nothing while they do not agree.
  std::optional<size_t> Master();
  // Waits until a server other than this is the master, and has a replica.
  std::optional<size_t> WaitForMasterOtherThan(size_t i);

 private:
  bool InStep();

  TempDirectory directory_;
  std::array<FreePort, kServers> ports_;
  std::array<FreePort, kSentinels> sentinel_ports_;
  std::array<std::optional<RedisServer>, kServers> servers_;
  std::array<std::optional<Process>, kSentinels> sentinels_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_SENTINEL_CLUSTER_H_
