// `groupring doctor` with a real Redis, seen from outside.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/groupring_server.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"

namespace groupring::testing {
namespace {

constexpr const char* kData =
    "HSET example.org:CONFIG SOA \"ns1.example.org. h.example.org. 1 2 3 4 5\" "
    "NS ns1.example.org RECORDS "
    "'[{\"name\":\"ns1\",\"type\":\"A\",\"content\":\"192.0.2.53\"}]'\n"
    "HSET ftp.example.org:CONFIG TTL 30\n"
    "SADD ftp.example.org:GROUPS alpha bravo\n"
    "SADD alpha:A 203.0.113.1\nSADD bravo:A 203.0.113.2";

CommandResult Doctor(const GroupringSettings& settings,
                     std::vector<std::string> more = {}) {
  std::vector<std::string> argv = {GroupringProgram(), "doctor", "--config",
                                   settings.file()};
  argv.insert(argv.end(), more.begin(), more.end());
  return RunCommand(argv);
}

TEST_CASE("doctor finds a sound set-up sound") {
  RedisServer redis({"--appendonly", "yes"});
  redis.Run(kData);
  const GroupringServer serve(redis.url());
  const TempDirectory directory;
  const std::string conf = directory.Write(
      "pdns.conf", PdnsConf("remote-unix.conf", serve.settings()));
  const CommandResult result = Doctor(serve.settings(), {"--pdns-conf", conf});
  INFO(result.output << result.errors);
  CHECK(result.status == 0);
  CHECK(result.output.find("PROBLEM") == std::string::npos);
  CHECK(result.output.find("1 names, all with groups in service") !=
        std::string::npos);
  const CommandResult check =
      Doctor(serve.settings(), {"--pdns-conf", conf, "--check"});
  CHECK(check.status == 0);
  CHECK(check.output.starts_with("GROUPRING DOCTOR OK - "));
}

TEST_CASE("doctor names what is wrong in the data, and fails") {
  RedisServer redis;
  redis.Run(kData);
  redis.Run("SADD alpha:A nonsense\nDEL bravo:A");
  const GroupringSettings settings(redis.url());
  const CommandResult result = Doctor(settings, {"--json"});
  CHECK(result.status == 1);
  const auto json = nlohmann::json::parse(result.output);
  bool malformed = false;
  bool empty = false;
  for (const auto& finding : json["findings"]) {
    const std::string what = finding["what"];
    malformed = malformed || (what.find("alpha:A") != std::string::npos &&
                              what.find("nonsense") != std::string::npos);
    empty = empty || (finding["about"] == "bravo" &&
                      what.find("has no addresses") != std::string::npos);
  }
  INFO(result.output);
  CHECK(malformed);
  CHECK(empty);
}

TEST_CASE("doctor says what our user may not do") {
  RedisServer redis;
  redis.Run(kData);
  redis.Run(
      "ACL SETUSER reader on >secret ~* +@all -srandmember "
      "-client|tracking");
  const GroupringSettings settings("unix://reader:secret@" + redis.socket());
  const CommandResult result = Doctor(settings);
  INFO(result.output << result.errors);
  CHECK(result.status == 1);
  CHECK(result.output.find("may not run SRANDMEMBER") != std::string::npos);
  CHECK(result.output.find("may not use CLIENT TRACKING") != std::string::npos);
  CHECK((result.output + result.errors).find("secret") == std::string::npos);
}

TEST_CASE("doctor says that Redis is away, and where it looked") {
  const GroupringSettings settings("unix:///nonexistent/redis.sock");
  const CommandResult result = Doctor(settings);
  CHECK(result.status == 1);
  CHECK(result.output.find("/nonexistent/redis.sock") != std::string::npos);
  const CommandResult check = Doctor(settings, {"--check"});
  CHECK(check.status == 2);
  CHECK(check.output.starts_with("GROUPRING DOCTOR CRITICAL - 1 problem: "));
}

TEST_CASE("doctor says what it did not look at, and never calls it ok") {
  RedisServer redis({"--appendonly", "yes"});
  redis.Run(kData);
  redis.Run("ACL SETUSER reader on >secret ~* +@all -info -config");
  const GroupringSettings settings("unix://reader:secret@" + redis.socket());
  const TempDirectory directory;
  const std::string conf =
      directory.Write("pdns.conf", PdnsConf("remote-pipe.conf", settings) +
                                       "launch+=lua2\nlua2-filename=/x.lua\n");
  const CommandResult result =
      Doctor(settings, {"--json", "--pdns-conf", conf});
  const auto json = nlohmann::json::parse(result.output);
  std::string unchecked;
  for (const auto& finding : json["findings"]) {
    const std::string what = finding["what"];
    if (finding["code"] == "not_checked") {
      CHECK(finding["level"] == "unchecked");
      unchecked += what + "\n";
    } else {
      CHECK(finding["level"] != "unchecked");
    }
  }
  INFO(unchecked);
  CHECK(unchecked.find("whether Redis evicts keys") != std::string::npos);
  CHECK(unchecked.find("runs inside PowerDNS") != std::string::npos);
  CHECK(unchecked.find("a process of its own") != std::string::npos);
  CHECK(unchecked.find("its answers") != std::string::npos);
  CHECK(Doctor(settings).output.find("unchecked  PowerDNS  its settings") !=
        std::string::npos);
}

TEST_CASE("doctor says when no PowerDNS answers at the address it is given") {
  RedisServer redis;
  redis.Run(kData);
  const GroupringSettings settings(redis.url());
  const CommandResult result = Doctor(settings, {"--dns", "nonsense"});
  CHECK(result.status == 1);
  CHECK(result.output.find("is no address of a name server") !=
        std::string::npos);
}

}  // namespace
}  // namespace groupring::testing
