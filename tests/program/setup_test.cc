// `groupring setup` with a real Redis, groupring and PowerDNS: what it writes
// works, and can be taken back.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/free_port.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

namespace fs = std::filesystem;

// A host with Redis, settings of groupring as they are installed but for their
// places, and Debian's pdns.conf.
class Host {
 public:
  Host() {
    redis_.Run(kOperatorData);
    fs::create_directory(directory_ / "state");
    fs::create_directory(directory_ / "pdns.d");
    directory_.Write("groupring.toml", settings_text());
    directory_.Write("pdns.conf", pdns_text());
    fs::permissions(settings(), fs::perms(0660));
  }

  std::string settings() const { return directory_ / "groupring.toml"; }
  std::string pdns_conf() const { return directory_ / "pdns.conf"; }
  std::string snippet() const {
    return directory_ / "pdns.d/zz-groupring.conf";
  }
  std::string settings_text() const {
    const std::string port = std::to_string(http_port_.number());
    return "# mine\n[redis]\nurl = \"unix:///nowhere\" # to be changed\n"
           "[listen]\nremote_unix = \"" +
           (directory_ / "remote.sock") + "\"\npipe_unix = \"\"\ncontrol = \"" +
           (directory_ / "control.sock") + "\"\nhttp = \"127.0.0.1:" + port +
           "\"\n[state]\ndirectory = \"" + (directory_ / "state") + "\"\n";
  }
  std::string pdns_text() const {
    return "include-dir=" + (directory_ / "pdns.d") +
           "\nlaunch=\nsetuid=" + std::to_string(getuid()) +
           "\nsetgid=" + std::to_string(getgid()) + "\n";
  }

  CommandResult Setup(std::vector<std::string> words) const {
    std::vector<std::string> argv = {
        GroupringProgram(),
        "setup",
        "--config",
        settings(),
        "--pdns-conf",
        pdns_conf(),
        "--dns",
        "127.0.0.1:" + std::to_string(dns_port_.number())};
    argv.insert(argv.end(), words.begin(), words.end());
    return RunCommand(argv);
  }
  // On a terminal of its own, as script(1) makes one, where somebody types.
  CommandResult SetupOnTerminal(const std::string& typed) const {
    std::string command =
        "stty cols 200 rows 50; '" + std::string(GroupringProgram()) +
        "' setup --config '" + settings() + "' --pdns-conf '" + pdns_conf() +
        "' --dns 127.0.0.1:" + std::to_string(dns_port_.number());
    return RunCommand({"script", "-qec", command, "/dev/null"}, typed);
  }
  std::string redis_url() const { return redis_.url(); }
  std::vector<std::string> Answers() const {
    return {"--redis", redis_.url(), "--node", "ns7"};
  }
  CommandResult SetupWithAnswers(const std::string& more) const {
    std::vector<std::string> words = Answers();
    words.push_back(more);
    return Setup(words);
  }

  std::vector<std::string> ServeArgv() const {
    return {GroupringProgram(), "serve", "--config", settings()};
  }
  std::vector<std::string> PdnsArgv() const {
    return {"pdns_server",
            "--config-dir=" + directory_.path(),
            "--socket-dir=" + directory_.path(),
            "--local-address=127.0.0.1",
            "--local-port=" + std::to_string(dns_port_.number()),
            "--daemon=no",
            "--guardian=no",
            "--disable-syslog=yes",
            "--write-pid=no"};
  }
  const TempDirectory& directory() const { return directory_; }

 private:
  TempDirectory directory_;
  RedisServer redis_;
  FreePort http_port_;
  FreePort dns_port_;
};

TEST_CASE("setup: a dry run shows what it would write, and writes nothing") {
  const Host host;
  const CommandResult shown = host.SetupWithAnswers("--dry-run");
  INFO(shown.output << shown.errors);
  CHECK(shown.status == 0);
  CHECK(Holds(shown.output, "  - url = \"unix:///nowhere\" # to be changed"));
  CHECK(Holds(shown.output, "  + name = \"ns7\""));
  CHECK(Holds(shown.output, host.snippet() + " (new)"));
  CHECK(Holds(shown.output, "  + launch+=remote"));
  CHECK(ReadFile(host.settings()) == host.settings_text());
  CHECK(!fs::exists(host.snippet()));
  CHECK(!fs::exists(host.directory() / "setup.undo"));
}

TEST_CASE(
    "setup: nobody who could be asked, and no --yes: nothing is written") {
  const Host host;
  const CommandResult refused = host.Setup(host.Answers());
  INFO(refused.output << refused.errors);
  CHECK(refused.status == 1);
  CHECK(Holds(refused.errors, "nothing is written without --yes"));
  CHECK(ReadFile(host.settings()) == host.settings_text());
}

TEST_CASE("setup: on a terminal it asks for what it was not told") {
  const Host host;
  // A word that is wrong is asked for again; an empty line takes what is
  // suggested; the last two: write it, but start nothing.
  const CommandResult result = host.SetupOnTerminal(
      host.redis_url() + "\nremote-nix\nremote-http\n\nns8\ny\nn\n");
  INFO(result.output << result.errors);
  CHECK(Holds(result.output, "Redis ["));
  CHECK(Holds(result.output,
              "How PowerDNS asks, remote-unix or remote-http [remote-unix]: "));
  CHECK(Holds(result.output, "remote-nix: expected remote-unix or"));
  CHECK(Holds(result.output,
              "PowerDNS' user [" + std::to_string(getuid()) + "]: "));
  CHECK(Holds(result.output, "This node's name [the host's name]: "));
  CHECK(Holds(result.output, "Write this? [y/N]: "));
  CHECK(result.output.find("  + name = \"ns8\"") <
        result.output.find("Write this?"));
  CHECK(Holds(ReadFile(host.settings()), "url = \"" + host.redis_url()));
  CHECK(Holds(ReadFile(host.settings()), "name = \"ns8\""));
  CHECK(Holds(ReadFile(host.snippet()), "http:url=http://127.0.0.1:"));
}

