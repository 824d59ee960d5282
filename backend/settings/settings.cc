#include "backend/settings/settings.h"

#include <toml++/toml.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "backend/settings/nearest.h"
#include "backend/settings/value_checks.h"
#include "redis/base/errno_status.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

// One setting. `assign` stores its value, or returns false if it is not what
// `expected` says.
struct Entry {
  std::string section;
  std::string key;
  std::string expected;
  std::function<bool(const toml::node&, Settings*)> assign;
};

template <typename Section>
Entry Text(std::string section, std::string key, std::string expected,
           Section Settings::*in, std::string Section::*member,
           const std::function<bool(const std::string&)>& accepts) {
  return {std::move(section), std::move(key), std::move(expected),
          [=](const toml::node& node, Settings* settings) {
            const auto value = node.value_exact<std::string>();
            if (!value.has_value() || !accepts(*value)) return false;
            settings->*in.*member = *value;
            return true;
          }};
}

template <typename Section>
Entry Millis(std::string key, int64_t least, int64_t most,
             Section Settings::*in, std::chrono::milliseconds Section::*member,
             std::string section) {
  return {std::move(section), std::move(key),
          absl::StrFormat("a number of milliseconds, %d to %d", least, most),
          [=](const toml::node& node, Settings* settings) {
            const auto value = node.value_exact<int64_t>();
            if (!value.has_value() || *value < least || *value > most) {
              return false;
            }
            settings->*in.*member = std::chrono::milliseconds(*value);
            return true;
          }};
}

template <typename Section>
Entry Number(std::string section, std::string key, int64_t least, int64_t most,
             Section Settings::*in, int64_t Section::*member) {
  return {std::move(section), std::move(key),
          absl::StrFormat("a number, %d to %d", least, most),
          [=](const toml::node& node, Settings* settings) {
            const auto value = node.value_exact<int64_t>();
            if (!value.has_value() || *value < least || *value > most) {
              return false;
            }
            settings->*in.*member = *value;
            return true;
          }};
}

template <typename Section>
Entry Words(std::string section, std::string key, std::string expected,
            Section Settings::*in, std::vector<std::string> Section::*member,
            const std::function<bool(const std::string&)>& accepts) {
  return {std::move(section), std::move(key), std::move(expected),
          [=](const toml::node& node, Settings* settings) {
            if (!node.is_array()) return false;
            std::vector<std::string> words;
            for (const toml::node& element : *node.as_array()) {
              const auto word = element.value_exact<std::string>();
              if (!word.has_value() || !accepts(*word)) return false;
              words.push_back(*word);
            }
            settings->*in.*member = std::move(words);
            return true;
          }};
}

template <typename... Words>
auto OneOf(Words... words) {
  return [=](const std::string& text) { return ((text == words) || ...); };
}
// A program by its path, and whatever follows.
bool AssignCommand(const toml::node& node, Settings* settings) {
  if (!node.is_array()) return false;
  std::vector<std::string> words;
  for (const toml::node& element : *node.as_array()) {
    const auto word = element.value_exact<std::string>();
    if (!word || word->find('\0') != std::string::npos) return false;
    words.push_back(*word);
  }
  if (!words.empty() && !words[0].starts_with('/')) return false;
  settings->notify.command = std::move(words);
  return true;
}
bool AssignLevel(const toml::node& node, Settings* settings) {
  static const std::map<std::string, Severity> kLevels{
      {"debug", Severity::kDebug},
      {"info", Severity::kInfo},
      {"warning", Severity::kWarning},
      {"error", Severity::kError}};
  const auto found = kLevels.find(node.value_exact<std::string>().value_or(""));
  if (found != kLevels.end()) settings->log.level = found->second;
  return found != kLevels.end();
}

