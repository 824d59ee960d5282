// Redis, groupring, PowerDNS, and clients that ask without pause: the stage on
// which a fault is seen.
#ifndef GROUPRING_TESTS_FAULTS_STAGE_H_
#define GROUPRING_TESTS_FAULTS_STAGE_H_

#include <cstddef>
#include <optional>
#include <string>

#include "tests/support/faulty_proxy.h"
#include "tests/support/groupring_server.h"
#include "tests/support/pdns_server.h"
#include "tests/support/redis_server.h"
#include "tests/support/redis_users.h"
#include "tests/support/steady_load.h"

namespace groupring::testing {

// How groupring runs: with a daemon of its own, or inside PowerDNS.
struct Daemon {
  static constexpr const char* kFile = "remote-unix.conf";
  static constexpr bool kDaemon = true;
};
struct InPowerDns {
  static constexpr const char* kFile = "embedded.conf";
  static constexpr bool kDaemon = false;
};

// pdns_server is built without a sanitizer's runtime, which libgroupring.so
// needs when it is built with one.
#ifdef GROUPRING_SANITIZED
#define EVERY_HOST Daemon
#else
#define EVERY_HOST Daemon, InPowerDns
#endif

// What a process holds.
struct Footprint {
  size_t resident_kib = 0;
  size_t descriptors = 0;
};

class FaultStage {
 public:
  // Everything is up, and the load has begun.
  template <typename Host>
  static FaultStage For(Host) {
    return FaultStage(Host::kFile, Host::kDaemon);
  }

  RedisServer& redis() { return redis_; }
  FaultyProxy& proxy() { return proxy_; }
  // Of Redis behind the proxy, for the node's user of pdns-config.
  std::string url() const;
  SteadyLoad& load() { return *load_; }
  PdnsServer& pdns() { return *pdns_; }
  const GroupringSettings& settings() const;
  // Of the process that groupring runs in.
  Process& host();

  // Lets the fault last: a second or two, or what GROUPRING_FAULT_SECONDS says.
  // Clients go on being answered.
  void Endure();

  // Has `groupring serve` read its settings again, with that url of
  // Redis.
  void Reload(const std::string& url);

  // Puts alpha out of service and back, and waits until clients notice both.
  // The milliseconds that the first took.
  double SeesChanges();

  // Ends the load and checks what a fault must not do: fail, answer nothing,
  // move a client, leave memory or sockets behind. Says so in one line.
  void Conclude(const std::string& fault, double noticed_millis);

  // What the process that groupring runs in holds now.
  Footprint Measure();

 private:
  FaultStage(const std::string& file, bool daemon);

  RedisUsers users_;
  RedisServer redis_{users_.arguments()};
  FaultyProxy proxy_;
  std::optional<GroupringServer> groupring_;
  std::optional<GroupringSettings> embedded_settings_;
  std::optional<PdnsServer> pdns_;
  std::optional<SteadyLoad> load_;
  Footprint before_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_FAULTS_STAGE_H_
