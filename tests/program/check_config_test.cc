// The program from outside: settings, usage, signals.
#include <signal.h>

#include <string>

#include "tests/support/catch.h"
#include "tests/support/groupring_server.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

CommandResult Check(const std::string& settings) {
  const TempDirectory directory;
  return RunCommand({GroupringProgram(), "check-config", "--config",
                     directory.Write("groupring.toml", settings)});
}

TEST_CASE("check-config passes the sample file") {
  const CommandResult result =
      RunCommand({GroupringProgram(), "check-config", "--config",
                  GROUPRING_SOURCE_DIR "/pdns-config/groupring.toml"});
  CHECK(result.status == 0);
  CHECK(result.output.find("well formed") != std::string::npos);
}

TEST_CASE("check-config names file, line and what was expected") {
  const CommandResult unknown = Check("[redis]\nulr = \"x\"\n");
  CHECK(unknown.status == 1);
  CHECK(unknown.errors.find("groupring.toml:2: [redis] has no setting ulr; "
                            "did you mean url?") != std::string::npos);
  const CommandResult url = Check("[redis]\nurl = \"redis://:pw@host:x/0\"\n");
  CHECK(url.status == 1);
  CHECK(url.errors.find("[redis] url: ") != std::string::npos);
  CHECK(url.errors.find("pw") == std::string::npos);
}

TEST_CASE("a wrong settings file stops serve and pipe at the start") {
  const TempDirectory directory;
  const std::string file = directory.Write("g.toml", "[listen]\nhttp = 1\n");
  for (const char* command : {"serve", "pipe"}) {
    const CommandResult result =
        RunCommand({GroupringProgram(), command, "--config", file});
    CHECK(result.status == 1);
    CHECK(result.errors.find("g.toml:2: [listen] http") != std::string::npos);
    CHECK(result.output.empty());
  }
}

TEST_CASE("usage: help and version succeed, nonsense is status 2") {
  CHECK(RunCommand({GroupringProgram(), "--help"}).status == 0);
  CHECK(RunCommand({GroupringProgram(), "serve", "--help"}).status == 0);
  const CommandResult version = RunCommand({GroupringProgram(), "--version"});
  CHECK(version.status == 0);
  CHECK(version.output.find("groupring ") == 0);
  CHECK(RunCommand({GroupringProgram()}).status == 2);
  CHECK(RunCommand({GroupringProgram(), "nonsense"}).status == 2);
}

TEST_CASE("SIGTERM ends serve cleanly and leaves no socket behind") {
  RedisServer redis;
  std::string socket;
  {
    GroupringServer serve(redis.url());
    socket = serve.settings().remote_socket();
    REQUIRE(RunCommand({"test", "-S", socket}).status == 0);
    CHECK(serve.process().Stop(SIGTERM) == 0);
  }
  CHECK(RunCommand({"test", "-e", socket}).status != 0);
}

TEST_CASE("SIGHUP reads the settings again, and a wrong file changes nothing") {
  RedisServer first;
  first.Run("HSET a.test:CONFIG SOA x\n");
  GroupringServer serve(first.url());
  const std::string good = ReadFile(serve.settings().file());
  {
    // The directory is the server's own, so its file is written through it.
    serve.settings().directory().Write("groupring.toml", "[redis]\nurl = 1\n");
    serve.process().Signal(SIGHUP);
    CHECK(WaitUntil([&] {
      return serve.process().Log().find("going on as before") !=
             std::string::npos;
    }));
  }
  serve.settings().directory().Write("groupring.toml", good);
  serve.process().Signal(SIGHUP);
  CHECK(WaitUntil([&] {
    return serve.process().Log().find("settings read again") !=
           std::string::npos;
  }));
  CHECK(serve.process().Running());
}

}  // namespace
}  // namespace groupring::testing
