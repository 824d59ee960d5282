#include "tests/support/sentinel_cluster.h"

#include <stdexcept>

#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

// Sentinels and elections take seconds, and more on a loaded machine.
constexpr std::chrono::seconds kElection{60};

std::string Ask(uint16_t port, std::vector<std::string> words) {
  std::vector<std::string> argv = {"redis-cli", "-p", std::to_string(port)};
  argv.insert(argv.end(), words.begin(), words.end());
  return RunCommand(argv).output;
}

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) {
    ++count;
  }
  return count;
}

std::string Hosts(const auto& ports) {
  std::string hosts;
  for (const FreePort& port : ports) {
    hosts += (hosts.empty() ? "127.0.0.1:" : ",127.0.0.1:") +
             std::to_string(port.number());
  }
  return hosts;
}

}  // namespace

SentinelCluster::SentinelCluster(std::vector<std::string> arguments,
                                 const std::string& sentinel_lines) {
  for (size_t i = 0; i < kServers; ++i) {
    std::vector<std::string> words = {"--port",
                                      std::to_string(port(i)),
                                      "--bind",
                                      "127.0.0.1",
                                      "--repl-diskless-sync-delay",
                                      "0",
                                      "--repl-ping-replica-period",
                                      "1"};
    if (i > 0) {
      words.insert(words.end(),
                   {"--replicaof", "127.0.0.1", std::to_string(port(0))});
    }
    words.insert(words.end(), arguments.begin(), arguments.end());
    servers_[i].emplace(words);
  }
  for (size_t i = 0; i < kSentinels; ++i) {
    const std::string number = std::to_string(i);
    const std::string port = std::to_string(sentinel_port(i));
    const std::string file = directory_.Write(
        "sentinel" + number + ".conf",
        "bind 127.0.0.1\nport " + port + "\ndir " + directory_.path() +
            "\nsentinel announce-ip 127.0.0.1\nsentinel announce-port " + port +
            "\nsentinel monitor main 127.0.0.1 " +
            std::to_string(this->port(0)) +
            " 2\nsentinel down-after-milliseconds main 1000\n"
            "sentinel failover-timeout main 5000\n" +
            sentinel_lines);
    sentinels_[i].emplace(ProcessOptions{
        .argv = {"redis-sentinel", file},
        .log_file = directory_ / ("sentinel" + number + ".log")});
  }
  if (!WaitUntil([&] { return InStep(); }, kElection)) {
    throw std::runtime_error("the sentinels do not find each other:\n" +
                             sentinels_[0]->Log());
  }
}

bool SentinelCluster::InStep() {
  for (size_t i = 0; i < kSentinels; ++i) {
    const std::string master =
        Ask(sentinel_port(i), {"SENTINEL", "MASTER", kMasterName});
    if (master.find("num-slaves\n2\n") == std::string::npos ||
        master.find("num-other-sentinels\n2\n") == std::string::npos) {
      return false;
    }
    // Those that are in step, by what they say themselves.
    const std::string replicas =
        Ask(sentinel_port(i), {"SENTINEL", "REPLICAS", kMasterName});
    if (Count(replicas, "master-link-status\nok\n") != 2) return false;
  }
  return true;
}

std::string SentinelCluster::url(const std::string& user_info) const {
  return "sentinel://" + user_info + Hosts(sentinel_ports_) + "/" + kMasterName;
}

std::string SentinelCluster::plain_url(const std::string& user_info) const {
  return "redis://" + user_info + Hosts(ports_) + "/0";
}

std::optional<size_t> SentinelCluster::Master() {
  std::optional<size_t> master;
  for (size_t s = 0; s < kSentinels; ++s) {
    const std::string address = Ask(
        sentinel_port(s), {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", kMasterName});
    std::optional<size_t> named;
    for (size_t i = 0; i < kServers; ++i) {
      if (address.find("\n" + std::to_string(port(i)) + "\n") !=
          std::string::npos) {
        named = i;
      }
    }
    if (!named || (master && *master != *named)) return std::nullopt;
    master = named;
  }
  return master;
}

std::optional<size_t> SentinelCluster::WaitForMasterOtherThan(size_t i) {
  std::optional<size_t> master;
  WaitUntil(
      [&] {
        master = Master();
        if (!master || *master == i) return false;
        const std::string replicas =
            Ask(sentinel_port(0), {"SENTINEL", "REPLICAS", kMasterName});
        return replicas.find("master-link-status\nok\n") != std::string::npos;
      },
      kElection);
  return master && *master != i ? master : std::nullopt;
}

}  // namespace groupring::testing