std::vector<Entry> Entries() {
  using S = Settings;
  constexpr int64_t kHour = 3600 * 1000;
  const std::string file =
      "the path of a file, which begins with \"/\", or \"\" for none";
  const std::string socket =
      "the path of a unix socket, which begins with \"/\", or \"\" for none";
  const std::string redis_url =
      "unix:///path/to.sock, redis://[user:password@]host[:port][/db], "
      "rediss://… for TLS, or sentinel://host,host/master-name[/db]";
  return {
      Text("redis", "url", redis_url, &S::redis, &S::Redis::url, IsUrl),
      Text("redis", "password_file", file, &S::redis, &S::Redis::password_file,
           IsPathOrEmpty),
      Text("redis", "read", "\"master\", \"replica\" or \"local\"", &S::redis,
           &S::Redis::read, OneOf("master", "replica", "local")),
      Text("redis", "schema", "\"groupring\" or \"razor\"", &S::redis,
           &S::Redis::schema, OneOf("groupring", "razor")),
      Text("redis", "sentinel_user", "the name of a user of the sentinels",
           &S::redis, &S::Redis::sentinel_user, Anything),
      Text("redis", "sentinel_password", "the password of the sentinels",
           &S::redis, &S::Redis::sentinel_password, Anything),
      Text("redis", "sentinel_password_file", file, &S::redis,
           &S::Redis::sentinel_password_file, IsPathOrEmpty),
      Text("redis", "tls_ca_file", file, &S::redis, &S::Redis::tls_ca_file,
           IsPathOrEmpty),
      Text("redis", "tls_cert_file", file, &S::redis, &S::Redis::tls_cert_file,
           IsPathOrEmpty),
      Text("redis", "tls_key_file", file, &S::redis, &S::Redis::tls_key_file,
           IsPathOrEmpty),
      Text("redis", "tls_server_name", "a name that Redis' certificate has",
           &S::redis, &S::Redis::tls_server_name, Anything),
      Millis("connect_timeout_ms", 1, 60000, &S::redis,
             &S::Redis::connect_timeout, "redis"),
      Millis("command_timeout_ms", 1, 60000, &S::redis,
             &S::Redis::command_timeout, "redis"),
      Millis("scan_interval_ms", 100, kHour, &S::redis,
             &S::Redis::scan_interval, "redis"),
      Millis("reread_interval_ms", 1000, kHour, &S::redis,
             &S::Redis::reread_interval, "redis"),
      Text("listen", "remote_unix", socket, &S::listen, &S::Listen::remote_unix,
           IsPathOrEmpty),
      Text("listen", "pipe_unix", socket, &S::listen, &S::Listen::pipe_unix,
           IsPathOrEmpty),
      Text("listen", "http",
           "an address and port such as \"127.0.0.1:8470\", "
           "or \"\" for none",
           &S::listen, &S::Listen::http, IsHostPort),
      Text("listen", "pages",
           "an address and port such as \"192.0.2.1:8471\", "
           "or \"\" for none",
           &S::listen, &S::Listen::pages, IsHostPort),
      Words("listen", "http_hosts",
            "a list of host names without ports, such as "
            "[\"groupring.example.net\"]",
            &S::listen, &S::Listen::http_hosts, IsHostName),
      Text("listen", "control", socket, &S::listen, &S::Listen::control,
           IsPathOrEmpty),
      Text("listen", "socket_group",
           "the name of a group, or \"\" for the process' own", &S::listen,
           &S::Listen::socket_group, Anything),
      Number("listen", "max_connections", 1, 100000, &S::listen,
             &S::Listen::max_connections),
      Number("listen", "max_http_connections", 1, 10000, &S::listen,
             &S::Listen::max_http_connections),
      Number("listen", "report_memory_mb", 8, 65536, &S::listen,
             &S::Listen::report_memory_mb),
      Text("state", "directory",
           "the path of a directory, which begins with \"/\", or \"\" for none",
           &S::state, &S::State::directory, IsPathOrEmpty),
      Number("state", "max_age_hours", 0, 100000, &S::state,
             &S::State::max_age_hours),
      Text("node", "name", "a name without spaces, or \"\" for the host's own",
           &S::node, &S::Node::name, IsWord),
      Text("embedded", "http",
           "an address and port such as \"127.0.0.1:8473\", "
           "or \"\" for none",
           &S::embedded, &S::Embedded::http, IsHostPort),
      Text("control", "redis", redis_url + ", or \"\" for [redis] url",
           &S::control, &S::Control::redis, IsUrlOrEmpty),
      Text("control", "redis_password_file", file, &S::control,
           &S::Control::redis_password_file, IsPathOrEmpty),
      Number("control", "min_weight_in_service_percent", 0, 100, &S::control,
             &S::Control::min_weight_in_service_percent),
      Number("control", "max_groups_out", 0, 1000000, &S::control,
             &S::Control::max_groups_out),
      Number("control", "heavy_client_percent", 1, 100, &S::control,
             &S::Control::heavy_client_percent),
      Text("checker", "id",
           "a name of letters, digits, dots, hyphens and underscores, or \"\" "
           "for the host's own",
           &S::checker, &S::Checker::id,
           [](const std::string& text) {
             return text.empty() || IsHostName(text);
           }),
      Text("checker", "redis",
           "the URL of Redis, as that of [redis], or \"\" for the same",
           &S::checker, &S::Checker::redis, IsUrlOrEmpty),
      Text("checker", "redis_password_file", file, &S::checker,
           &S::Checker::redis_password_file, IsPathOrEmpty),
      Text("checker", "http",
           "an address and port such as \"127.0.0.1:8472\", "
           "or \"\" for none",
           &S::checker, &S::Checker::http, IsHostPort),
      Words("checker", "reference",
            "a list of addresses with ports, such as "
            "[\"192.0.2.1:53\", \"[2001:db8::1]:53\"]",
            &S::checker, &S::Checker::reference, IsAddressWithPort),
      Words("checker", "source",
            "a list of one address of each family at most, such as "
            "[\"192.0.2.7\", \"2001:db8::7\"]",
            &S::checker, &S::Checker::source, IsAddress),
      Number("checker", "per_host_per_second", 1, 1000, &S::checker,
             &S::Checker::per_host_per_second),
      Text("checker", "logins_file", file, &S::checker,
           &S::Checker::logins_file, IsPathOrEmpty),
      Text("checker", "tls_ca_file", file, &S::checker,
           &S::Checker::tls_ca_file, IsPathOrEmpty),
      {"notify", "command",
       "a list of a program and its arguments, such as "
       "[\"/usr/local/bin/groupring-event\"], or [] for none",
       AssignCommand},
      Number("notify", "timeout_seconds", 1, 600, &S::notify,
             &S::Notify::timeout_seconds),
      Number("notify", "per_minute", 1, 6000, &S::notify,
             &S::Notify::per_minute),
      {"log", "level", "\"debug\", \"info\", \"warning\" or \"error\"",
       AssignLevel},
  };
}

