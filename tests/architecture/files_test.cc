// What holds for every file of the tree.
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/architecture/source_tree.h"
#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {
namespace {

using Violations = std::vector<std::string>;

constexpr size_t kMaxLines = 400;

// What is longer is two things.
TEST_CASE("no file has more than 400 lines") {
  Violations violations;
  for (const char* folder : {"hashing", "redis", "backend", "tests"}) {
    for (const SourceFile& source : SourcesOf(folder)) {
      if (source.lines.size() > kMaxLines) {
        violations.push_back(source.path + ": " +
                             std::to_string(source.lines.size()) + " lines");
      }
    }
  }
  CHECK(violations == Violations{});
}

TEST_CASE("every test file is built") {
  const std::string commands =
      ReadFile(std::string(GROUPRING_BINARY_DIR) + "/compile_commands.json");
  REQUIRE_FALSE(commands.empty());
  Violations violations;
  for (const SourceFile& source : SourcesOf("tests")) {
    if (source.path.ends_with("_test.cc") &&
        commands.find("/" + source.path + "\"") == std::string::npos) {
      violations.push_back(source.path);
    }
  }
  CHECK(violations == Violations{});
}

TEST_CASE("tests wait for conditions, never for time to pass") {
  // The one place that polls; and one that measures how late it wakes up.
  const std::set<std::string> naps = {"tests/support/wait_until.h",
                                      "tests/bench/load/stalls.cc"};
  // In two parts, or this file would be found.
  const std::vector<std::string> calls = {
      std::string("sleep") + "_for(", std::string("sleep") + "_until(",
      std::string("us") + "leep(", std::string("nano") + "sleep("};
  Violations violations;
  for (const SourceFile& source : SourcesOf("tests")) {
    if (naps.contains(source.path)) continue;
    for (const std::string& line : source.lines) {
      for (const std::string& call : calls) {
        if (line.find(call) != std::string::npos) {
          violations.push_back(source.path + ": " + line);
        }
      }
    }
  }
  CHECK(violations == Violations{});
}

// "class Name final : public Base {" and the like at the beginning of a line;
// empty for everything else, also for what is only declared.
std::string DefinedType(const std::string& line) {
  static const std::regex definition(
      R"(^(?:class|struct|enum class|enum) ([\w:]+)[^;]*$)");
  std::smatch found;
  return std::regex_search(line, found, definition) ? found[1].str()
                                                    : std::string();
}

// Calls visit(namespace and name, path) for each type that other files see.
template <typename Visit>
void ForEachType(const std::string& folder, const Visit& visit) {
  for (const SourceFile& source : SourcesOf(folder)) {
    std::string space;
    bool anonymous = false;
    for (const std::string& line : source.lines) {
      if (line.starts_with("namespace groupring")) space = line;
      if (line == "namespace {") anonymous = true;
      if (line == "}  // namespace") anonymous = false;
      const std::string name = DefinedType(line);
      if (name.empty() || anonymous) continue;
      visit(space + " " + name, source.path);
    }
  }
}

TEST_CASE("a name is one type, whatever else is linked in") {
  // Two types of one name are undefined behaviour that no compiler reports.
  std::map<std::string, std::string> defined_in;
  Violations violations;
  for (const char* folder : {"hashing", "redis", "backend"}) {
    ForEachType(folder, [&](const std::string& name, const std::string& path) {
      const auto [other, is_new] = defined_in.try_emplace(name, path);
      if (!is_new) {
        violations.push_back(name + ": " + other->second + ", " + path);
      }
    });
  }
  CHECK(defined_in.size() > 100);
  // The suites are programs of their own, but each is linked with the product.
  ForEachType("tests", [&](const std::string& name, const std::string& path) {
    const auto product = defined_in.find(name);
    if (product != defined_in.end()) {
      violations.push_back(name + ": " + product->second + ", " + path);
    }
  });
  CHECK(violations == Violations{});
}

TEST_CASE("the mapping uses no hash that differs between processes") {
  Violations violations;
  for (const SourceFile& source : SourcesOf("hashing")) {
    for (const std::string& line : source.lines) {
      if (line.find("std::hash<") != std::string::npos ||
          line.find("absl::Hash") != std::string::npos) {
        violations.push_back(source.path + ": " + line);
      }
    }
  }
  CHECK(violations == Violations{});
}

}  // namespace
}  // namespace groupring::testing
