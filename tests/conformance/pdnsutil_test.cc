// `pdnsutil backend-cmd`, the real one, with the files of pdns-config/.
#include <string>

#include "tests/support/catch.h"
#include "tests/support/groupring_server.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"
#include "tests/support/sample_data.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {
namespace {

void Replace(std::string* text, const std::string& from,
             const std::string& to) {
  for (size_t at = text->find(from); at != std::string::npos;
       at = text->find(from, at + to.size())) {
    text->replace(at, from.size(), to);
  }
}

// Runs it with the file, whose paths become those of the settings.
CommandResult BackendCmd(const std::string& file, const std::string& backend,
                         const GroupringSettings& settings,
                         const std::string& command) {
  std::string text = ReadFile(GROUPRING_SOURCE_DIR "/pdns-config/" + file);
  Replace(&text, "/run/groupring/remote.sock", settings.remote_socket());
  Replace(&text, "/run/groupring/pipe.sock", settings.pipe_socket());
  Replace(&text, "/usr/bin/groupring", GroupringProgram());
  Replace(&text, "/etc/groupring/groupring.toml", settings.file());
  Replace(&text, "127.0.0.1:8470",
          "127.0.0.1:" + std::to_string(settings.http_port()));
  const TempDirectory directory;
  directory.Write("pdns.conf", text);
  return RunCommand({"pdnsutil", "--config-dir=" + directory.path(),
                     "backend-cmd", backend, command});
}

TEST_CASE("pdnsutil backend-cmd reaches groupring in every mode") {
  RedisServer redis;
  redis.Run(SampleData(false));
  const GroupringServer server(redis.url());
  const std::pair<const char*, const char*> modes[] = {
      {"remote-unix.conf", "remote"},
      {"remote-http.conf", "remote"},
      {"remote-pipe.conf", "remote"},
      {"pipe-abi.conf", "pipe"},
      {"pipe-unix.conf", "pipe"}};
  for (const auto& [file, backend] : modes) {
    const auto ask = [&, file = file, backend = backend](const char* command) {
      return BackendCmd(file, backend, server.settings(), command);
    };
    const CommandResult status = ask("status");
    INFO(file << ": " << status.output << status.errors);
    CHECK(status.status == 0);
    CHECK(status.output.find("serving  4 names in 2 zones from 3 groups\n") !=
          std::string::npos);
    CHECK(ask("explain files.example.org 198.51.100.0/24")
              .output.find("order of groups for this slot") !=
          std::string::npos);
    CHECK(ask("group disable alpha").output.find("groupring answers here: ") !=
          std::string::npos);
  }
  CHECK(redis.Run("EXISTS alpha:STATE") == "0\n");
}

}  // namespace
}  // namespace groupring::testing
