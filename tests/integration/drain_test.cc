// A drain and a fill, looked at with dig at points of their course.
#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "hashing/ring.h"
#include "hashing/subnet_key.h"
#include "redis/base/clock.h"
#include "redis/model/dataset.h"
#include "tests/integration/deployment.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"
#include "tests/support/command_runner.h"
#include "tests/support/dig.h"
#include "tests/support/sample_data.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

constexpr int kSubnets = 300;
constexpr int kPoints = 10;
// How long a ramp takes at least, and at most.
constexpr int64_t kLeastSeconds = 10;
constexpr int64_t kMostSeconds = 25;

int64_t Now() { return SystemClock().UnixMillis(); }

// All subnets in one run of dig: subnet → group.
Mapping AskAll(uint16_t port) {
  std::vector<std::string> arguments = {"+short"};
  for (int i = 0; i < kSubnets; ++i) {
    arguments.insert(arguments.end(),
                     {"files.example.org", "A", "+subnet=" + Subnet4(i)});
  }
  std::istringstream lines(Dig(port, arguments));
  Mapping groups;
  std::string line;
  for (int i = 0; i < kSubnets && std::getline(lines, line); ++i) {
    groups[Subnet4(i)] = GroupOf(line);
  }
  CHECK(groups.size() == kSubnets);
  CHECK_FALSE(std::getline(lines, line));
  return groups;
}

// Whether the ramp leaves the subnet with bravo at that time.
bool Keeps(const std::string& subnet, const redis::GroupState& ramp,
           int64_t unix_millis) {
  std::string error;
  static const auto ring = hashing::Ring::Create(
      {{"alpha", 100}, {"bravo", 100}, {"charlie", 100}}, &error);
  const auto client = hashing::ParseClientSubnet(subnet);
  return ring->Keeps(ring->IndexOf("bravo").value(),
                     hashing::SlotOf(client->key),
                     RetainedShare(ramp, unix_millis));
}

// What commands wrote to Redis since the last CONFIG RESETSTAT, with how often.
std::map<std::string, int> Writes(RedisServer* redis) {
  std::istringstream lines(redis->Run("INFO commandstats"));
  std::map<std::string, int> writes;
  for (std::string line; std::getline(lines, line);) {
    const size_t colon = line.find(':');
    if (!line.starts_with("cmdstat_") || colon == std::string::npos) continue;
    const std::string command = line.substr(8, colon - 8);
    const std::string about = redis->Run("COMMAND INFO \"" + command + "\"");
    if (about.find("write\n") == std::string::npos) continue;
    writes[command] = std::stoi(line.substr(line.find("calls=") + 6));
  }
  return writes;
}

// Follows the ramp that bravo is on from before its first tenth to its end.
// `before` is where clients are without any ramp.
void FollowRamp(Deployment* deployment, bool draining, const Mapping& before) {
  RedisServer& redis = deployment->redis();
  redis.Run("CONFIG RESETSTAT");
  const std::string generation = redis.Run("GET groupring:generation");
  redis::GroupState ramp;
  ramp.state =
      draining ? redis::AdminState::kDraining : redis::AdminState::kFilling;
  ramp.start = std::stoll(redis.Run("HGET bravo:STATE start"));
  ramp.duration = std::stoll(redis.Run("HGET bravo:STATE duration"));
  REQUIRE(ramp.duration >= kLeastSeconds);

  std::map<std::string, std::set<std::string>> elsewhere;
  std::set<std::string> turned;  // have left, or have come back
  std::set<size_t> counts;
  for (int point = 1; point <= kPoints; ++point) {
    const int64_t time =
        (ramp.start * kPoints + ramp.duration * point) * 1000 / kPoints;
    REQUIRE(WaitUntil([&] { return Now() >= time; }));
    const int64_t start = Now();
    const Mapping now = AskAll(deployment->port());
    const int64_t end = Now();
    for (const auto& [subnet, home] : before) {
      const std::string& group = now.at(subnet);
      INFO(subnet << " of " << home << " is on " << group << " at point "
                  << point);
      if (home != "bravo") {
        CHECK(group == home);
        continue;
      }
      const bool is_home = group == "bravo";
      if (!is_home) elsewhere[subnet].insert(group);
      // At most once.
      if (turned.contains(subnet)) CHECK(is_home != draining);
      if (is_home != draining) turned.insert(subnet);
      // By the clock, wherever that does not turn while we ask.
      const bool keeps = Keeps(subnet, ramp, start);
      if (keeps == Keeps(subnet, ramp, end)) CHECK(is_home == keeps);
    }
    counts.insert(turned.size());
  }
  for (const auto& [subnet, groups] : elsewhere) CHECK(groups.size() == 1);
  // It did go gradually.
  CHECK(counts.size() >= 3);
  const auto bravo = static_cast<size_t>(ClientsPerGroup(before).at("bravo"));
  CHECK(turned.size() == bravo);

  CHECK(redis.Run("GET groupring:generation") == generation);
  std::map<std::string, int> writes = Writes(&redis);
  // A heartbeat is HSET, ZADD and DEL; a profile of the traffic HSET, ZADD and
  // two PEXPIRE; a record of who asks HSET and PEXPIRE. Nothing else is
  // written.
  const int heartbeats = writes["del"];
  const int profiles = writes["zadd"] - heartbeats;
  const int records = writes["pexpire"] - 2 * profiles;
  CHECK(heartbeats > 0);
  CHECK(profiles >= 0);
  CHECK(records >= 0);
  CHECK(writes["hset"] == heartbeats + profiles + records);
  for (const char* known : {"hset", "zadd", "del", "pexpire"}) {
    writes.erase(known);
  }
  CHECK(writes.empty());
}

TEST_CASE("a drain moves clients once and by the clock, a fill brings back") {
  Deployment deployment(RemoteUnix::Get());
  const CommandRunner ana(deployment.redis().url());
  const int64_t begin = Now();
  const Mapping before = AskAll(deployment.port());
  // All can be asked once between two points of a ramp, however busy the host.
  const int64_t seconds = std::clamp((Now() - begin) * 2 * kPoints / 1000,
                                     kLeastSeconds, kMostSeconds);
  const std::string over = std::to_string(seconds) + "s";

  const CommandResult drain =
      ana.Run({"group", "drain", "bravo", "--over", over, "--wait"});
  INFO(drain.output << drain.errors);
  REQUIRE(drain.status == 0);
  FollowRamp(&deployment, true, before);
  const Mapping without = AskAll(deployment.port());
  CHECK_FALSE(ClientsPerGroup(without).contains("bravo"));

  const CommandResult fill =
      ana.Run({"group", "fill", "bravo", "--over", over, "--wait"});
  INFO(fill.output << fill.errors);
  REQUIRE(fill.status == 0);
  FollowRamp(&deployment, false, before);
  CHECK(AskAll(deployment.port()) == before);
}

}  // namespace
}  // namespace groupring::testing
