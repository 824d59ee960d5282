#include "backend/doctor/redis_checks.h"

#include <cstddef>
#include <cstdlib>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "redis/schema/followed_keys.h"

namespace groupring::backend {
namespace {

using Code = DiagnosticCode;

constexpr int kTrackingVersion = 6;

// With fewer the loss of one leaves no majority.
constexpr size_t kSentinels = 3;

class Checker {
 public:
  explicit Checker(const RedisFacts& facts) : facts_(facts) {}

  Diagnostics Run() {
    CheckVersion();
    CheckFollowing();
    CheckRole();
    CheckEviction();
    CheckPersistence();
    for (const std::string& denied : facts_.denied) {
      Say(Code::kRedisRights, Severity::kError, denied,
          "give our user that right; the example redis-acl.conf has all that "
          "is needed");
    }
    return findings_;
  }

 private:
  void Say(Code code, Severity severity, std::string what,
           std::string advice = "") {
    findings_.push_back(
        {severity, code, "redis", std::move(what), std::move(advice)});
  }

  std::string Info(const std::string& field) const {
    const auto found = facts_.info.find(field);
    return found == facts_.info.end() ? "" : found->second;
  }

  void CheckVersion() {
    const std::string version = Info("redis_version");
    // Valkey also says which version of Redis it is compatible with.
    const std::string valkey = Info("valkey_version");
    if (version.empty()) {
      Say(Code::kRedisVersion, Severity::kWarning,
          "INFO does not say which Redis this is", "let our user run INFO");
    } else if (std::atoi(version.c_str()) < kTrackingVersion) {
      Say(Code::kRedisVersion, Severity::kWarning,
          "Redis " + version + " cannot announce changes (6.0 and later can)",
          "upgrade Redis; until then known keys are polled every second or so");
    } else {
      Say(Code::kRedisVersion, Severity::kInfo,
          valkey.empty() ? "Redis " + version : "Valkey " + valkey);
    }
  }

  void CheckFollowing() {
    if (facts_.can_follow) {
      Say(Code::kRedisRights, Severity::kInfo,
          "changes are announced (CLIENT TRACKING)");
    } else {
      Say(Code::kRedisRights, Severity::kWarning,
          "our user may not use CLIENT TRACKING: changes arrive by polling",
          "allow +client|tracking +client|id +subscribe and the channel "
          "__redis__:invalidate");
    }
  }

  void CheckRole() {
    const std::string role = Info("role");
    if (role == "slave" || role == "replica") {
      Say(Code::kRedisRole,
          facts_.can_write ? Severity::kInfo : Severity::kWarning,
          absl::StrFormat("this Redis is a replica of %s:%s (link %s)",
                          Info("master_host"), Info("master_port"),
                          Info("master_link_status")),
          facts_.can_write ? ""
                           : "it serves queries well; run commands against "
                             "the master with --config");
    } else if (!role.empty()) {
      Say(Code::kRedisRole, Severity::kInfo, "role " + role);
    }
  }

  void CheckEviction() {
    const std::string policy = Info("maxmemory_policy");
    const std::string limit = Info("maxmemory");
    if (policy.empty() && limit.empty()) {
      Say(Code::kNotChecked, Severity::kInfo,
          "whether Redis evicts keys: INFO does not say",
          "let our user run INFO");
    } else if (policy.empty() || policy == "noeviction" || limit == "0") {
      Say(Code::kRedisEviction, Severity::kInfo,
          limit == "0" || limit.empty() ? "no limit of memory"
                                        : "keys are never evicted");
    } else if (policy.starts_with("volatile-")) {
      Say(Code::kRedisEviction, Severity::kInfo,
          "maxmemory-policy " + policy + " evicts expiring keys only");
    } else {
      Say(Code::kRedisEviction, Severity::kError,
          "maxmemory-policy " + policy +
              ": when memory runs out Redis drops groups and names as it likes",
          "set maxmemory-policy noeviction, or keep caches in another Redis");
    }
  }

  void CheckPersistence() {
    const bool aof = Info("aof_enabled") == "1";
    const bool failed = Info("rdb_last_bgsave_status") == "err" ||
                        Info("aof_last_write_status") == "err";
    if (failed) {
      Say(Code::kRedisPersistence, Severity::kError,
          "Redis could not save its data the last time",
          "look into Redis' log: disk full, or no rights?");
    } else if (!aof && Info("saves_configured") == "0") {
      Say(Code::kRedisPersistence, Severity::kWarning,
          "nothing is saved to disk: a restart of Redis empties it",
          "set appendonly yes, or save");
    } else if (!aof && Info("saves_configured").empty()) {
      Say(Code::kNotChecked, Severity::kInfo,
          "whether Redis saves its data: it has no append-only file, and our "
          "user may not ask for the rest",
          "redis-cli CONFIG GET save");
    } else if (!Info("aof_enabled").empty()) {
      Say(Code::kRedisPersistence, Severity::kInfo,
          aof ? "saved by append-only file" : "saved by snapshots");
    }
  }

