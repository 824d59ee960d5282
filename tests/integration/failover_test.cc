// Redis in three places with Sentinel: a failover costs no answer, and no
// change that was acknowledged.
#include <csignal>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/groupring_server.h"
#include "tests/support/pdns_server.h"
#include "tests/support/process.h"
#include "tests/support/redis_users.h"
#include "tests/support/sample_data.h"
#include "tests/support/sentinel_cluster.h"
#include "tests/support/steady_load.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

// Three servers and three sentinels with the users of pdns-config/.
struct Cluster {
  RedisUsers users;
  SentinelCluster servers{Arguments(users), SentinelLines(users)};

  static std::vector<std::string> Arguments(const RedisUsers& users) {
    std::vector<std::string> arguments = users.arguments();
    for (const std::string& word :
         {std::string("--masteruser"), RedisUsers::Name("replica"),
          std::string("--masterauth"), RedisUsers::Password("replica")}) {
      arguments.push_back(word);
    }
    return arguments;
  }
  static std::string SentinelLines(const RedisUsers& users) {
    return "sentinel auth-user main " + RedisUsers::Name("sentinel") +
           "\nsentinel auth-pass main " + RedisUsers::Password("sentinel") +
           "\n" + users.sentinel_line();
  }

  // As it is in [redis] of a settings file.
  std::string Url(const std::string& role, const std::string& more = {}) const {
    return servers.url(RedisUsers::UserInfo(role)) + "\"\nsentinel_user = \"" +
           RedisUsers::AskingUser() + "\"\nsentinel_password = \"" +
           RedisUsers::AskingPassword() + more;
  }
};

CommandResult Groupring(const GroupringSettings& settings,
                        std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), GroupringProgram());
  arguments.insert(arguments.end(), {"--config", settings.file()});
  const CommandResult result = RunCommand(arguments);
  CHECK_FALSE(RedisUsers::Betrays(result.output + result.errors));
  return result;
}

bool Says(const CommandResult& result, const std::string& text) {
  return (result.output + result.errors).find(text) != std::string::npos;
}

bool WaitForLine(GroupringServer& serve, const std::string& part) {
  return WaitUntil(
      [&] { return serve.process().Log().find(part) != std::string::npos; });
}

bool WaitForConnection(GroupringServer& serve, const SentinelCluster& cluster,
                       size_t server, const std::string& role) {
  return WaitForLine(
      serve,
      "127.0.0.1:" + std::to_string(cluster.port(server)) + "/0, " + role);
}

TEST_CASE("a failover loses no answer and no acknowledged change") {
  Cluster cluster;
  SentinelCluster& servers = cluster.servers;
  servers.server(0).Run(SampleData(false));
  GroupringServer serve(cluster.Url("node"));
  const GroupringSettings settings(cluster.Url("operator"));
  PdnsServer pdns("remote-unix.conf", serve.settings(),
                  {"--cache-ttl=0", "--query-cache-ttl=0"});
  REQUIRE(WaitForConnection(serve, servers, 0, "a master with 2 replicas"));

  const CommandResult disabled = Groupring(
      settings,
      {"group", "disable", "alpha", "--reason", "kernel", "--wait", "--json"});
  INFO(disabled.output << disabled.errors);
  REQUIRE(disabled.status == 0);
  CHECK_FALSE(Says(disabled, "on the master only"));

  SteadyLoad load(pdns.port(), {.out = {"alpha"}});
  load.Await(1000);
  servers.server(0).process().Stop(SIGKILL);
  const auto master = servers.WaitForMasterOtherThan(0);
  REQUIRE(master);
  REQUIRE(WaitForConnection(serve, servers, *master, "a master"));

  // The change is there, and by no answer has it been undone.
  CHECK(Says(Groupring(settings, {"group", "show", "alpha"}), "DISABLED"));
  load.Await(1000);

  // The old master comes back, empty: it is a replica of the new one now.
  servers.server(0).Start();
  load.ExpectEither({"alpha"}, {});
  CommandResult enabled;
  CHECK(WaitUntil([&] {
    enabled = Groupring(settings, {"group", "enable", "alpha", "--wait"});
    return enabled.status == 0;
  }));
  INFO(enabled.output << enabled.errors);
  load.Expect({});
  load.Await(1000);
  const LoadReport report = load.Stop();
  INFO(report.Text() << serve.process().Log());
  CHECK(report.Flawless());
  CHECK(serve.process().Log().find("not believed") == std::string::npos);
  CHECK_FALSE(RedisUsers::Betrays(serve.process().Log()));
}

