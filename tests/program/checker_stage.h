// A checker, what it checks, and the Redis between them.
#ifndef GROUPRING_TESTS_PROGRAM_CHECKER_STAGE_H_
#define GROUPRING_TESTS_PROGRAM_CHECKER_STAGE_H_

#include <csignal>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "redis/base/file_descriptor.h"
#include "tests/program/operator.h"
#include "tests/support/free_port.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"
#include "tests/support/redis_users.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {

// Accepts connections at an address of loopback and says nothing.
class LoopbackServer {
 public:
  LoopbackServer(std::string address, uint16_t port);

  void Open();
  void Close() { listener_.Reset(); }

 private:
  const std::string address_;
  const uint16_t port_;
  FileDescriptor listener_;
};

// Redis with the groups g1 and g2 on a name, checked by `tcp` at port() every
// second, with FALL 2 and RISE 2.
class CheckerStage {
 public:
  CheckerStage();

  RedisServer& redis() { return redis_; }
  uint16_t port() const { return port_.number(); }
  std::string url() const { return RedisUsers::Url("checker", redis_); }

  // Lines for redis-cli; what it prints.
  std::string Redis(const std::string& commands);
  // One command with the rights of the checker.
  std::string AsChecker(const std::string& command);

  std::string Verdict(const std::string& checker, const std::string& group,
                      const std::string& address);
  // Waits until the verdict begins with that; "": until there is none.
  bool Says(const std::string& checker, const std::string& group,
            const std::string& address, std::string_view begin);
  std::string AllVerdicts(const std::string& checker, const std::string& group);
  // How many of them are down.
  int Down(const std::string& checker, const std::string& group);
  // What the checker reports of itself.
  std::string Field(const std::string& checker, const std::string& field);
  // "verdict|before," for each entry of the log about that address.
  std::string Events(const std::string& address);

 private:
  RedisUsers users_;
  RedisServer redis_;
  FreePort port_;
};

class RunningChecker {
 public:
  // `more`: settings of [checker]; `clock_offset`: by how much the clock of its
  // host is off, "" or as OnHostThatIs takes it.
  RunningChecker(const CheckerStage& stage, std::string id,
                 const std::string& more = "",
                 const std::string& clock_offset = "");
  ~RunningChecker();

  // After it has ended.
  void Start();
  // The settings; it reads them at its start and on SIGHUP.
  void Write(const std::string& more) { WriteAs(id_, more); }
  void WriteAs(const std::string& id, const std::string& more);

  Process& process() { return *process_; }
  bool Logs(std::string_view part);
  // Waits for this many probes, as it reports them second by second.
  bool Probed(CheckerStage& stage, int64_t probes);

  static CommandResult RunToEnd(const CheckerStage& stage,
                                const std::string& id, const std::string& more);

 private:
  TempDirectory directory_;
  const std::string url_;
  const std::string id_;
  std::string program_;
  std::optional<Process> process_;
};

// The whole response, head and body; "" without one.
std::string HttpGet(uint16_t port, const std::string& path);

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_PROGRAM_CHECKER_STAGE_H_
