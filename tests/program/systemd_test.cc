// `serve` under a service manager, for which a stand-in speaks its protocol;
// and the units themselves.
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/groupring_server.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"
#include "tests/support/sample_data.h"
#include "tests/support/service_manager.h"
#include "tests/support/temp_directory.h"
#include "tests/support/unix_stream.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

const std::string kLookup =
    R"({"method":"lookup","parameters":{"qname":"www.example.org.",)"
    R"("qtype":"ANY","remote":"192.0.2.1","real-remote":"198.51.100.0/24"}})";

bool IsAnswered(UnixStream* stream, const std::string& bytes) {
  stream->lines().Send(bytes);
  return stream->lines().ReadLine().value_or("").find("192.0.2.80") !=
         std::string::npos;
}

int ListenAt(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) ==
          0);
  REQUIRE(::listen(fd, 100) == 0);
  return fd;
}

// A service of the manager, started and ended as a test likes.
class Unit {
 public:
  Unit() { redis_.Run(SampleData(false)); }
  ~Unit() {
    if (process_) {
      INFO(process_->Log());
      CHECK(process_->Stop() == 0);
    }
  }

  void Start(const std::vector<std::string>& environment = {}) {
    const int before = manager.Heard("READY=1");
    process_ = manager.Start(
        {GroupringProgram(), "serve", "--config", settings().file()},
        settings().directory() / "groupring.log", environment);
    INFO(process_->Log());
    REQUIRE(WaitUntil([&] { return manager.Heard("READY=1") > before; }));
  }

  RedisServer& redis() { return redis_; }
  const GroupringSettings& settings() const { return *settings_; }
  Process& process() { return *process_; }

  ServiceManager manager;

 private:
  RedisServer redis_;
  std::optional<GroupringSettings> settings_{redis_.url()};
  std::unique_ptr<Process> process_;
};

TEST_CASE("systemd: lines for the journal have a priority and no time") {
  RedisServer redis;
  redis.Run(SampleData(false));
  const GroupringSettings settings(redis.url());
  const std::string log = settings.directory() / "journal";
  // As systemd does for a service whose standard error is the journal.
  const bool journal = GENERATE(true, false);
  Process process(
      {.argv =
           {"sh", "-c",
            "JOURNAL_STREAM=$(stat -Lc %d:%i /proc/self/fd/2)$2 exec \"$0\" "
            "serve --config \"$1\"",
            GroupringProgram(), settings.file(), journal ? "" : "0"},
       .log_file = log});
  REQUIRE(WaitUntil([&] { return HasLoaded(settings); }));
  const std::string name = "groupring[" + std::to_string(process.pid()) + "] ";
  CHECK(process.Stop() == 0);
  std::istringstream lines(process.Log());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    INFO(line);
    const bool marked = line.starts_with("<6>" + name + "info: ") ||
                        line.starts_with("<4>" + name + "warning: ");
    CHECK(marked == journal);
    const size_t time = std::string("2026-11-21T19:58:53.759Z ").size();
    CHECK((line.find(name) == time) == !journal);
  }
  CHECK(count > 0);
}

TEST_CASE("the service manager hears of the start, the status and the end") {
  Unit unit;
  unit.Start();
  const pid_t pid = unit.process().pid();
  CHECK(unit.manager.Heard("READY=1", pid) == 1);
  const std::string status =
      "STATUS=Answering for 4 names, 3 groups; generation 0; Redis ";
  CHECK(
      WaitUntil([&] { return unit.manager.Heard(status + "connected") == 1; }));
  const int before = unit.manager.Heard(status + "away");
  unit.redis().Stop();
  CHECK(WaitUntil(
      [&] { return unit.manager.Heard(status + "away") == before + 1; }));
  CHECK(unit.process().Stop() == 0);
  CHECK(unit.manager.Heard("STOPPING=1", pid) == 1);
}

