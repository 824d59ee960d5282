#include "backend/doctor/redis_facts.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace groupring::backend {
namespace {

using Code = DiagnosticCode;

constexpr int kTrackingVersion = 6;

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
          "give our user that right: redis/README.md lists all that is needed");
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
    if (version.empty()) {
      Say(Code::kRedisVersion, Severity::kWarning,
          "INFO does not say which Redis this is", "let our user run INFO");
      return;
    }
    if (std::atoi(version.c_str()) < kTrackingVersion) {
      Say(Code::kRedisVersion, Severity::kWarning,
          "Redis " + version + " cannot announce changes (6.0 and later can)",
          "upgrade Redis; until then known keys are polled every second or so");
      return;
    }
    // Valkey says beside it which Redis it is compatible with.
    const std::string valkey = Info("valkey_version");
    Say(Code::kRedisVersion, Severity::kInfo,
        valkey.empty() ? "Redis " + version : "Valkey " + valkey);
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
          "this Redis is a replica of " + Info("master_host") + ":" +
              Info("master_port") + " (link " + Info("master_link_status") +
              ")",
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
    if (policy.empty() || policy == "noeviction" || limit == "0") {
      Say(Code::kRedisEviction, Severity::kInfo,
          limit == "0" || limit.empty() ? "no limit of memory"
                                        : "keys are never evicted");
      return;
    }
    if (policy.rfind("volatile-", 0) == 0) {
      Say(Code::kRedisEviction, Severity::kInfo,
          "maxmemory-policy " + policy + " evicts expiring keys only");
      return;
    }
    Say(Code::kRedisEviction, Severity::kError,
        "maxmemory-policy " + policy +
            ": when memory runs out Redis drops groups and names as it likes",
        "set maxmemory-policy noeviction, or keep caches in another Redis");
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
      Say(Code::kRedisPersistence, Severity::kInfo,
          "no append-only file; whether snapshots are saved is not ours to see "
          "(redis-cli CONFIG GET save)");
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
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const size_t colon = line.find(':');
    if (line.starts_with('#') || colon == std::string_view::npos) continue;
    info[std::string(line.substr(0, colon))] =
        std::string(line.substr(colon + 1));
  }
  return info;
}

Diagnostics CheckRedis(const RedisFacts& facts) { return Checker(facts).Run(); }

}  // namespace groupring::backend
