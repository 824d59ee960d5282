// Each thing that `groupring doctor` looks at, wrong in a real set-up.
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/pdns_server.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

// Whether there is a finding of that level which says `what`, with that advice.
bool Says(const CommandResult& result, std::string_view level,
          std::string_view what, std::string_view advice) {
  const size_t at = result.output.find(what);
  if (at == std::string::npos) return false;
  const size_t start = result.output.rfind('\n', at) + 1;
  const size_t next = result.output.find('\n', at) + 1;
  return result.output.compare(start, level.size(), level) == 0 &&
         result.output.find(advice, at) < result.output.find('\n', next);
}

TEST_CASE("doctor: Redis that evicts, forgets, or is a replica") {
  Operator ana;
  CommandResult result = ana.Run("doctor");
  CHECK(result.status == 0);
  CHECK(Says(result, "ok ", "changes are announced (CLIENT TRACKING)", ""));
  CHECK(Says(result, "ok ", "no limit of memory", ""));
  CHECK(Says(result, "warning ", "nothing is saved to disk",
             "set appendonly yes, or save"));
  CHECK(Says(result, "warning ", "no node is listed in this Redis",
             "is `groupring serve` running"));

  ana.redis().Run(
      "CONFIG SET maxmemory 100mb\nCONFIG SET maxmemory-policy allkeys-lru");
  result = ana.Run("doctor");
  CHECK(result.status == 1);
  CHECK(Says(result, "PROBLEM ", "maxmemory-policy allkeys-lru",
             "set maxmemory-policy noeviction"));
  ana.redis().Run("CONFIG SET maxmemory-policy volatile-lru");
  CHECK(Says(ana.Run("doctor"), "ok ", "evicts expiring keys only", ""));
  ana.redis().Run("CONFIG SET maxmemory-policy noeviction");
  CHECK(Says(ana.Run("doctor"), "ok ", "keys are never evicted", ""));

  ana.redis().Run("CONFIG SET save '60 1'\nREPLICAOF 127.0.0.1 1");
  result = ana.Run("doctor");
  CHECK(Says(result, "ok ", "saved by snapshots", ""));
  CHECK(Says(result, "warning ", "this Redis is a replica of 127.0.0.1:1",
             "run commands against the master with --config"));
}

TEST_CASE("doctor: a Redis that remembers fewer keys than are followed") {
  Operator ana;
  CHECK(Says(ana.Run("doctor"), "ok ", "keys are followed, up to 1000000", ""));
  ana.redis().Run("CONFIG SET tracking-table-max-keys 10");
  const CommandResult result = ana.Run("doctor");
  CHECK(result.status == 0);
  CHECK(Says(result, "warning ", "and Redis remembers 10, of",
             "CONFIG SET tracking-table-max-keys"));
}

TEST_CASE("doctor: names, groups, families and members that are wrong") {
  Operator ana;
  ana.redis().Run(
      "DEL px-2:AAAA\n"
      "DEL px-3:A px-3:AAAA\n"
      "SADD px-1:A nonsense\n"
      "HSET ftp.example.org:WEIGHTS px-1 heavy\n"
      "SET px-1:STATE disabled\n"
      "HSET bare.example.org:CONFIG ANSWER group_consistent_hash\n"
      "SADD single.example.org:GROUPS px-1\n"
      "SADD out.example.org:GROUPS px-4\n"
      "SADD px-4:A 203.0.113.7\nHSET px-4:STATE state disabled by bob\n"
      "SADD ftp.example.net:GROUPS px-1 px-2");
  const CommandResult result = ana.Run("doctor");
  INFO(result.output);
  CHECK(result.status == 1);
  CHECK(Says(result, "PROBLEM ", "member \"nonsense\"", "put the value right"));
  CHECK(Says(result, "PROBLEM ", "heavy", "put the value right"));
  CHECK(Says(result, "PROBLEM ", "\"px-1:STATE\"", "put the value right"));
  CHECK(Says(result, "PROBLEM ", "has no addresses: its clients go to other",
             "SADD px-3:A …"));
  CHECK(Says(result, "PROBLEM ", "has no groups",
             "SADD bare.example.org:GROUPS <group> …"));
  CHECK(Says(result, "PROBLEM ", "has no group in service",
             "groupring group enable …"));
  CHECK(Says(result, "warning ", "has a single group", "add a second group"));
  CHECK(Says(result, "warning ", "uneven families: px-2 has no AAAA",
             "give every group of a name both families"));
  CHECK(Says(result, "warning ", "lies in no zone here",
             "HSET <zone>:CONFIG SOA"));
  CHECK(Says(result, "warning ", "DISABLED (by bob)",
             "groupring group enable px-4"));
}

