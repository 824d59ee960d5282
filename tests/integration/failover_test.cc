// Redis in three places with Sentinel: a failover costs no answer, and no
// change that was acknowledged.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/dns_client.h"
#include "tests/support/groupring_server.h"
#include "tests/support/pdns_server.h"
#include "tests/support/process.h"
#include "tests/support/sample_data.h"
#include "tests/support/sentinel_cluster.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

CommandResult Groupring(const GroupringSettings& settings,
                        std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), GroupringProgram());
  arguments.insert(arguments.end(), {"--config", settings.file()});
  return RunCommand(arguments);
}

bool Says(const CommandResult& result, const std::string& text) {
  return (result.output + result.errors).find(text) != std::string::npos;
}

// Asks one question after the other until it is destroyed.
class Load {
 public:
  explicit Load(uint16_t port) : thread_([this, port] { Run(port); }) {}
  ~Load() { Stop(); }

  void Stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  int asked() const { return asked_; }
  int failed() const { return failed_; }
  int by_alpha() const { return by_alpha_; }

 private:
  void Run(uint16_t port) {
    DnsClient client(port);
    for (int i = 0; !stop_; ++i) {
      std::vector<std::string> addresses;
      try {
        const DnsReply reply = client.Ask(
            {.name = "files.example.org",
             .subnet = "198.18." + std::to_string(i % 250) + ".0/24"});
        if (reply.status == "NOERROR") addresses = reply.Data("A");
      } catch (const std::exception&) {
      }
      ++asked_;
      if (addresses.empty()) ++failed_;
      if (!addresses.empty() && GroupOf(addresses[0]) == "alpha") ++by_alpha_;
    }
  }

  std::atomic<bool> stop_{false};
  std::atomic<int> asked_{0};
  std::atomic<int> failed_{0};
  std::atomic<int> by_alpha_{0};
  std::thread thread_;
};

bool WaitForConnection(GroupringServer& serve, const SentinelCluster& cluster,
                       size_t server, const std::string& role) {
  const std::string line =
      "connected to redis://127.0.0.1:" + std::to_string(cluster.port(server)) +
      "/0, " + role;
  return WaitUntil(
      [&] { return serve.process().Log().find(line) != std::string::npos; });
}

TEST_CASE("a failover loses no answer and no acknowledged change") {
  SentinelCluster cluster;
  cluster.server(0).Run(SampleData(false));
  GroupringServer serve(cluster.url());
  PdnsServer pdns("remote-unix.conf", serve.settings(),
                  {"--cache-ttl=0", "--query-cache-ttl=0"});
  REQUIRE(WaitForConnection(serve, cluster, 0, "master with 2 replicas"));

  const CommandResult disabled =
      Groupring(serve.settings(),
                {"group", "disable", "alpha", "--reason", "kernel", "--wait"});
  INFO(disabled.output << disabled.errors);
  REQUIRE(disabled.status == 0);
  CHECK_FALSE(Says(disabled, "on the master only"));

  Load load(pdns.port());
  REQUIRE(WaitUntil([&] { return load.asked() > 100; }));
  cluster.server(0).process().Signal(SIGKILL);
  const auto master = cluster.WaitForMasterOtherThan(0);
  REQUIRE(master);
  REQUIRE(WaitForConnection(serve, cluster, *master, "master"));

  // The change is there, and nobody has seen it undone.
  CHECK(Says(Groupring(serve.settings(), {"group", "show", "alpha"}),
             "DISABLED"));
  CHECK(load.by_alpha() == 0);

  // The old master comes back, empty: it is a replica of the new one now.
  cluster.server(0).process().Stop();
  cluster.server(0).Start();
  CommandResult enabled;
  CHECK(WaitUntil([&] {
    enabled = Groupring(serve.settings(), {"group", "enable", "alpha", "--wait",
                                           "--timeout", "20s"});
    return enabled.status == 0;
  }));
  INFO(enabled.output << enabled.errors);
  CHECK(WaitUntil([&] { return load.by_alpha() > 0; }));
  load.Stop();
  INFO(serve.process().Log());
  CHECK(load.asked() > 100);
  CHECK(load.failed() == 0);
  CHECK(serve.process().Log().find("not believed") == std::string::npos);
}

TEST_CASE("nodes may read from a replica while commands write to the master") {
  SentinelCluster cluster;
  cluster.server(0).Run(SampleData(false));
  const std::string url = GENERATE_REF(cluster.url(), cluster.plain_url());
  GroupringServer serve(url + "\"\nread = \"replica");
  INFO(serve.process().Log());
  CHECK(serve.process().Log().find("/0, replica of 127.0.0.1:" +
                                   std::to_string(cluster.port(0))) !=
        std::string::npos);
  const CommandResult disabled =
      Groupring(serve.settings(), {"group", "disable", "bravo", "--wait"});
  INFO(disabled.output << disabled.errors);
  CHECK(disabled.status == 0);
  CHECK(Says(disabled, "applied on 1 of 1 node"));
}

TEST_CASE("a change that no replica confirms is said to be at risk") {
  SentinelCluster cluster;
  cluster.server(0).Run(SampleData(false));
  const GroupringSettings settings(cluster.url());
  for (const size_t replica : {1, 2}) {
    cluster.server(replica).process().Signal(SIGSTOP);
  }
  const CommandResult disabled =
      Groupring(settings, {"group", "disable", "alpha", "--json"});
  for (const size_t replica : {1, 2}) {
    cluster.server(replica).process().Signal(SIGCONT);
  }
  INFO(disabled.output << disabled.errors);
  CHECK(disabled.status == 5);
  CHECK(Says(disabled, "written on the master only; not confirmed"));
  CHECK(Says(disabled, "may be lost should the master fail"));
  CHECK(Says(disabled, "\"confirmed\": 0"));
}

TEST_CASE("a write to a replica is refused and says where the master is") {
  SentinelCluster cluster;
  cluster.server(0).Run(SampleData(false));
  const GroupringSettings settings(cluster.server(1).url());
  const CommandResult refused =
      Groupring(settings, {"group", "disable", "alpha"});
  INFO(refused.output << refused.errors);
  CHECK(refused.status == 1);
  CHECK(Says(refused,
             "its master is 127.0.0.1:" + std::to_string(cluster.port(0))));
}

}  // namespace
}  // namespace groupring::testing
