// The settings of the daemon and of all commands, read from a TOML file.
#ifndef GROUPRING_BACKEND_SETTINGS_SETTINGS_H_
#define GROUPRING_BACKEND_SETTINGS_SETTINGS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "redis/base/log.h"

namespace groupring::backend {

inline constexpr std::string_view kDefaultSettingsFile =
    "/etc/groupring/groupring.toml";

// pdns-config/groupring.toml documents them for operators; a test compares the
// defaults.
struct Settings {
  struct Redis {
    std::string url = "unix:///run/redis/redis-server.sock";
    // Read at the start and at each reload; overrides a password in `url`.
    std::string password_file;
    std::string read = "master";
    std::string schema = "groupring";
    // Sentinels have users and passwords of their own.
    std::string sentinel_user;
    std::string sentinel_password;
    std::string sentinel_password_file;
    std::string tls_ca_file;
    std::string tls_cert_file;
    std::string tls_key_file;
    std::string tls_server_name;  // empty: the host of the URL
    std::chrono::milliseconds connect_timeout{1000};
    std::chrono::milliseconds command_timeout{1000};
    std::chrono::milliseconds scan_interval{2000};
    std::chrono::milliseconds reread_interval{60000};
    bool operator==(const Redis&) const = default;
  };
  struct Listen {
    // An empty string switches a listener off.
    std::string remote_unix = "/run/groupring/remote.sock";
    std::string pipe_unix = "/run/groupring/pipe.sock";
    std::string http = "127.0.0.1:8470";
    std::string pages;                    // empty: `http` serves them, too
    std::vector<std::string> http_hosts;  // names in Host headers
    std::string control = "/run/groupring/control.sock";
    std::string socket_group;  // of the unix sockets; empty: the process' own
    int64_t max_connections = 1024;
    int64_t max_http_connections = 512;
    int64_t report_memory_mb = 64;
    size_t ReportMemory() const {
      return static_cast<size_t>(report_memory_mb) << 20;
    }
    // The most bytes of one answer, and of memory while it is made.
    size_t MaxReportBytes() const { return ReportMemory() / 16; }
    size_t MemoryForOneReport() const { return 2 * MaxReportBytes(); }
    bool operator==(const Listen&) const = default;
  };
  struct State {
    std::string directory = "/var/lib/groupring";
    int64_t max_age_hours = 168;  // 0: any age
    bool operator==(const State&) const = default;
  };
  struct Node {
    std::string name;  // empty: the host's name
    bool operator==(const Node&) const = default;
  };
  // Of the mode inside PowerDNS.
  struct Embedded {
    std::string http;  // empty: no pages
    bool operator==(const Embedded&) const = default;
  };
  // For commands: their Redis user, and the limits of the interlocks
  // (backend/change).
  struct Control {
    std::string redis;                // empty: [redis] url
    std::string redis_password_file;  // overrides a password in `redis`
    int64_t min_weight_in_service_percent = 50;
    int64_t max_groups_out = 1;
    int64_t heavy_client_percent = 50;
    bool operator==(const Control&) const = default;
  };
  // How checkers probe. What they probe is in Redis.
  struct Checker {
    std::string id;  // empty: the host's name
    // Redis as the checker's user; empty: [redis] url and password_file.
    std::string redis;
    std::string redis_password_file;
    std::string http;                    // empty: no page
    std::vector<std::string> reference;  // ADDRESS:PORT
    std::vector<std::string> source;     // one address of a family at most
    int64_t per_host_per_second = 1;
    std::string logins_file;  // backend/health/logins.h; empty: no logins
    std::string tls_ca_file;  // PEM; empty: the system's authorities
    bool operator==(const Checker&) const = default;
  };
  struct Notify {
    // A program with its arguments, run for each event; empty: none.
    std::vector<std::string> command;
    int64_t timeout_seconds = 10;  // then it is killed
    int64_t per_minute = 60;       // at most
    bool operator==(const Notify&) const = default;
  };
  struct Log {
    Severity level = Severity::kInfo;  // and above
    bool operator==(const Log&) const = default;
  };

  Redis redis;
  Listen listen;
  State state;
  Node node;
  Embedded embedded;
  Control control;
  Checker checker;
  Notify notify;
  Log log;
  bool operator==(const Settings&) const = default;
};

// All settings, as "section.key".
std::vector<std::string> SettingNames();

// Settings, and everything that is wrong with their file.
struct CheckedSettings {
  Settings settings;
  // In the order of the file. Each starts with "<file>:<line>: " and says what
  // was expected. After an error of TOML's syntax nothing else is looked at.
  std::vector<std::string> errors;
};
CheckedSettings CheckSettings(const std::string& text, const std::string& file);

// Parses the text of a settings file. kInvalidArgument: something in it is
// wrong or unknown; the message is the first of CheckSettings.
absl::StatusOr<Settings> ParseSettings(const std::string& text,
                                       const std::string& file);

// The text of the file. A missing file is an error: with the defaults instead
// it might listen where nobody asks.
absl::StatusOr<std::string> ReadSettingsFile(const std::string& file);

// Reads and parses the file.
absl::StatusOr<Settings> LoadSettings(const std::string& file);

// Reads and parses `file`; if that is empty, kDefaultSettingsFile. If this does
// not exist, returns the defaults.
absl::StatusOr<Settings> LoadSettingsOrDefaults(const std::string& file);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SETTINGS_SETTINGS_H_