TEST_CASE("doctor: every rule for a pdns.conf, broken") {
  Operator ana;
  const TempDirectory directory;
  const auto check = [&](const std::string& text) {
    return ana.Run("doctor --pdns-conf " + directory.Write("pdns.conf", text));
  };
  CommandResult result = check(
      "launch=remote\n"
      "remote-connection-string=http:url=http://127.0.0.1:8470/other,"
      "timeout=500,post_json=1\n"
      "zone-cache-refresh-interval=3600\nnegquery-cache-ttl=0\n");
  INFO(result.output);
  CHECK(result.status == 1);
  CHECK(Says(result, "PROBLEM ", "edns-subnet-processing=no",
             "set edns-subnet-processing=yes"));
  CHECK(Says(result, "warning ", "consistent-backends=yes (the default)",
             "set consistent-backends=no"));
  CHECK(Says(result, "warning ", "zone-cache-refresh-interval=3600",
             "pdns_control rediscover"));
  CHECK(Says(result, "warning ", "negquery-cache-ttl=0 costs",
             "set negquery-cache-ttl=10"));
  CHECK(Says(result, "PROBLEM ", "timeout=500 counts as 0 seconds",
             "set timeout=1000 or more"));
  CHECK(Says(result, "warning ", "post_json=1 does nothing", "add post=1"));
  CHECK(Says(result, "PROBLEM ", "is not where groupring answers", "/dns"));

  result = check("launch=pipe\npipe-abi-version=1\n");
  CHECK(result.status == 1);
  CHECK(Says(result, "PROBLEM ", "zone-cache-refresh-interval=300",
             "set zone-cache-refresh-interval=0"));
  CHECK(Says(result, "PROBLEM ", "pipe-abi-version=1", "pipe-abi-version=5"));
  CHECK(Says(result, "PROBLEM ", "pipe-command is not set", "pipe_unix"));

  CHECK(Says(check("launch=gmysql\n"), "PROBLEM ", "launch=gmysql",
             "set launch=remote"));
  CHECK(Says(ana.Run("doctor --pdns-conf /nonexistent/pdns.conf"), "PROBLEM ",
             "cannot be read", "that this user may read"));
}

TEST_CASE("doctor: signing without a bound, with keys that others may read") {
  Operator ana;
  const TempDirectory directory;
  const std::string database = directory.Write("keys.db", "");
  const std::string beside = directory.Write("keys.db-wal", "");
  const auto check = [&](const std::string& more) {
    return ana.Run("doctor --pdns-conf " +
                   directory.Write("pdns.conf",
                                   "launch=remote\nlaunch+=gsqlite3\n"
                                   "gsqlite3-dnssec=yes\ngsqlite3-database=" +
                                       database + "\n" + more));
  };
  namespace fs = std::filesystem;
  fs::permissions(database, fs::perms(0644));
  fs::permissions(beside, fs::perms(0644));
  CommandResult result = check("");
  INFO(result.output);
  CHECK(Says(result, "warning ", "max-signature-cache-entries is not set",
             "set max-signature-cache-entries=100000"));
  CHECK(Says(result, "PROBLEM ", database, "chmod 0600 " + database));
  CHECK(Says(result, "PROBLEM ", beside, "chmod 0600 " + beside));

  fs::permissions(database, fs::perms(0600));
  result = check("max-signature-cache-entries=100000\n");
  CHECK(Says(result, "ok ", "max-signature-cache-entries=100000", ""));
  CHECK(Says(result, "ok ", database, ""));
  CHECK(Says(result, "PROBLEM ", beside, ""));
}

TEST_CASE("doctor: the files of pdns-config, with what they connect to") {
  Operator ana({"--appendonly", "yes"});
  const GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  const TempDirectory directory;
  for (const char* file : {"remote-unix.conf", "remote-http.conf",
                           "pipe-abi.conf", "pipe-unix.conf"}) {
    CAPTURE(file);
    const CommandResult result = ana.Run(
        "doctor --pdns-conf " +
            directory.Write("pdns.conf", PdnsConf(file, node.settings())),
        node.settings().file());
    INFO(result.output);
    CHECK(result.status == 0);
    CHECK_FALSE(Holds(result.output, "PROBLEM"));
    // PowerDNS would have to start a coprocess itself.
    const bool asked = std::string_view(file) != "pipe-abi.conf";
    CHECK(Says(result, "ok ",
               "files.example.org for 192.0.2.0/24: A 203.0.113.",
               "") == asked);
    CHECK(Says(result, "unchecked ", "runs groupring as a process of its own",
               "--dns") == !asked);
  }
}