TEST_CASE("the service manager hears of a reload and of its end") {
  Unit unit;
  unit.Start();
  unit.process().Signal(SIGHUP);
  REQUIRE(WaitUntil([&] { return unit.manager.Heard("READY=1") == 2; }));
  CHECK(unit.manager.Heard("RELOADING=1") == 1);
  CHECK(unit.manager.Heard("MONOTONIC_USEC=") == 1);
}

TEST_CASE("the service manager is told which process goes on, by the old one") {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  Unit unit;
  unit.Start({"WATCHDOG_USEC=400000"});
  const pid_t before = unit.process().pid();
  UnixStream open(unit.settings().remote_socket());
  const CommandResult result = RunCommand(
      {GroupringProgram(), "replace", "--config", unit.settings().file()});
  INFO(result.errors << unit.process().Log());
  REQUIRE(result.status == 0);
  const std::string words = "replaced by process ";
  const int after =
      std::stoi(result.errors.substr(result.errors.find(words) + words.size()));
  CHECK(unit.process().GoOnAs(after) == 0);
  CHECK(unit.manager.Heard("RELOADING=1", before) == 1);
  CHECK(unit.manager.Heard("MAINPID=" + std::to_string(after), before) == 1);
  CHECK(WaitUntil([&] { return unit.manager.Heard("READY=1", after) == 1; }));
  CHECK(WaitUntil([&] { return unit.manager.Heard("WATCHDOG=1", after) > 2; }));
  CHECK(IsAnswered(&open, kLookup + "\n"));
}

TEST_CASE("what the service manager does not run cannot take its place") {
  Unit unit;
  unit.Start();
  const CommandResult result =
      RunCommand({GroupringProgram(), "serve", "--replace", "--config",
                  unit.settings().file()});
  CHECK(result.status == 1);
  CHECK(result.errors.find("systemctl reload groupring") != std::string::npos);
  CHECK(unit.process().Running());
}

TEST_CASE("a restart by the service manager keeps open connections") {
  Unit unit;
  unit.Start();
  UnixStream idle(unit.settings().remote_socket());
  UnixStream amid_a_line(unit.settings().remote_socket());
  UnixStream pipe(unit.settings().pipe_socket());
  CHECK(IsAnswered(&idle, kLookup + "\n"));
  CHECK(IsAnswered(&amid_a_line, kLookup + "\n" + kLookup.substr(0, 30)));
  pipe.lines().Send("HELO\t5\n");
  CHECK(pipe.lines().ReadLine().has_value());

  CHECK(unit.process().Stop() == 0);
  // Of three connections, and what is known of them.
  CHECK(unit.manager.Stored("connections") == 4);
  CHECK(unit.manager.Stored("stored-remote_unix") == 1);
  UnixStream came_meanwhile(unit.settings().remote_socket());
  idle.lines().Send(kLookup + "\n");

  unit.Start();
  CHECK(idle.lines().ReadLine().has_value());
  CHECK(IsAnswered(&amid_a_line, kLookup.substr(30) + "\n"));
  CHECK(IsAnswered(&came_meanwhile, kLookup + "\n"));
  pipe.lines().Send(
      "Q\twww.example.org\tIN\tANY\t-1\t192.0.2.1\t192.0.2.2\t192.0.2.0/24\n");
  CHECK(pipe.lines().ReadLine().value_or("").starts_with("DATA\t0\t1\t"));
  // Else they would stay open when they are closed here.
  CHECK(WaitUntil([&] { return unit.manager.Stored("connections") == 0; }));
  CHECK(unit.manager.Stored("stored-remote_unix") == 1);
}

TEST_CASE("after a crash the listening sockets are as they were") {
  Unit unit;
  unit.Start();
  CHECK(unit.process().Stop(SIGKILL) != 0);
  UnixStream waiting(unit.settings().remote_socket());
  unit.Start();
  CHECK(IsAnswered(&waiting, kLookup + "\n"));
}

