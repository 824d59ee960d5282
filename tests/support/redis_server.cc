#include "tests/support/redis_server.h"

#include <sstream>
#include <stdexcept>
#include <utility>

#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

// redis-cli ends with status 0 whatever Redis replied to lines of its input.
bool HasError(const std::string& output) {
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    for (const char* error : {"ERR ", "WRONGTYPE ", "NOAUTH ", "NOPERM ",
                              "MISCONF ", "LOADING ", "READONLY "}) {
      if (line.starts_with(error)) return true;
    }
  }
  return false;
}

}  // namespace

RedisServer::RedisServer(std::vector<std::string> arguments)
    : arguments_(std::move(arguments)) {
  Start();
}

void RedisServer::Start() {
  std::vector<std::string> argv = {"redis-server",
                                   "--port",
                                   "0",
                                   "--unixsocket",
                                   socket(),
                                   "--dir",
                                   directory_.path(),
                                   "--save",
                                   "",
                                   "--appendonly",
                                   "no",
                                   "--daemonize",
                                   "no"};
  argv.insert(argv.end(), arguments_.begin(), arguments_.end());
  process_.emplace(
      ProcessOptions{.argv = argv, .log_file = directory_ / "redis.log"});
  const bool ready = WaitUntil([this] {
    if (!process_->Running()) return true;
    const std::string reply =
        RunCommand({"redis-cli", "-s", socket(), "PING"}).output;
    // Any reply will do: without a password the answer is an error.
    return reply.find("PONG") != std::string::npos ||
           reply.find("NOAUTH") != std::string::npos;
  });
  if (!ready || !process_->Running()) {
    throw std::runtime_error("redis-server does not answer:\n" +
                             process_->Log());
  }
}

std::string RedisServer::Run(std::string_view commands) {
  const CommandResult result =
      RunCommand({"redis-cli", "-s", socket()}, commands);
  if (result.status != 0 || HasError(result.output)) {
    throw std::runtime_error("redis-cli: " + result.output + result.errors);
  }
  return result.output;
}

void RedisServer::Stop() {
  RunCommand({"redis-cli", "-s", socket(), "SAVE"});
  process_->Stop();
}

}  // namespace groupring::testing
