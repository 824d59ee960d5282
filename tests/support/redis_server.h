// A redis-server of the test's own, on a unix socket.
#ifndef GROUPRING_TESTS_SUPPORT_REDIS_SERVER_H_
#define GROUPRING_TESTS_SUPPORT_REDIS_SERVER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {

class RedisServer {
 public:
  // Starts it and waits until it answers. `arguments` follow ours and may
  // override them ("--requirepass", "secret").
  explicit RedisServer(std::vector<std::string> arguments = {});

  std::string socket() const { return directory_ / "redis.sock"; }
  std::string url() const { return "unix://" + socket(); }

  // Feeds lines of commands, as an operator would type them, to redis-cli and
  // returns what it prints. Throws if Redis refuses any of them.
  std::string Run(std::string_view commands);

  // Keeps the data; Start() waits until it answers again.
  void Stop();
  void Start();

  Process& process() { return *process_; }

 private:
  TempDirectory directory_;
  std::vector<std::string> arguments_;
  std::optional<Process> process_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_REDIS_SERVER_H_