TEST_CASE("nodes may read from a replica while commands write to the master") {
  Cluster cluster;
  cluster.servers.server(0).Run(SampleData(false));
  const std::string read = "\"\nread = \"replica";
  const bool asks_sentinels = GENERATE(true, false);
  GroupringServer serve(
      asks_sentinels
          ? cluster.Url("node", read)
          : cluster.servers.plain_url(RedisUsers::UserInfo("node")) + read);
  CHECK(WaitForLine(serve, "/0, a replica of 127.0.0.1:" +
                               std::to_string(cluster.servers.port(0))));
  const GroupringSettings settings(cluster.Url("operator"));
  CommandResult disabled;
  // The node has shown itself by then.
  CHECK(WaitUntil([&] {
    disabled = Groupring(settings, {"group", "disable", "bravo", "--wait"});
    return disabled.status == 0;
  }));
  INFO(disabled.output << disabled.errors);
  CHECK(Says(disabled, "applied on 1 of 1 node"));
}

TEST_CASE("a change that no replica confirms is said to be at risk") {
  Cluster cluster;
  cluster.servers.server(0).Run(SampleData(false));
  const GroupringSettings settings(cluster.Url("operator"));
  for (const size_t replica : {1, 2}) {
    cluster.servers.server(replica).process().Signal(SIGSTOP);
  }
  const CommandResult disabled =
      Groupring(settings, {"group", "disable", "alpha", "--json"});
  for (const size_t replica : {1, 2}) {
    cluster.servers.server(replica).process().Signal(SIGCONT);
  }
  INFO(disabled.output << disabled.errors);
  CHECK(disabled.status == 5);
  CHECK(Says(disabled, "written on the master only; not confirmed"));
  CHECK(Says(disabled, "may be lost should the master fail"));
  CHECK(Says(disabled, "\"why_unconfirmed\": \"none of "));
}

TEST_CASE("doctor finds a set-up with Sentinel sound, and what is not") {
  Cluster cluster;
  cluster.servers.server(0).Run(SampleData(false) +
                                "HSET example.org:CONFIG NS ns1.example.com\n"
                                "HSET example.net:CONFIG NS ns1.example.com\n");
  GroupringServer serve(cluster.Url("node"));
  const GroupringSettings settings(cluster.Url("reader"));
  CommandResult doctor;
  WaitUntil([&] {
    doctor = Groupring(settings, {"doctor"});
    return doctor.status == 0;
  });
  INFO(doctor.output << doctor.errors);
  CHECK(doctor.status == 0);
  CHECK(Says(doctor, "a master with 2 replicas"));
  CHECK(Says(doctor, "(link up)"));

  cluster.servers.sentinel(1).Stop();
  cluster.servers.sentinel(2).Stop();
  cluster.servers.server(2).process().Stop(SIGKILL);
  CHECK(WaitUntil([&] {
    doctor = Groupring(settings, {"doctor"});
    return Says(doctor, "no failover is possible");
  }));
  INFO(doctor.output << doctor.errors);
  CHECK(doctor.status == 1);
  CHECK(Says(doctor, "cannot connect to sentinel://"));
  CHECK(Says(doctor, "sentinels tell of it, but from here: cannot connect"));
}

TEST_CASE("a write to a replica is refused and says where the master is") {
  Cluster cluster;
  cluster.servers.server(0).Run(SampleData(false));
  const GroupringSettings settings(
      RedisUsers::Url("operator", cluster.servers.server(1)));
  const CommandResult refused =
      Groupring(settings, {"group", "disable", "alpha"});
  INFO(refused.output << refused.errors);
  CHECK(refused.status == 1);
  CHECK(Says(refused, "its master is 127.0.0.1:" +
                          std::to_string(cluster.servers.port(0))));
}

}  // namespace
}  // namespace groupring::testing
