// A running `serve` is replaced; or is not, and goes on.
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_format.h"
#include "tests/support/catch.h"
#include "tests/support/groupring_server.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"
#include "tests/support/sample_data.h"
#include "tests/support/temp_directory.h"
#include "tests/support/unix_stream.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

const std::string kLookup =
    R"({"method":"lookup","parameters":{"qname":"www.example.org.",)"
    R"("qtype":"ANY","remote":"192.0.2.1","real-remote":"198.51.100.0/24"}})";

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string Ask(UnixStream* stream, const std::string& bytes) {
  stream->lines().Send(bytes);
  return stream->lines().ReadLine().value_or("the connection ended");
}

bool Answers(const GroupringServer& serve) {
  UnixStream stream(serve.settings().remote_socket());
  return Contains(Ask(&stream, kLookup + "\n"), "192.0.2.80");
}

// A program of the test's own, which is upgraded while it runs.
class Installed {
 public:
  Installed() { std::filesystem::copy_file(GroupringProgram(), path()); }

  std::string path() const { return directory_ / "groupring"; }

  // Replaces the file, as a package does.
  void Upgrade(const std::string& text, mode_t mode = 0755) {
    const std::string beside = directory_.Write("beside", text);
    ::chmod(beside.c_str(), mode);
    std::filesystem::rename(beside, path());
  }

 private:
  TempDirectory directory_;
};

struct Filled : RedisServer {
  Filled() { Run(SampleData(false)); }
};

struct Running {
  Installed program;
  Filled redis;
  GroupringServer serve{redis.url(), "", true, program.path()};
};

TEST_CASE("conversations go on in the process that replaces") {
  Filled redis;
  GroupringServer serve(redis.url());
  UnixStream idle(serve.settings().remote_socket());
  UnixStream amid_a_line(serve.settings().remote_socket());
  UnixStream pipe(serve.settings().pipe_socket());
  CHECK(Contains(Ask(&idle, kLookup + "\n"), "192.0.2.80"));
  amid_a_line.lines().Send(kLookup.substr(0, 20));
  CHECK(Contains(Ask(&pipe, "HELO\t3\n"), "OK"));

  const pid_t before = serve.process().pid();
  for (int i = 0; i < 2; ++i) {
    const pid_t running = serve.process().pid();
    const CommandResult result = serve.Replace();
    INFO(result.errors);
    REQUIRE(result.status == 0);
    CHECK(Contains(result.errors,
                   absl::StrFormat("process %d is replaced by", running)));
  }
  CHECK(serve.process().pid() != before);
  CHECK(Contains(Ask(&idle, kLookup + "\n"), "192.0.2.80"));
  CHECK(Contains(Ask(&amid_a_line, kLookup.substr(20) + "\n"), "192.0.2.80"));
  // Fields of ABI 3: the version is not asked for again.
  CHECK(Contains(Ask(&pipe,
                     "Q\twww.example.org\tIN\tANY\t-1\t192.0.2.1\t192.0.2.2\t"
                     "198.51.100.0/24\n"),
                 "DATA\t0\t1\twww.example.org"));
  CHECK(Answers(serve));
}

TEST_CASE("settings that are wrong replace nothing, and the reason is said") {
  Running running;
  running.serve.settings().directory().Write("groupring.toml",
                                             "[redis]\nurl = 1\n[listen]\n"
                                             "control = \"/none\"\n");
  // The command itself reads them, too; so it is told the good ones.
  const TempDirectory good;
  const CommandResult result = RunCommand(
      {GroupringProgram(), "replace", "--config",
       good.Write("g.toml", "[listen]\ncontrol = \"" +
                                running.serve.settings().control_socket() +
                                "\"\n")});
  CHECK(result.status == 1);
  CHECK(Contains(result.errors, "goes on: "));
  CHECK(Contains(result.errors, "groupring.toml:2: [redis] url"));
  CHECK(Contains(running.serve.process().Log(),
                 "not replaced, going on as before: "));
  CHECK(Answers(running.serve));
}

TEST_CASE("a Redis that the new process does not reach replaces nothing") {
  Filled redis;
  GroupringServer serve(redis.url());
  std::string settings = ReadFile(serve.settings().file());
  settings.replace(settings.find(redis.url()), redis.url().size(),
                   "unix:///nowhere/redis.sock");
  serve.settings().directory().Write("groupring.toml", settings);
  const CommandResult result = serve.Replace();
  CHECK(result.status == 1);
  CHECK(Contains(result.errors,
                 "Redis at unix:///nowhere/redis.sock?db=0 is "
                 "not loaded within"));
  CHECK(Answers(serve));
}

TEST_CASE("a new program that ends at once replaces nothing") {
  Running running;
  running.program.Upgrade("#!/bin/sh\nexit 3\n");
  const CommandResult result = running.serve.Replace();
  CHECK(result.status == 1);
  CHECK(Contains(result.errors, "ended with status 3 before it was ready"));
  CHECK(Answers(running.serve));
}

TEST_CASE("a new program that crashes replaces nothing") {
  Running running;
  running.program.Upgrade("#!/bin/sh\nkill -SEGV $$\n");
  const CommandResult result = running.serve.Replace();
  CHECK(result.status == 1);
  CHECK(Contains(result.errors, "was ended by signal 11"));
  CHECK(Answers(running.serve));
}

