// Files of sockets that somebody removes while groupring listens on them.
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/integration/deployment.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"
#include "tests/support/groupring_server.h"
#include "tests/support/process.h"
#include "tests/support/steady_load.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

namespace fs = std::filesystem;

bool IsThere(const std::string& path) {
  return WaitUntil([&] { return fs::is_socket(path); });
}

TEMPLATE_TEST_CASE("a socket file that is removed is there again", "",
                   RemoteUnix, PipeUnix) {
  Deployment deployment(TestType::Get());
  const GroupringSettings& settings = deployment.settings();
  SteadyLoad load(deployment.port(), {});
  load.Await(100);
  for (const std::string& path :
       {settings.remote_socket(), settings.pipe_socket(),
        settings.control_socket()}) {
    INFO(path);
    REQUIRE(fs::remove(path));
    CHECK(IsThere(path));
  }
  load.Await(100);
  // The connections of PowerDNS stay, and new ones are answered.
  const LoadReport report = load.Stop();
  INFO(report.Text() << deployment.Log());
  CHECK(report.Flawless());
  CHECK(HasLoaded(settings));
  CHECK(deployment.Log().find(settings.remote_socket() +
                              " was removed by somebody; listening on it "
                              "again") != std::string::npos);
  // Through the new control socket; the files stay with the new process.
  REQUIRE(deployment.groupring().Replace().status == 0);
  CHECK(HasLoaded(settings));
  REQUIRE(fs::remove(settings.remote_socket()));
  CHECK(IsThere(settings.remote_socket()));
  // The file is there a moment before anybody listens.
  CHECK(WaitUntil([&] { return HasLoaded(settings); }));
}

std::string Readyz(const GroupringSettings& settings) {
  return RunCommand({"curl", "-s",
                     "http://127.0.0.1:" +
                         std::to_string(settings.http_port()) + "/readyz"})
      .output;
}

bool Holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("a socket that cannot be listened on again is told until it can") {
  Deployment deployment(RemoteUnix::Get());
  const GroupringSettings& settings = deployment.settings();
  REQUIRE(Readyz(settings) == "ok\n");
  REQUIRE(fs::remove(settings.remote_socket()));
  // Not removed, since nobody knows what it is.
  std::ofstream(settings.remote_socket()) << "x";
  CHECK(WaitUntil(
      [&] { return Holds(Readyz(settings), "exists and is no socket"); }));
  // The node tells it with its next heartbeat.
  CHECK(WaitUntil([&] {
    return Holds(RunCommand({GroupringProgram(), "nodes", "--config",
                             deployment.operator_settings().file()})
                     .output,
                 "exists and is no socket");
  }));
  CHECK(fs::file_size(settings.remote_socket()) == 1);
  REQUIRE(fs::remove(settings.remote_socket()));
  CHECK(IsThere(settings.remote_socket()));
  CHECK(WaitUntil([&] { return Readyz(settings) == "ok\n"; }));
  CHECK(HasLoaded(settings));
}

}  // namespace
}  // namespace groupring::testing
