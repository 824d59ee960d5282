// Completion in a real bash.
#include <string>
#include <vector>

#include "tests/program/operator.h"
#include "tests/support/catch.h"

namespace groupring::testing {
namespace {

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
COMP_WORDS=("${words[@]}" --config "$3") COMP_CWORD=$((${#words[@]} - 1))
COMP_LINE=$2 COMP_POINT=${#2}
_groupring groupring "${words[-1]}" "${words[-2]}"
printf '%s\n' "${COMPREPLY[@]}"
)");
  const CommandResult result =
      RunCommand({"bash", script, GroupringProgram(), line, settings});
  INFO(line << ": " << result.errors);
  CHECK(result.status == 0);
  CHECK(result.errors.empty());
  std::string words = result.output;
  for (char& c : words) {
    if (c == '\n') c = ' ';
  }
  while (words.ends_with(' ')) words.pop_back();
  return words;
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