TEST_CASE("a new program that cannot be run replaces nothing") {
  Running running;
  running.program.Upgrade("no program", 0644);
  const CommandResult result = running.serve.Replace();
  CHECK(result.status == 1);
  CHECK(Contains(result.errors, "cannot be run: Permission denied"));
  CHECK(Answers(running.serve));
}

TEST_CASE("a new program that hangs is ended, and replaces nothing") {
  Running running;
  running.program.Upgrade("#!/bin/sh\nexec sleep 1000\n");
  const CommandResult result = running.serve.Replace({"--timeout", "1s"});
  CHECK(result.status == 1);
  const std::string before = "the new process ";
  const size_t at = result.errors.find(before);
  REQUIRE(at != std::string::npos);
  CHECK(Contains(result.errors, "was not ready within 1000 ms"));
  const pid_t hung = std::stoi(result.errors.substr(at + before.size()));
  CHECK(WaitUntil([&] { return ::kill(hung, 0) != 0; }));
  CHECK(Answers(running.serve));
}

TEST_CASE("one replacement at a time") {
  Running running;
  running.program.Upgrade("#!/bin/sh\nexec sleep 1000\n");
  Process first({.argv = {GroupringProgram(), "replace", "--config",
                          running.serve.settings().file(), "--timeout", "1h"}});
  REQUIRE(WaitUntil([&] {
    return Contains(running.serve.process().Log(), "to be replaced by process");
  }));
  const CommandResult second = running.serve.Replace();
  CHECK(second.status == 3);
  CHECK(Contains(second.errors, "a replacement by process"));
  CHECK(Contains(second.errors, "is under way"));
  CHECK(Answers(running.serve));

  // It ends while one is under way: the one that waits hears of it.
  CHECK(running.serve.process().Stop() == 0);
  CHECK(first.Wait() == 1);
}

TEST_CASE("changed listeners: new ones are opened, old ones are gone") {
  Filled redis;
  GroupringServer serve(redis.url());
  const GroupringSettings& at = serve.settings();
  const std::string moved = at.directory() / "moved.sock";
  std::string settings = ReadFile(at.file());
  settings.replace(settings.find(at.remote_socket()), at.remote_socket().size(),
                   moved);
  at.directory().Write("groupring.toml", settings);
  UnixStream open(at.remote_socket());
  const CommandResult result = serve.Replace();
  INFO(result.errors << serve.process().Log());
  REQUIRE(result.status == 0);
  UnixStream stream(moved);
  CHECK(Contains(Ask(&stream, kLookup + "\n"), "192.0.2.80"));
  CHECK_FALSE(std::filesystem::exists(at.remote_socket()));
  CHECK(Contains(Ask(&open, kLookup + "\n"), "192.0.2.80"));
}

TEST_CASE("sockets that are taken over have the rights that settings give") {
  Filled redis;
  GroupringServer serve(redis.url());
  const std::string socket = serve.settings().remote_socket();
  REQUIRE(::chmod(socket.c_str(), 0600) == 0);
  const CommandResult result = serve.Replace();
  INFO(result.errors << serve.process().Log());
  REQUIRE(result.status == 0);
  CHECK(std::filesystem::status(socket).permissions() ==
        std::filesystem::perms(0660));
}

TEST_CASE("serve --replace takes over from the process that serves") {
  Filled redis;
  GroupringServer serve(redis.url());
  UnixStream open(serve.settings().remote_socket());
  const TempDirectory directory;
  Process next({.argv = {GroupringProgram(), "serve", "--replace", "--config",
                         serve.settings().file()},
                .log_file = directory / "log"});
  CHECK(serve.process().Wait() == 0);
  CHECK(Contains(Ask(&open, kLookup + "\n"), "192.0.2.80"));
  CHECK(Answers(serve));
  CHECK(next.Stop() == 0);
  CHECK_FALSE(std::filesystem::exists(serve.settings().remote_socket()));
}

TEST_CASE("serve --replace simply starts where nobody serves") {
  RedisServer redis;
  const GroupringSettings settings(redis.url());
  const TempDirectory directory;
  Process serve({.argv = {GroupringProgram(), "serve", "--replace", "--config",
                          settings.file()},
                 .log_file = directory / "log"});
  CHECK(WaitUntil([&] { return Contains(serve.Log(), " serves; Redis at "); }));
  CHECK(serve.Stop() == 0);
}

TEST_CASE("a second serve says who is in its way, and leaves it alone") {
  Filled redis;
  GroupringServer serve(redis.url());
  const CommandResult second = RunCommand(
      {GroupringProgram(), "serve", "--config", serve.settings().file()});
  CHECK(second.status == 1);
  CHECK(Contains(second.errors,
                 "[listen] control: another process accepts connections on " +
                     serve.settings().control_socket()));
  CHECK(Answers(serve));
}

TEST_CASE("replace without anybody to replace says so") {
  RedisServer redis;
  const GroupringSettings settings(redis.url());
  const CommandResult result =
      RunCommand({GroupringProgram(), "replace", "--config", settings.file()});
  CHECK(result.status == 1);
  CHECK(Contains(result.errors, "no groupring serves here"));
}

}  // namespace
}  // namespace groupring::testing