TEST_CASE("the watchdog hears of life, whether or not Redis is there") {
  Unit unit;
  unit.Start({"WATCHDOG_USEC=400000"});
  CHECK(WaitUntil([&] { return unit.manager.Heard("WATCHDOG=1") > 5; }));
  unit.redis().Stop();
  const int before = unit.manager.Heard("WATCHDOG=1");
  CHECK(WaitUntil(
      [&] { return unit.manager.Heard("WATCHDOG=1") > before + 20; }));
}

TEST_CASE("sockets of the service manager are used, by address and by name") {
  const bool by_name = GENERATE(true, false);
  Unit unit;
  const std::string path = by_name ? unit.settings().directory() / "named.sock"
                                   : unit.settings().remote_socket();
  unit.manager.Store(by_name ? "remote_unix" : "groupring.socket",
                     ListenAt(path));
  UnixStream early(path);
  unit.Start();
  CHECK(IsAnswered(&early, kLookup + "\n"));
  CHECK(unit.process().Stop() == 0);
  // It is the service manager's, and so is the file.
  CHECK(std::filesystem::exists(path));
  CHECK(unit.manager.Stored("stored-remote_unix") == 0);
  unit.Start();
  CHECK(IsAnswered(&early, kLookup + "\n"));
}

TEST_CASE(
    "sockets that no setting asks for are closed, with a line in the log") {
  Unit unit;
  const std::string path = unit.settings().directory() / "other.sock";
  unit.manager.Store("groupring.socket", ListenAt(path));
  unit.Start();
  CHECK(unit.process().Log().find("no setting asks for the socket " + path) !=
        std::string::npos);
}

// The units with the program under test in place of the installed one.
class Units {
 public:
  Units() {
    for (const char* name : {"groupring.service", "groupring.socket",
                             "groupring-checker.service"}) {
      std::string text = ReadFile(std::string(GROUPRING_SOURCE_DIR) +
                                  "/pdns-config/systemd/" + name);
      const std::string installed = "/usr/bin/groupring";
      for (size_t at = 0; (at = text.find(installed, at)) != text.npos;) {
        text.replace(at, installed.size(), GroupringProgram());
      }
      directory_.Write(name, text);
    }
  }
  std::string service() const { return directory_ / "groupring.service"; }
  std::string socket() const { return directory_ / "groupring.socket"; }
  std::string checker() const {
    return directory_ / "groupring-checker.service";
  }

 private:
  TempDirectory directory_;
};

TEST_CASE("systemd finds nothing wrong with the units") {
  const Units units;
  const CommandResult result =
      RunCommand({"systemd-analyze", "verify", "--man=no", units.service(),
                  units.socket(), units.checker()});
  CHECK(result.status == 0);
  CHECK(result.errors == "");
}

TEST_CASE("the services are hardened as far as their page says") {
  const Units units;
  const std::string unit =
      GENERATE(true, false) ? units.service() : units.checker();
  // In tenths: 1.7 of 10, "OK".
  const CommandResult result =
      RunCommand({"systemd-analyze", "security", "--offline=true",
                  "--threshold=17", "--no-pager", unit});
  INFO(result.output);
  CHECK(result.status == 0);
}

TEST_CASE("the users of the services are created") {
  const TempDirectory root;
  std::filesystem::create_directory(root / "etc");
  const std::string units =
      std::string(GROUPRING_SOURCE_DIR) + "/pdns-config/systemd/";
  const CommandResult result =
      RunCommand({"systemd-sysusers", "--root=" + root.path(),
                  units + "groupring.sysusers.conf",
                  units + "groupring-checker.sysusers.conf"});
  INFO(result.errors);
  CHECK(result.status == 0);
  const std::string users = ReadFile(root / "etc/passwd");
  CHECK(users.find("groupring:x:") != std::string::npos);
  CHECK(users.find("groupring-checker:x:") != std::string::npos);
  // The unit gives groupring the group of PowerDNS, installed or not.
  CHECK(ReadFile(root / "etc/group").find("pdns:x:") != std::string::npos);
  CHECK(users.find("pdns:x:") == std::string::npos);
}

}  // namespace
}  // namespace groupring::testing
