// The program from outside: settings, usage, signals.
#include <signal.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/groupring_server.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"
#include "tests/support/redis_users.h"
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

TEST_CASE("check-config: what the unit makes when it starts is no warning") {
  const CommandResult result =
      RunCommand({GroupringProgram(), "check-config", "--config",
                  GROUPRING_SOURCE_DIR "/pdns-config/groupring.toml"});
  const std::string unit =
      ReadFile(GROUPRING_SOURCE_DIR "/pdns-config/systemd/groupring.service");
  CHECK_FALSE(Holds(result.errors, "there is no directory"));
  struct Made {
    const char* by;
    const char* setting;
    const char* folder;
  };
  for (const Made& made : {Made{"RuntimeDirectory=groupring\n",
                                "[listen] remote_unix", "/run/groupring"},
                           Made{"StateDirectory=groupring\n",
                                "[state] directory", "/var/lib/groupring"}}) {
    CAPTURE(made.folder);
    CHECK(Holds(unit, made.by));
    const std::string note = std::string(made.setting) +
                             ": there is no directory " + made.folder +
                             " yet; groupring.service makes it";
    CHECK(Holds(result.output, note) !=
          std::filesystem::is_directory(made.folder));
  }
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

TEST_CASE(
    "check-config says all that is wrong at once, and which file it read") {
  const CommandResult result = Check(
      "[redis]\nulr = 1\nurl = \"rediss://h:x/0\"\n[listen]\n"
      "remote_unix = \"r.sock\"\n");
  CHECK(result.status == 1);
  CHECK(result.output.starts_with("read /"));
  CHECK(Holds(result.errors, "groupring.toml:2: [redis] has no setting ulr"));
  CHECK(Holds(result.errors,
              "groupring.toml:5: [listen] remote_unix: expected "
              "the path of a unix socket, which begins with "
              "\"/\""));
  CHECK(Holds(result.errors, "[redis] url: "));
}

TEST_CASE("check-config says what this build lacks, and what is not there") {
  const CommandResult tls =
      Check("[redis]\nurl = \"rediss://redis.example/0\"\n");
  const bool has_tls = tls.status == 0;
  CHECK(Holds(tls.errors, "rediss:// needs TLS, which this build lacks") ==
        !has_tls);
  const CommandResult checker =
      Check("[checker]\nredis = \"rediss://redis.example/0\"\n");
  CHECK(Holds(checker.errors,
              "[checker] redis: rediss:// needs TLS, which this build lacks") ==
        !has_tls);
  const CommandResult half = Check("[redis]\ntls_key_file = \"/dev/null\"\n");
  CHECK(half.status == 1);
  CHECK(Holds(half.errors,
              "[redis] tls_cert_file and tls_key_file belong together"));
  const CommandResult missing = Check(
      "[listen]\nremote_unix = \"/nonexistent/a/r.sock\"\n"
      "control = \"/nonexistent/b/c.sock\"\n"
      "[state]\ndirectory = \"/nonexistent/c\"\n");
  CHECK(missing.status == 0);
  CHECK(Holds(missing.errors,
              "warning: [listen] remote_unix: there is no "
              "directory /nonexistent/a, and groupring serve "
              "does not start"));
  CHECK(Holds(missing.errors,
              "warning: [listen] control: there is no "
              "directory /nonexistent/b"));
  CHECK(Holds(missing.errors,
              "warning: [state] directory: there is no "
              "directory /nonexistent/c"));
}

TEST_CASE("check-config says what groupring checker would not start with") {
  for (const auto& [line, expected] :
       std::vector<std::pair<std::string, std::string>>{
           {"redis = \"gopher://x\"", "[checker] redis"},
           {"reference = [\"192.0.2.1\"]", "[checker] reference"},
           {"source = [\"ns1\"]", "[checker] source"},
           {"id = \"a:b\"", "[checker] id"}}) {
    CAPTURE(line);
    const CommandResult result = Check("[checker]\n" + line + "\n");
    INFO(result.errors);
    CHECK(result.status == 1);
    CHECK(Holds(result.errors, expected));
  }
  // Files of the checker's may be for its user alone.
  CHECK(Check("[checker]\nlogins_file = \"/nonexistent\"\n").status == 0);
  // A fault of [redis], which the checker shares, is said once.
  const CommandResult once = Check("[redis]\nurl = \"gopher://x\"\n");
  CHECK(once.errors.find("gopher") == once.errors.rfind("gopher"));
}

TEST_CASE(
    "GROUPRING_CONFIG names the settings file, and --config goes before") {
  const TempDirectory directory;
  const std::string named =
      directory.Write("named.toml", "[redis]\nurl = \"redis://named/0\"\n");
  const std::string given =
      directory.Write("given.toml", "[redis]\nurl = \"redis://given/0\"\n");
  const auto check = [&](const std::string& variable,
                         const std::vector<std::string>& more) {
    std::vector<std::string> argv = {"env", "GROUPRING_CONFIG=" + variable,
                                     GroupringProgram(), "check-config"};
    argv.insert(argv.end(), more.begin(), more.end());
    return RunCommand(argv);
  };
  CommandResult result = check(named, {});
  CHECK(result.status == 0);
  CHECK(Holds(result.output,
              "read " + named + ", which GROUPRING_CONFIG names\n"));
  CHECK(Holds(result.output, "redis://named:6379/0"));
  result = check(named, {"--config", given});
  CHECK(Holds(result.output, "redis://given:6379/0"));
  result = check(directory / "none.toml", {});
  CHECK(result.status == 1);
  CHECK(Holds(result.errors, "none.toml: cannot be read"));
  if (std::filesystem::exists("/etc/groupring/groupring.toml")) return;
  result = check("", {});
  CHECK(result.status == 0);
  CHECK(Holds(result.output, "no settings file was read: "));
}

TEST_CASE("one settings file serves nodes and operators, each as whom it is") {
  const RedisUsers users;
  RedisServer redis(users.arguments());
  redis.Run(kOperatorData);
  const TempDirectory secrets;
  const std::string password =
      secrets.Write("operator", RedisUsers::Password("operator") + "\n");
  const GroupringServer serve(
      RedisUsers::Url("node", redis),
      "[control]\nredis = \"unix://" + RedisUsers::Name("operator") + ":x@" +
          redis.socket() + "\"\nredis_password_file = \"" + password + "\"\n");
  const auto run = [&](const std::vector<std::string>& words,
                       const std::string& file) {
    std::vector<std::string> argv = {GroupringProgram()};
    argv.insert(argv.end(), words.begin(), words.end());
    argv.insert(argv.end(), {"--config", file});
    return RunCommand(argv);
  };
  const std::string& both = serve.settings().file();
  CommandResult result = run({"group", "disable", "px-1", "--wait"}, both);
  INFO(result.errors);
  CHECK(result.status == 0);
  result = run({"check-config"}, both);
  CHECK(result.status == 0);
  CHECK(Holds(result.output, "commands use Redis at "));
  CHECK_FALSE(RedisUsers::Betrays(result.output + result.errors));
  // With the rights of nodes nothing is changed, and it is said whose are
  // needed.
  const GroupringSettings alone(RedisUsers::Url("node", redis));
  result = run({"group", "enable", "px-1"}, alone.file());
  CHECK(result.status == 1);
  CHECK(Holds(result.errors, "groupring-operator"));
  // Who may not read the operators' password is told which setting is meant.
  const GroupringSettings no_password(
      redis.url(),
      "[control]\nredis = \"unix://x:y@/x.sock\"\nredis_password_file = "
      "\"/nonexistent/password\"\n");
  result = run({"status"}, no_password.file());
  CHECK(result.status == 1);
  CHECK(Holds(result.errors,
              "[control] redis_password_file: "
              "/nonexistent/password cannot be read"));
}

TEST_CASE("serve starts without the directory of the control socket") {
  RedisServer redis;
  redis.Run(kOperatorData);
  const GroupringSettings settings(redis.url());
  std::string text = ReadFile(settings.file());
  const std::string control = settings.control_socket();
  text.replace(text.find(control), control.size(), "/nonexistent/c.sock");
  settings.directory().Write("groupring.toml", text);
  Process serve(
      {.argv = {GroupringProgram(), "serve", "--config", settings.file()},
       .log_file = settings.directory() / "log"});
  CHECK(WaitUntil([&] { return Holds(serve.Log(), " serves; Redis at"); }));
  CHECK(Holds(serve.Log(), "[listen] control: "));
  CHECK(Holds(serve.Log(), "serving without it"));
  CHECK(HasLoaded(settings));
  CHECK(serve.Stop() == 0);
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