  const RedisFacts& facts_;
  Diagnostics findings_;
};

}  // namespace

std::map<std::string, std::string> ParseInfo(std::string_view text) {
  std::map<std::string, std::string> info;
  for (const absl::string_view part :
       absl::StrSplit(absl::string_view(text.data(), text.size()), '\n')) {
    std::string line(part);
    if (line.ends_with('\r')) line.pop_back();
    const size_t colon = line.find(':');
    if (line.starts_with('#') || colon == std::string::npos) continue;
    info[line.substr(0, colon)] = line.substr(colon + 1);
  }
  return info;
}

Diagnostics CheckTrackingTable(const RedisFacts& facts, size_t names,
                               size_t groups) {
  const int64_t followed = redis::FollowedKeys(names, groups);
  const auto found = facts.info.find("tracking_table_max_keys");
  if (found == facts.info.end()) return {};
  const int64_t most = std::atoll(found->second.c_str());
  if (redis::FitsTrackingTable(followed, most)) {
    return {
        {Severity::kInfo, Code::kTrackingOverflow, "redis",
         absl::StrFormat("%d keys are followed, %s are remembered", followed,
                         most == 0 ? std::string("any number")
                                   : absl::StrFormat("up to %d", most)),
         ""}};
  }
  return {
      {Severity::kWarning, Code::kTrackingOverflow, "redis",
       absl::StrFormat(
           "%d keys are followed, and Redis remembers %d, of which nodes use "
           "%d %%: it announces all writes to them instead, of other "
           "applications, too",
           followed, most, redis::kTrackingTableShare),
       absl::StrFormat("CONFIG SET tracking-table-max-keys %d, and the same "
                       "in redis.conf",
                       2 * followed)}};
}

Diagnostics CheckRedis(const RedisFacts& facts) { return Checker(facts).Run(); }

Diagnostics CheckSentinels(const std::vector<SentinelFacts>& sentinels,
                           const std::vector<AnnouncedServer>& servers) {
  Diagnostics findings;
  const auto say = [&](Severity severity, const std::string& subject,
                       const std::string& message,
                       const std::string& advice = "") {
    findings.push_back({severity, Code::kSentinel, subject, message, advice});
  };
  std::set<std::string> masters;
  for (const SentinelFacts& facts : sentinels) {
    if (!facts.master.empty()) masters.insert(facts.master);
    if (!facts.trouble.empty()) {
      say(Severity::kError, facts.sentinel, facts.trouble,
          "start it, or take it out of [redis] url; sentinel_user and "
          "sentinel_password say who asks");
    } else if (!facts.quorum_trouble.empty()) {
      say(Severity::kError, facts.sentinel,
          "no failover is possible: " + facts.quorum_trouble,
          "start the other sentinels, and see that they reach each other "
          "(sentinel announce-ip)");
    } else {
      say(Severity::kInfo, facts.sentinel,
          "names " + facts.master + " the master");
    }
  }
  if (sentinels.size() < kSentinels) {
    say(Severity::kWarning, "sentinels",
        absl::StrFormat("[redis] url names %d", sentinels.size()),
        "name three or more, on different machines: the loss of one must not "
        "hide the master");
  }
  if (masters.size() > 1) {
    say(Severity::kError, "sentinels",
        "do not agree who the master is: " + absl::StrJoin(masters, ", "),
        "a failover is under way, or some are cut off");
  }
  size_t replicas = 0;
  for (const AnnouncedServer& server : servers) {
    if (!server.trouble.empty()) {
      say(Severity::kError, server.address,
          "sentinels tell of it, but from here: " + server.trouble,
          "is it down? if its address is not for this host: "
          "replica-announce-ip, or sentinel announce-ip");
      continue;
    }
    if (!server.is_master) ++replicas;
    say(server.fits ? Severity::kInfo : Severity::kWarning, server.address,
        server.role,
        server.fits ? ""
                    : "sentinels say otherwise: a failover is under way, or a "
                      "link is down");
  }
  if (!servers.empty() && replicas == 0) {
    say(Severity::kError, "replicas", "there is none that could take over",
        "start replicas (replicaof), on other machines");
  }
  return findings;
}

}  // namespace groupring::backend
