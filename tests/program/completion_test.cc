// Completion in a real bash, zsh and fish.
#include <string>
#include <vector>

#include "tests/program/operator.h"
#include "tests/support/catch.h"

namespace groupring::testing {
namespace {

// The lines of the output, separated by blanks.
std::string Words(const CommandResult& result) {
  INFO(result.errors);
  CHECK(result.status == 0);
  CHECK(result.errors.empty());
  std::string words = result.output;
  for (char& c : words) {
    if (c == '\n') c = ' ';
  }
  while (words.ends_with(' ')) words.pop_back();
  return words;
}

// What bash offers at the end of the line, as its own completion calls it;
// `complete -p` says that it is the script's function that is called.
std::string Offered(const std::string& line, const std::string& settings) {
  const TempDirectory directory;
  const std::string script = directory.Write("complete.bash", R"(
PATH="$(dirname "$1"):$PATH"
source <(groupring completion bash)
[[ $(complete -p groupring) == "complete -F _groupring groupring" ]] || exit 1
# As readline splits a line: at blanks, with = a word of its own.
read -ra words <<<"${2//=/ = }"
[[ $2 == *' ' || $2 == *= ]] && words+=('')
COMP_WORDS=("${words[@]}" "after the cursor") COMP_CWORD=$((${#words[@]} - 1))
COMP_LINE=$2 COMP_POINT=${#2}
_groupring groupring "${words[-1]}" "${words[-2]}"
printf '%s\n' "${COMPREPLY[@]}"
)");
  const CommandResult result =
      RunCommand({"env", "GROUPRING_CONFIG=" + settings, "bash", script,
                  GroupringProgram(), line});
  INFO(line);
  return Words(result);
}

// What zsh is given to choose from; its menus need a terminal, so the functions
// that fill them print instead.
std::string OfferedToZsh(const std::string& line, const std::string& settings) {
  const TempDirectory directory;
  const std::string script = directory.Write("complete.zsh", R"zsh(
PATH="${1:h}:$PATH"
compdef() { [[ "$*" == "_groupring groupring" ]] || exit 1 }
_describe() { print -rl -- "${(@P)2}" }
compadd() { print -rl -- "${(@P)@[-1]}" }
_files() { print files }
eval "$(groupring completion zsh)"
words=(groupring "${(@s: :)2}") CURRENT=$#words
_groupring
exit 0
)zsh");
  return Words(RunCommand({"env", "GROUPRING_CONFIG=" + settings, "zsh", "-f",
                           script, GroupringProgram(), line}));
}

std::string OfferedByFish(const std::string& line,
                          const std::string& settings) {
  const TempDirectory home;
  const std::string script = home.Write("complete.fish", R"(
set -x PATH (dirname $argv[1]) $PATH
groupring completion fish | source
complete -C "groupring $argv[2]"
)");
  return Words(RunCommand(
      {"env", "HOME=" + home.path(), "XDG_CONFIG_HOME=" + home.path(),
       "XDG_DATA_HOME=" + home.path(), "GROUPRING_CONFIG=" + settings, "fish",
       "--no-config", script, GroupringProgram(), line}));
}

TEST_CASE("completion: zsh and fish offer the same as bash") {
  Operator ana;
  const std::string settings = ana.settings().file();
  for (const auto& offered : {OfferedToZsh, OfferedByFish}) {
    CHECK(offered("group disable px-", settings) == "px-1 px-2 px-3");
    CHECK(offered("explain ft", settings).find("ftp.example.org") !=
          std::string::npos);
    CHECK(offered("name set ftp.example.org AN", settings)
              .find("ANSWER= ANSWERS=") != std::string::npos);
    CHECK(offered("group disable px-1 ", settings) == "");
  }
  // With what each command does.
  CHECK(Holds(OfferedToZsh("gr", settings),
              "group:Groups in and out of service, their weights"));
  CHECK(OfferedByFish("gr", settings) ==
        "group\tGroups in and out of service, their weights");
}

TEST_CASE("completion: files where a file is meant") {
  Operator ana;
  const std::string file = ana.settings().file();
  const std::string begun = file.substr(0, file.size() - 1);
  CHECK(OfferedToZsh("snapshot export ", file) == "files");
  CHECK(OfferedByFish("snapshot export " + begun, file) == file);
  CHECK(Offered("groupring doctor --pdns-conf " + begun, file) == file);
}

TEST_CASE("completion: commands that are for scripts only are not offered") {
  Operator ana;
  CHECK(Offered("groupring completion ", ana.settings().file()) ==
        "bash zsh fish");
  CHECK(Offered("groupring man", ana.settings().file()) == "");
}

TEST_CASE("completion: commands, options, groups, names and keys") {
  Operator ana;
  const auto offered = [&](const std::string& line) {
    return Offered(line, ana.settings().file());
  };
  CHECK(offered("groupring gr") == "group");
  CHECK(offered("groupring plan dr") == "drain");
  CHECK(offered("groupring probe --group ") == "px-1 px-2 px-3");
  CHECK(offered("groupring group ") ==
        "list show enable disable drain fill weight");
  CHECK(offered("groupring group disable ") == "px-1 px-2 px-3");
  CHECK(offered("groupring plan group drain px-") == "px-1 px-2 px-3");
  CHECK(offered("groupring group disable px-1 --re") == "--reason");
  CHECK(offered("groupring group disable --reason why px-3") == "px-3");
  CHECK(offered("groupring group disable --wait=expired px-3") == "px-3");
  CHECK(offered("groupring group disable --reason ") == "");
  CHECK(offered("groupring group disable px-1 ") == "");
  CHECK(offered("groupring group weight f") ==
        "files.example.org ftp.example.org");
  CHECK(offered("groupring group weight ftp.example.org ") == "px-1 px-2 px-3");
  CHECK(offered("groupring name show r") == "random.example.org");
  CHECK(offered("groupring name set ftp.example.org AN") == "ANSWER= ANSWERS=");
  CHECK(offered("groupring address block 192.0.2.1 --name ft") ==
        "ftp.example.org");
  CHECK(offered("groupring explain ft") == "ftp.example.org");
}

TEST_CASE("completion: of the Redis that the line's --config says") {
  Operator ana;
  CHECK(Offered("groupring group show --config " + ana.settings().file() + " p",
                "/nonexistent") == "px-1 px-2 px-3");
  CHECK(Offered("groupring group show --config=" + ana.settings().file() + " p",
                "/nonexistent") == "px-1 px-2 px-3");
}

TEST_CASE("completion: names in Redis are offered as text, not run") {
  Operator ana;
  ana.redis().Run("SADD ftp.example.org:GROUPS \"$(touch${IFS}/tmp/x)\"");
  CHECK(Offered("groupring group show $", ana.settings().file()) ==
        "\\$\\(touch\\$\\{IFS\\}/tmp/x\\)");
}

TEST_CASE("completion: with Redis away nothing is offered and nothing said") {
  Operator ana;
  ana.redis().Stop();
  CHECK(Offered("groupring group disable ", ana.settings().file()).empty());
}

}  // namespace
}  // namespace groupring::testing
