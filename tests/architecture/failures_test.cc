// The page of failures promises nothing that is not tested.
#include <set>
#include <sstream>
#include <string>

#include "tests/architecture/source_tree.h"
#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {
namespace {

// All sources of the tests as one text in which literals that were broken
// into lines are whole again.
std::string AllTests() {
  std::string text;
  for (const SourceFile& source : SourcesOf("tests")) {
    for (const std::string& line : source.lines) {
      const size_t begin = line.find_first_not_of(' ');
      const bool continues = begin != std::string::npos && line[begin] == '"' &&
                             text.ends_with('"');
      if (continues) {
        text.pop_back();
        text += line.substr(begin + 1);
      } else if (begin != std::string::npos) {
        text += line.substr(begin);
      }
    }
  }
  return text;
}

TEST_CASE("every row of the page of failures names a test that exists") {
  const std::string tests = AllTests();
  std::istringstream page(
      ReadFile(std::string(GROUPRING_SOURCE_DIR) + "/backend/FAILURES.md"));
  std::set<std::string> missing;
  int rows = 0;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| ") || line.starts_with("| failure")) continue;
    ++rows;
    const size_t end = line.rfind("` |");
    const size_t begin =
        end == std::string::npos ? end : line.rfind("| `", end);
    if (begin == std::string::npos) {
      missing.insert(line);
      continue;
    }
    const std::string name = line.substr(begin + 3, end - begin - 3);
    if (tests.find("\"" + name + "\"") == std::string::npos) {
      missing.insert(name);
    }
  }
  CHECK(rows > 15);
  CHECK(missing == std::set<std::string>{});
}

}  // namespace
}  // namespace groupring::testing
