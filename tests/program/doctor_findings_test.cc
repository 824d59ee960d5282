// Each thing that `groupring doctor` looks at, wrong in a real set-up.
#include <string>

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
  CHECK(result.status == 1);
  CHECK(Says(result, "PROBLEM ", "but Redis remembers 10",
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
  for (const char* file : {"remote-unix.conf", "remote-http.conf",
                           "pipe-abi.conf", "pipe-unix.conf"}) {
    CAPTURE(file);
    const CommandResult ours =
        ana.Run("doctor --pdns-conf " GROUPRING_SOURCE_DIR "/pdns-config/" +
                std::string(file));
    CHECK(ours.status == 0);
    CHECK_FALSE(Holds(ours.output, "PROBLEM"));
  }
}

TEST_CASE("doctor: a running PowerDNS, through pdns_control and by asking it") {
  Operator ana;
  const GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  const TempDirectory control;
  std::string dns;
  {
    PdnsServer pdns(
        "remote-unix.conf", node.settings(),
        {"--socket-dir=" + control.path(), "--consistent-backends=yes"});
    dns = "127.0.0.1:" + std::to_string(pdns.port());
    const CommandResult result = ana.Run("doctor --pdns-control --socket-dir " +
                                         control.path() + " --dns " + dns);
    INFO(result.output << result.errors);
    CHECK(result.status == 0);
    CHECK(Says(
        result, "ok ",
        "remote backend over unix socket " + node.settings().remote_socket(),
        ""));
    CHECK(Says(result, "warning ", "consistent-backends=yes", "=no"));
    CHECK(Says(result, "ok ", "for 198.51.100.0/24, answered by px-1", ""));
    CHECK(Says(result, "ok ", "lives, generation 0 applied", ""));
  }
  const CommandResult gone = ana.Run("doctor --pdns-control --socket-dir " +
                                     control.path() + " --dns " + dns);
  CHECK(gone.status == 1);
  CHECK(Says(gone, "PROBLEM ", "pdns_control", "is PowerDNS running?"));
  CHECK(Holds(gone.output, "is PowerDNS running there?"));
}

}  // namespace
}  // namespace groupring::testing