std::string ErrorAt(const std::string& file, const toml::source_region& where,
                    const std::string& what) {
  return absl::StrFormat("%s:%d: %s", file, static_cast<int>(where.begin.line),
                         Printable(what));
}

struct Error {
  uint32_t line = 0;
  std::string text;
};

// Reads one file, and goes on after what is wrong.
class Reader {
 public:
  Reader(const std::string& file, Settings* settings)
      : file_(file), entries_(Entries()), settings_(settings) {}

  std::vector<std::string> Read(const toml::table& root) {
    std::vector<std::string> sections;
    for (const Entry& entry : entries_) sections.push_back(entry.section);
    for (const auto& [section_node, node] : root) {
      const std::string section(section_node.str());
      if (!absl::c_linear_search(sections, section)) {
        Add(section_node.source(),
            absl::StrFormat("there is no section [%s]%s", section,
                            DidYouMean(section, sections)));
      } else if (!node.is_table()) {
        Add(node.source(),
            absl::StrFormat("%s is a section: write [%s]", section, section));
      } else {
        ReadSection(section, *node.as_table());
      }
    }
    // The parser sorts by name.
    std::ranges::stable_sort(errors_, {}, &Error::line);
    std::vector<std::string> texts;
    for (Error& error : errors_) texts.push_back(std::move(error.text));
    return texts;
  }

 private:
  void ReadSection(const std::string& section, const toml::table& table) {
    for (const auto& [key_node, node] : table) {
      const std::string key(key_node.str());
      const auto entry = absl::c_find_if(entries_, [&](const Entry& e) {
        return e.section == section && e.key == key;
      });
      if (entry == entries_.end()) {
        std::vector<std::string> known;
        for (const Entry& e : entries_) {
          if (e.section == section) known.push_back(e.key);
        }
        Add(key_node.source(),
            absl::StrFormat("[%s] has no setting %s%s", section, key,
                            DidYouMean(key, known)));
      } else if (!entry->assign(node, settings_)) {
        Add(node.source(), absl::StrFormat("[%s] %s: expected %s", section, key,
                                           entry->expected));
      }
    }
  }

  void Add(const toml::source_region& where, const std::string& what) {
    errors_.push_back({where.begin.line, ErrorAt(file_, where, what)});
  }

  const std::string& file_;
  const std::vector<Entry> entries_;
  Settings* const settings_;
  std::vector<Error> errors_;
};

}  // namespace

std::vector<std::string> SettingNames() {
  std::vector<std::string> names;
  for (const Entry& entry : Entries()) {
    names.push_back(entry.section + "." + entry.key);
  }
  return names;
}

CheckedSettings CheckSettings(const std::string& text,
                              const std::string& file) {
  CheckedSettings checked;
  try {
    const toml::table root = toml::parse(text, file);
    checked.errors = Reader(file, &checked.settings).Read(root);
  } catch (const toml::parse_error& error) {
    checked.errors = {
        ErrorAt(file, error.source(), std::string(error.description()))};
  }
  return checked;
}

absl::StatusOr<Settings> ParseSettings(const std::string& text,
                                       const std::string& file) {
  CheckedSettings checked = CheckSettings(text, file);
  if (checked.errors.empty()) return std::move(checked.settings);
  return absl::InvalidArgumentError(checked.errors.front());
}

absl::StatusOr<std::string> ReadSettingsFile(const std::string& file) {
  const auto failed = [&] {
    return absl::NotFoundError(
        absl::StrFormat("%s: cannot be read: %s; --config or GROUPRING_CONFIG "
                        "names another settings file",
                        file, ErrnoText(errno)));
  };
  std::ifstream in(file);
  if (!in) return failed();
  std::ostringstream text;
  // Of a directory, which opens, nothing can be read.
  if (in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
  if (in.bad()) return failed();
  return text.str();
}

absl::StatusOr<Settings> LoadSettings(const std::string& file) {
  const absl::StatusOr<std::string> text = ReadSettingsFile(file);
  if (!text.ok()) return text.status();
  return ParseSettings(*text, file);
}

absl::StatusOr<Settings> LoadSettingsOrDefaults(const std::string& file) {
  if (!file.empty()) return LoadSettings(file);
  const std::string path(kDefaultSettingsFile);
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return Settings();
  return LoadSettings(path);
}

}  // namespace groupring::backend