TEST_CASE(
    "doctor: a socket that is missing, another one, or closed to PowerDNS") {
  Operator ana;
  const GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  const TempDirectory directory;
  const auto check = [&](const std::string& more) {
    return ana.Run("doctor --pdns-conf " +
                       directory.Write("pdns.conf", PdnsConf("remote-unix.conf",
                                                             node.settings()) +
                                                        more),
                   node.settings().file());
  };
  const auto to = [](const std::string& path) {
    return "remote-connection-string=unix:path=" + path + "\n";
  };
  CommandResult result = check(to("/nonexistent/remote.sock"));
  INFO(result.output);
  CHECK(result.status == 1);
  CHECK(Says(result, "PROBLEM ", "/nonexistent: No such file or directory",
             "is `groupring serve` running"));
  CHECK(Says(result, "PROBLEM ",
             "but [listen] remote_unix is \"" + node.settings().remote_socket(),
             "make remote-connection-string the same"));
  result = check(to(directory.Write("no.sock", "")));
  CHECK(Says(result, "PROBLEM ", "is no socket", "remove it"));
  // Who answers there speaks another protocol.
  result = check(to(node.settings().pipe_socket()));
  CHECK(Says(result, "PROBLEM ", "it does not take `initialize`", "log"));
  // Another way to the same socket.
  std::filesystem::create_symlink(node.settings().remote_socket(),
                                  directory / "link.sock");
  result = check(to(directory / "link.sock"));
  CHECK(result.status == 0);
  CHECK(Says(result, "ok ", "remote-connection-string is [listen] remote_unix",
             ""));
  // A user who is in none of our groups, and whom our directory keeps out.
  result = check("setuid=65534\nsetgid=65534\n");
  CHECK(result.status == 1);
  CHECK(Says(result, "PROBLEM ", "may not go through it", "chmod"));
  CHECK(Says(result, "PROBLEM ", "may not connect to it", "socket_group"));
  result = check("setuid=no-such-user\n");
  CHECK(result.status == 0);
  CHECK(Says(result, "unchecked ", "there is no user no-such-user", "setuid"));
}

TEST_CASE("doctor: a running PowerDNS, through pdns_control and by asking it") {
  Operator ana;
  const GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  const TempDirectory control;
  // Its control socket is where the file says.
  const std::string conf =
      control.Write("pdns.conf", PdnsConf("remote-unix.conf", node.settings()) +
                                     "socket-dir=" + control.path() + "\n");
  const auto doctor = [&](const std::string& dns) {
    return ana.Run(
        "doctor --pdns-control --pdns-conf " + conf + " --dns " + dns,
        node.settings().file());
  };
  std::string dns;
  {
    PdnsServer pdns(
        "remote-unix.conf", node.settings(),
        {"--socket-dir=" + control.path(), "--consistent-backends=yes",
         "--setuid=" + std::to_string(::geteuid())});
    dns = "127.0.0.1:" + std::to_string(pdns.port());
    const CommandResult result = doctor(dns);
    INFO(result.output << result.errors);
    CHECK(result.status == 0);
    CHECK(Says(result, "warning ", "consistent-backends=yes", "=no"));
    CHECK(Says(result, "ok ", "files.example.org for 192.0.2.0/24: A ", ""));
    CHECK(Says(result, "ok ", "for 198.51.100.0/24, answered by px-1", ""));
    CHECK(Holds(result.output, "files.example.org AAAA at " + dns));
    CHECK(Says(result, "ok ", "2001:db8:1::1 for 198.51.100.0/24", ""));
    CHECK(Says(result, "ok ", "lives, generation 0 applied", ""));
  }
  const CommandResult gone = doctor(dns);
  CHECK(gone.status == 1);
  CHECK(Says(gone, "PROBLEM ", "pdns_control", "is PowerDNS running?"));
  CHECK(Holds(gone.output, "is PowerDNS running there?"));
}

TEST_CASE("doctor: a silent node is a problem, a stopped one a warning") {
  Operator ana;
  std::optional<GroupringServer> silent;
  silent.emplace(ana.redis().url(), NodeSettings("ns1"));
  GroupringServer stopped(ana.redis().url(), NodeSettings("ns2"));
  REQUIRE(WaitUntil([&] { return Holds(ana.Run("nodes").output, "ns2"); }));
  CHECK(stopped.process().Stop() == 0);
  silent->process().Signal(SIGSTOP);
  CommandResult result;
  CHECK(WaitUntil([&] {
    result = ana.Run("doctor");
    return Says(result, "PROBLEM ", "nothing heard since", "--forget ns1");
  }));
  CHECK(result.status == 1);
  CHECK(Says(result, "warning ", "stopped at ", "--forget ns2"));
  const CommandResult nodes = ana.Run("nodes --check");
  CHECK(nodes.status == 2);
  CHECK(nodes.output.starts_with(
      "GROUPRING NODES CRITICAL - 1 problem, 1 warning: node ns1: nothing "
      "heard since "));
  CHECK(ana.Run("status --check").status == 2);
  silent->process().Signal(SIGCONT);
}

}  // namespace
}  // namespace groupring::testing
