// What `cmake --install` leaves on a system, and that it can be used there.
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {
namespace {

namespace fs = std::filesystem;

const std::string kPrefix = GROUPRING_PREFIX;

// This build, installed below a directory that is removed at the end.
class Installed {
 public:
  Installed() { Install(); }

  void Install() const {
    const CommandResult result = RunCommand(
        {"env", "DESTDIR=" + root(), "cmake", "--install", GROUPRING_BUILD});
    INFO(result.output << result.errors);
    REQUIRE(result.status == 0);
  }

  const std::string& root() const { return root_.path(); }
  // "bin/groupring" of the prefix.
  std::string operator/(const std::string& file) const {
    return root() + kPrefix + "/" + file;
  }

  // "0644 PREFIX/bin/groupring", and where links point.
  std::string List() const {
    std::vector<std::string> lines;
    for (const fs::directory_entry& entry :
         fs::recursive_directory_iterator(root())) {
      const std::string path = absl::StrReplaceAll(
          entry.path().string().substr(root().size()),
          {{std::string(GROUPRING_LIBDIR), "LIBDIR"},
           // Where systemd looks, whatever the architecture.
           {kPrefix + "/lib/sys", "PREFIX/lib/sys"},
           {kPrefix + "/lib/tmpfiles.d", "PREFIX/lib/tmpfiles.d"},
           // Debian has its own place below /usr.
           {"zsh/vendor-completions", "zsh/site-functions"},
           {kPrefix + "/", "PREFIX/"}});
      if (entry.is_symlink()) {
        lines.push_back("link " + path + " -> " +
                        fs::read_symlink(entry.path()).string());
      } else if (!entry.is_directory() || fs::is_empty(entry.path()) ||
                 path == "/etc/groupring") {
        struct stat status {};
        REQUIRE(lstat(entry.path().c_str(), &status) == 0);
        lines.push_back(
            absl::StrFormat("%04o %s", status.st_mode & 07777, path));
      }
    }
    std::sort(lines.begin(), lines.end());
    std::string list;
    for (const std::string& line : lines) list += line + "\n";
    return list;
  }

 private:
  TempDirectory root_;
};

TEST_CASE("installation: every file has its place and its mode") {
  const Installed installed;
  const std::string golden =
      GROUPRING_SOURCE_DIR "/tests/program/golden/installed";
  if (std::getenv("GROUPRING_RECORD_GOLDEN") != nullptr) {
    std::ofstream(golden) << installed.List();
  }
  CHECK(installed.List() == ReadFile(golden));
}

TEST_CASE("installation: the settings are accepted by the program") {
  const Installed installed;
  const std::string settings =
      installed.root() + "/etc/groupring/groupring.toml";
  const CommandResult result = RunCommand(
      {installed / "bin/groupring", "check-config", "--config", settings});
  CHECK(Holds(result.output, "settings are well formed"));
  // PowerDNS' user reaches the sockets without a further step.
  CHECK(Holds(ReadFile(settings), "\nsocket_group = \"pdns\"\n"));
}

TEST_CASE("installation: what the operator has written stays") {
  const Installed installed;
  const std::string files[] = {
      installed.root() + "/etc/groupring/groupring.toml",
      installed.root() + "/etc/powerdns/groupring.lua"};
  for (const std::string& file : files) std::ofstream(file) << "mine\n";
  installed.Install();
  for (const std::string& file : files) CHECK(ReadFile(file) == "mine\n");
}

TEST_CASE("installation: units start the program that was installed") {
  const Installed installed;
  const std::string program = kPrefix + "/bin/groupring ";
  for (const char* unit : {"groupring", "groupring-checker"}) {
    const std::string text = ReadFile(
        installed / ("lib/systemd/system/" + std::string(unit) + ".service"));
    CHECK(Holds(text, "ExecStart=" + program));
  }
}

TEST_CASE("installation: the program says its version") {
  const Installed installed;
  const CommandResult result =
      RunCommand({installed / "bin/groupring", "--version"});
  CHECK(result.status == 0);
  CHECK(result.output == "groupring " GROUPRING_VERSION "\n");
}

// mandoc is stricter than man, which shows whatever there is.
TEST_CASE("installation: mandoc finds nothing wrong with the manual") {
  const Installed installed;
  const fs::path manual = installed / "share/man";
  std::vector<std::string> lint = {"mandoc", "-T", "lint", "-W", "warning"};
  for (const fs::directory_entry& page :
       fs::recursive_directory_iterator(manual)) {
    if (page.is_regular_file()) lint.push_back(page.path().string());
  }
  REQUIRE(lint.size() > 20);
  const CommandResult result = RunCommand(lint);
  CHECK(result.output == "");
  CHECK(result.errors == "");
  CHECK(result.status == 0);
}

TEST_CASE("installation: man is told of the tables in a page") {
  const Installed installed;
  int pages = 0;
  for (const fs::directory_entry& page :
       fs::recursive_directory_iterator(installed / "share/man")) {
    if (!page.is_regular_file()) continue;
    const std::string text = ReadFile(page.path().string());
    const bool has_tables = Holds(text, "\n.TS\n");
    pages += has_tables;
    CAPTURE(page.path());
    CHECK(text.starts_with("'\\\" t\n") == has_tables);
  }
  CHECK(pages > 10);
}

// What man shows, on one line.
std::string Shown(const std::string& page) {
  const CommandResult result = RunCommand({"mandoc", "-T", "ascii", page});
  CHECK(result.status == 0);
  std::string text;
  for (const char c : result.output) {
    if (c == '\b') {  // bold and italics of a line printer
      text.pop_back();
    } else if (c != ' ' && c != '\n') {
      text += c;
    } else if (!text.ends_with(' ')) {
      text += ' ';
    }
  }
  return text;
}

// What may follow those words, by the program's own completion.
std::vector<std::string> Below(const std::vector<std::string>& words) {
  std::vector<std::string> argv = {GroupringProgram(), "completion", "words",
                                   "--"};
  argv.insert(argv.end(), words.begin(), words.end());
  argv.push_back("");
  std::istringstream lines(RunCommand(argv).output);
  std::vector<std::string> below;
  for (std::string line; std::getline(lines, line);) {
    // Commands have a description, other words have none.
    const size_t end = line.find('\t');
    if (end != line.npos) below.push_back(line.substr(0, end));
  }
  return below;
}

std::set<std::string> OptionsOf(const std::string& text) {
  static const std::regex option("--[a-z][a-z-]+");
  std::set<std::string> options;
  for (std::sregex_iterator i(text.begin(), text.end(), option), end; i != end;
       ++i) {
    options.insert(i->str());
  }
  options.erase("--help");
  return options;
}

TEST_CASE("installation: the manual has every option that --help has") {
  const Installed installed;
  const std::string manual = installed / "share/man/man1/";
  const std::string overview = Shown(manual + "groupring.1");
  const std::vector<std::string> commands = Below({});
  REQUIRE(commands.size() > 15);
  for (const std::string& command : commands) {
    INFO(command);
    CHECK(Holds(overview, "groupring-" + command + "(1)"));
    const std::string page = Shown(manual + "groupring-" + command + ".1");
    // Dry runs are described where the changes are.
    if (command == "plan") continue;
    std::vector<std::vector<std::string>> lines;
    for (const std::string& verb : Below({command})) {
      lines.push_back({GroupringProgram(), command, verb, "--help"});
      CHECK(Holds(page, "groupring " + command + " " + verb));
    }
    if (lines.empty()) lines = {{GroupringProgram(), command, "--help"}};
    const std::set<std::string> shown = OptionsOf(page);
    for (const std::vector<std::string>& line : lines) {
      for (const std::string& option : OptionsOf(RunCommand(line).output)) {
        INFO(option);
        CHECK(shown.contains(option));
      }
    }
  }
}

TEST_CASE("installation: the manual has every setting, with its default") {
  const Installed installed;
  const std::string page = Shown(installed / "share/man/man5/groupring.toml.5");
  std::istringstream sample(
      ReadFile(GROUPRING_SOURCE_DIR "/pdns-config/groupring.toml"));
  size_t settings = 0;
  for (std::string line; std::getline(sample, line);) {
    if (line.empty() || line.starts_with("#")) continue;
    ++settings;
    CHECK(Holds(page, line));
  }
  CHECK(settings > 40);
  // Shown as it is to be written, not as a link.
  CHECK(
      Holds(page, "remote-connection-string=http:url=http://127.0.0.1:8470/"));
}

TEST_CASE("installation: the manual has every key that its page has") {
  const Installed installed;
  const std::string page = Shown(installed / "share/man/man5/groupring-keys.5");
  for (const char* key :
       {"<name>:CONFIG", "<name>:GROUPS", "<name>:WEIGHTS", "<group>:STATE",
        "<group>:CHECK", "<group>:DISABLED", "groupring:check"}) {
    CHECK(Holds(page, key));
  }
}

// (A program without a sanitizer's runtime cannot load a library with one.)
#ifndef GROUPRING_SANITIZED
TEST_CASE("installation: a C program finds the library by pkg-config") {
  const Installed installed;
  const TempDirectory directory;
  const std::string source = directory.Write("main.c", R"(
#include <groupring.h>
#include <stdio.h>
int main(void) {
  printf("%u %s %s\n", GROUPRING_API_VERSION, groupring_version(),
         groupring_api_version() == GROUPRING_API_VERSION ? "yes" : "no");
  return 0;
}
)");
  const std::string library = installed.root() + GROUPRING_LIBDIR;
  const CommandResult built = RunCommand(
      {"sh", "-ec",
       R"(export PKG_CONFIG_SYSROOT_DIR="$1" PKG_CONFIG_LIBDIR="$2/pkgconfig"
          pkg-config --modversion groupring
          cc -Wall -Wpedantic -Werror -o "$3" "$4" \
            $(pkg-config --cflags --libs groupring))",
       "sh", installed.root(), library, directory / "main", source});
  INFO(built.errors);
  REQUIRE(built.status == 0);
  CHECK(built.output == GROUPRING_VERSION "\n");
  const CommandResult run =
      RunCommand({"env", "LD_LIBRARY_PATH=" + library, directory / "main"});
  INFO(run.errors);
  CHECK(run.output == "1 " GROUPRING_VERSION " yes\n");
  // An incompatible library of the future has another name.
  CHECK(Holds(RunCommand({"readelf", "-d", directory / "main"}).output,
              "[libgroupring.so.1]"));
}
#endif

}  // namespace
}  // namespace groupring::testing