TEST_CASE("setup: on a terminal nothing is written before it is agreed to") {
  const Host host;
  const std::string answers = host.redis_url() + "\n\n\n\n";
  // No, and the end of the input at each question.
  for (const std::string& typed : {answers + "n\n", answers + "\n",
                                   host.redis_url() + "\n", std::string()}) {
    CAPTURE(typed);
    const CommandResult result = host.SetupOnTerminal(typed);
    INFO(result.output << result.errors);
    CHECK(Holds(result.output, "Redis ["));
    CHECK(ReadFile(host.settings()) == host.settings_text());
    CHECK(!fs::exists(host.snippet()));
  }
}

TEST_CASE(
    "setup: PowerDNS answers by what it wrote, and undo leaves no trace") {
  const Host host;
  // Nothing runs yet, which the check at the end says.
  const CommandResult written = host.SetupWithAnswers("--yes");
  INFO(written.output << written.errors);
  CHECK(written.status == 1);
  CHECK(Holds(written.output, "wrote " + host.settings()));
  CHECK(Holds(written.output, "PROBLEM"));
  CHECK(
      Holds(ReadFile(host.settings()), "# mine\n[redis]\nurl = \"unix:///tmp"));
  struct stat status {};
  REQUIRE(stat(host.settings().c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0660);

  Process serve(
      {.argv = host.ServeArgv(), .log_file = host.directory() / "serve.log"});
  REQUIRE(
      WaitUntil([&] { return fs::exists(host.directory() / "remote.sock"); }));
  Process pdns(
      {.argv = host.PdnsArgv(), .log_file = host.directory() / "pdns.log"});
  // The same once more: nothing to write, and the check goes through DNS.
  CommandResult checked;
  const bool right = WaitUntil([&] {
    checked = host.SetupWithAnswers("--yes");
    return checked.status == 0;
  });
  INFO(checked.output << checked.errors << pdns.Log());
  CHECK(right);
  CHECK(Holds(checked.output, "nothing to write"));
  CHECK(Holds(checked.output, "answered by px-"));

  const CommandResult undone = host.Setup({"--undo", "--yes"});
  INFO(undone.output << undone.errors);
  CHECK(undone.status == 0);
  CHECK(ReadFile(host.settings()) == host.settings_text());
  CHECK(ReadFile(host.pdns_conf()) == host.pdns_text());
  CHECK(!fs::exists(host.snippet()));
  CHECK(!fs::exists(host.directory() / "setup.undo"));
  CHECK(Holds(host.Setup({"--undo", "--yes"}).output, "nothing to take back"));
}

TEST_CASE(
    "setup: files named from the working directory, undone from another") {
  const Host host;
  const auto run = [&](const std::string& directory, const std::string& words) {
    return RunCommand({"sh", "-c",
                       "cd '" + directory + "' && '" + GroupringProgram() +
                           "' setup " + words});
  };
  const CommandResult written =
      run(host.directory().path(),
          "--config groupring.toml --pdns-conf pdns.conf --redis " +
              host.redis_url() + " --node ns7 --yes");
  INFO(written.output << written.errors);
  CHECK(Holds(written.output, "wrote " + host.settings()));
  CHECK(Holds(written.output, "wrote " + host.snippet()));
  const CommandResult undone =
      run("/", "--config '" + host.settings() + "' --undo --yes");
  INFO(undone.output << undone.errors);
  CHECK(undone.status == 0);
  CHECK(ReadFile(host.settings()) == host.settings_text());
  CHECK(!fs::exists(host.snippet()));
}

TEST_CASE("setup: what somebody changed since stays, and undo says so") {
  const Host host;
  host.SetupWithAnswers("--yes");
  const std::string edited = ReadFile(host.snippet()) + "# mine\n";
  host.directory().Write("pdns.d/zz-groupring.conf", edited);

  const CommandResult undone = host.Setup({"--undo", "--yes"});
  INFO(undone.output << undone.errors);
  CHECK(undone.status == 1);
  CHECK(Holds(undone.errors, host.snippet() + " was changed"));
  CHECK(ReadFile(host.snippet()) == edited);
  CHECK(ReadFile(host.settings()) == host.settings_text());
}

TEST_CASE("setup: a file that an operator wrote is kept as a copy") {
  const Host host;
  host.directory().Write("pdns.d/zz-groupring.conf", "# mine\n");
  const CommandResult written = host.SetupWithAnswers("--yes");
  INFO(written.output << written.errors);
  CHECK(Holds(written.output, "wrote " + host.snippet() + "; as it was: " +
                                  (host.directory() / "setup.undo/2.before")));
  CHECK(ReadFile(host.directory() / "setup.undo/2.before") == "# mine\n");
  CHECK(host.Setup({"--undo", "--yes"}).status == 0);
  CHECK(ReadFile(host.snippet()) == "# mine\n");
}

}  // namespace
}  // namespace groupring::testing
