#include "tests/program/operator.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {
namespace {

constexpr const char* kUser = "ana";

std::string HostName() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

std::vector<std::string> Split(std::string_view line) {
  std::vector<std::string> words;
  bool quoted = false;
  bool in_word = false;
  for (const char c : line) {
    if (c == '\'') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (c != '\'') words.back() += c;
  }
  return words;
}

void ReplaceAll(std::string* text, const std::string& from,
                const std::string& to) {
  for (size_t at = text->find(from); at != std::string::npos;
       at = text->find(from, at + to.size())) {
    text->replace(at, from.size(), to);
  }
}

}  // namespace

const char* const kOperatorData = R"(
HSET example.org:CONFIG SOA "ns1.example.org. hostmaster.example.org. 1 3600 600 604800 60" NS ns1.example.org,ns2.example.org
HSET example.org:CONFIG RECORDS '[{"name":"www","type":"A","content":"192.0.2.80","ttl":300},{"name":"ns1","type":"A","content":"192.0.2.53"},{"name":"ns2","type":"A","content":"192.0.2.54"}]'
SADD ftp.example.org:GROUPS px-1 px-2 px-3
SADD files.example.org:GROUPS px-1 px-2 px-3
HSET files.example.org:CONFIG TTL 30
HSET files.example.org:WEIGHTS px-1 200
HSET random.example.org:CONFIG ANSWER random TTL 20
SADD random.example.org:A 192.0.2.7 192.0.2.8
SADD px-1:A 203.0.113.1 203.0.113.2
SADD px-2:A 203.0.113.3 203.0.113.4
SADD px-3:A 203.0.113.5 203.0.113.6
SADD px-1:AAAA 2001:db8:1::1
SADD px-2:AAAA 2001:db8:2::1
SADD px-3:AAAA 2001:db8:3::1
)";

namespace {

std::vector<std::string> Joined(std::vector<std::string> first,
                                const std::vector<std::string>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

Operator::Operator(std::vector<std::string> redis_arguments,
                   std::string_view settings)
    : redis_(Joined(users_.arguments(), redis_arguments)),
      settings_(RedisUsers::Url("operator", redis_), settings),
      owner_settings_(redis_.url(), settings) {
  redis_.Run(kOperatorData);
}

namespace {

std::vector<std::string> WordsWith(std::string_view line,
                                   const std::string& settings_file) {
  std::vector<std::string> argv = {"env", "-u", "NO_COLOR",
                                   std::string("SUDO_USER=") + kUser,
                                   GroupringProgram()};
  const std::vector<std::string> words = Split(line);
  argv.insert(argv.end(), words.begin(), words.end());
  argv.push_back("--config");
  argv.push_back(settings_file);
  return argv;
}

}  // namespace

std::vector<std::string> Operator::Words(std::string_view line) const {
  const bool is_doctor = line.starts_with("doctor");
  return WordsWith(line, (is_doctor ? owner_settings_ : settings_).file());
}

CommandResult Operator::Run(std::string_view line,
                            const std::string& settings_file) const {
  return RunCommand(WordsWith(line, settings_file));
}

CommandResult Operator::Run(std::string_view line) const {
  return RunCommand(Words(line));
}

CommandResult Operator::Type(std::string_view line) {
  CommandResult result = Run(line);
  transcript_ += "$ groupring " + std::string(line) + "\n" + result.output +
                 result.errors + "[" + std::to_string(result.status) + "]\n\n";
  return result;
}

void Operator::CheckTranscript(const std::string& name) {
  const std::string file = GROUPRING_SOURCE_DIR "/tests/program/golden/" + name;
  const std::string steady = Steady(std::exchange(transcript_, ""));
  if (std::getenv("GROUPRING_RECORD_GOLDEN") != nullptr) {
    std::ofstream(file) << steady;
  }
  // Line by line, so that a difference is found at once.
  std::istringstream expected(ReadFile(file));
  std::istringstream got(steady);
  std::string typed;
  for (std::string want, have; true;) {
    const bool more_wanted = static_cast<bool>(std::getline(expected, want));
    const bool more_given = static_cast<bool>(std::getline(got, have));
    if (!more_wanted && !more_given) return;
    if (have.starts_with("$ ")) typed = have;
    INFO(name << ", below " << typed);
    REQUIRE((more_given ? have : "the end") ==
            (more_wanted ? want : "the end"));
  }
}

std::map<std::string, std::string> Operator::AllKeys() {
  std::map<std::string, std::string> keys;
  std::istringstream names(redis_.Run("KEYS *"));
  for (std::string name; std::getline(names, name);) {
    if (!name.empty()) keys[name] = redis_.Run("DUMP " + name);
  }
  return keys;
}

std::string PdnsConf(std::string_view file, const GroupringSettings& settings) {
  std::string text =
      ReadFile(GROUPRING_SOURCE_DIR "/pdns-config/" + std::string(file));
  ReplaceAll(&text, "/run/groupring/remote.sock", settings.remote_socket());
  ReplaceAll(&text, "/run/groupring/pipe.sock", settings.pipe_socket());
  ReplaceAll(&text, "127.0.0.1:8470",
             "127.0.0.1:" + std::to_string(settings.http_port()));
  ReplaceAll(&text, "/usr/bin/groupring", GroupringProgram());
  return text + "\nsetuid=" + std::to_string(::geteuid()) + "\n";
}

std::string NodeSettings(std::string_view name) {
  return "[node]\nname = \"" + std::string(name) + "\"\n";
}

std::string Steady(std::string text) {
  const std::string who = std::string(kUser) + "@" + HostName();
  // The column of who did it is as wide as that, two spaces apart.
  ReplaceAll(&text, "WHO" + std::string(who.size() - 1, ' '), "WHO      ");
  ReplaceAll(&text, who, "ana@ops");
  const std::pair<const char*, const char*> volatiles[] = {
      {R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)", "2027-01-15T08:00:00Z"},
      {R"(\b\d{13}-\d+)", "1800000000000-0"},
      {R"(\b1[5-9]\d{8}\b)", "1800000000"},
      {R"(\b\d\.\d s ago)", "0.1 s ago"},
      {R"((\d+), \d+\.\d s old)", "$1, 0.1 s old"},
      {R"("snapshot_age_seconds": [0-9.e-]+)", "\"snapshot_age_seconds\": 0.0"},
      {R"("pid": ?\d+)", "\"pid\": 4711"},
      {R"("instance": ?"[0-9a-f]+")", "\"instance\": \"0123456789abcdef\""},
      {R"("host": ?"[^"]+")", "\"host\": \"ops\""},
      {R"("place": ?"[^"]+")", "\"place\": \"/run/remote.sock\""},
      {R"("clock_offset_seconds": ?[-0-9.e]+)",
       "\"clock_offset_seconds\": 0.0"},
      {R"("cached_until": ?\{[^}]*\})", "\"cached_until\": {}"},
      {R"("groupring": ?"[0-9.]+")", "\"groupring\": \"1.2.3\""},
      {R"(  \d+\.\d+\.\d+  )", "  1.2.3  "}};
  for (const auto& [pattern, with] : volatiles) {
    text = std::regex_replace(text, std::regex(pattern), with);
  }
  return text;
}

bool Holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace groupring::testing
