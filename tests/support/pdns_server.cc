#include "tests/support/pdns_server.h"

#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "tests/support/dns_client.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

constexpr int kPortAttempts = 5;

std::string ConfigFile(const std::string& name) {
  return std::string(GROUPRING_SOURCE_DIR) + "/pdns-config/" + name;
}

// Replaces every occurrence; whether there was one.
bool Replace(std::string* text, const std::string& from,
             const std::string& to) {
  bool found = false;
  for (size_t at = text->find(from); at != std::string::npos;
       at = text->find(from, at + to.size())) {
    text->replace(at, from.size(), to);
    found = true;
  }
  return found;
}

bool Answers(uint16_t port) {
  try {
    DnsClient(port).Ask({.name = "example.org", .type = "SOA"});
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

}  // namespace

PdnsServer::PdnsServer(const std::string& file,
                       const GroupringSettings& settings,
                       std::vector<std::string> options, Edits edits) {
  std::vector<std::string> all;
  if (file.empty()) {
    directory_.Write("pdns.conf", "launch=\nsecurity-poll-suffix=\n");
  } else {
    std::filesystem::create_symlink(ConfigFile(file), directory_ / "pdns.conf");
    all = Overrides(file, settings, edits);
  }
  all.insert(all.end(), options.begin(), options.end());
  for (int attempt = 0; attempt < kPortAttempts; ++attempt) {
    port_.emplace();
    if (Start(all)) return;
    // Another port helps only where this one was taken.
    if (process_->Log().find("Address already in use") == std::string::npos) {
      break;
    }
  }
  throw std::runtime_error("pdns_server does not start:\n" + process_->Log());
}

std::vector<std::string> PdnsServer::Overrides(
    const std::string& file, const GroupringSettings& settings,
    const Edits& edits) {
  std::string named_conf = ReadFile(ConfigFile("named.conf"));
  Replace(&named_conf, "/etc/powerdns/", ConfigFile(""));
  std::string script = ReadFile(ConfigFile("groupring.lua"));
  Replace(&script, "/etc/groupring/groupring.toml", settings.file());
  Replace(&script, "library = \"libgroupring.so.1\"",
          "library = \"" GROUPRING_LIBRARY "\"");
  Replace(&script, "/usr/share/groupring/",
          GROUPRING_SOURCE_DIR "/backend/embedded/");
  Edits places = {
      {"/run/groupring/remote.sock", settings.remote_socket()},
      {"/run/groupring/pipe.sock", settings.pipe_socket()},
      {"127.0.0.1:8470", "127.0.0.1:" + std::to_string(settings.http_port())},
      {"/usr/bin/groupring", GroupringProgram()},
      {"/etc/groupring/groupring.toml", settings.file()},
      {"/etc/powerdns/groupring.lua",
       directory_.Write("groupring.lua", script)},
      {"/etc/powerdns/named.conf", directory_.Write("named.conf", named_conf)}};
  // A loaded machine is no failure: PowerDNS waits for its backend as long as
  // tests wait for anything.
  for (const char* timeout : {"timeout=1000", "timeout=2000"}) {
    places.emplace_back(timeout, "timeout=20000");
  }
  places.insert(places.end(), edits.begin(), edits.end());
  std::vector<std::string> overrides;
  std::istringstream lines(ReadFile(ConfigFile(file)));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    bool changed = false;
    for (const auto& [from, to] : places) changed |= Replace(&line, from, to);
    if (changed) overrides.push_back("--" + line);
  }
  return overrides;
}

bool PdnsServer::Start(const std::vector<std::string>& options) {
  std::vector<std::string> argv = {
      "pdns_server",
      "--config-dir=" + directory_.path(),
      "--socket-dir=" + directory_.path(),
      "--local-address=127.0.0.1",
      "--local-port=" + std::to_string(port()),
      "--proxy-protocol-from=" + std::string(kBalancer),
      "--queue-limit=20000",  // milliseconds; drops what waits for longer
      "--daemon=no",
      "--guardian=no",
      "--disable-syslog=yes",
      "--write-pid=no"};
  argv.insert(argv.end(), options.begin(), options.end());
  process_.emplace(
      ProcessOptions{.argv = argv, .log_file = directory_ / "pdns.log"});
  const bool ready =
      WaitUntil([this] { return !process_->Running() || Answers(port()); });
  return ready && process_->Running();
}

std::string PdnsServer::Control(const std::vector<std::string>& command) {
  std::vector<std::string> argv = {"pdns_control",
                                   "--config-dir=" + directory_.path(),
                                   "--socket-dir=" + directory_.path()};
  argv.insert(argv.end(), command.begin(), command.end());
  const CommandResult result = RunCommand(argv);
  return result.output + result.errors;
}

}  // namespace groupring::testing
