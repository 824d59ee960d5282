// Which folder of redis/ and backend/ uses which.
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/architecture/source_tree.h"
#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {
namespace {

using Folders = std::set<std::string>;

// From the ground up. A folder uses folders of lower rows only.
const std::vector<Folders> kRows = {
    {"hashing", "redis/base"},
    {"redis/model"},
    {"redis/schema"},
    {"redis/connection"},
    {"redis/load"},
    {"redis/store", "redis/admin"},
    {"backend/clients", "backend/protocol", "backend/settings",
     "backend/zones"},
    {"backend/transport", "backend/snapshot"},
    {"backend/resolver", "backend/state", "backend/handover"},
    {"backend/change"},
    {"backend/simulate"},
    {"backend/report"},
    {"backend/health", "backend/web"},
    {"backend/engine", "backend/doctor", "backend/control"},
    {"backend/api", "backend/metrics", "backend/setup"},
    {"backend/node"},
    {"backend/daemon", "backend/embedded"},
    {"backend/checker"},
    {"backend/program"},
};

using Arrows = std::set<std::string>;  // "backend/change -> hashing"

std::string Arrow(const std::string& from, const std::string& to) {
  return from + " -> " + to;
}

// What CMake lets folders use (groupring_uses in CMakeLists.txt).
Arrows Declared() {
  std::istringstream lines(
      ReadFile(std::string(GROUPRING_BINARY_DIR) + "/arrows.txt"));
  Arrows arrows;
  for (std::string line; std::getline(lines, line);) {
    const size_t colon = line.find(": ");
    std::istringstream used(line.substr(colon + 2));
    for (std::string folder; std::getline(used, folder, ';');) {
      arrows.insert(Arrow(line.substr(0, colon), folder));
    }
  }
  return arrows;
}

std::string FolderOf(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

Arrows Included() {
  Arrows arrows;
  for (const char* top : {"redis", "backend"}) {
    for (const SourceFile& source : SourcesOf(top)) {
      for (const std::string& include : source.Includes()) {
        const bool is_ours = include.starts_with("hashing/") ||
                             include.starts_with("redis/") ||
                             include.starts_with("backend/");
        if (is_ours && FolderOf(include) != FolderOf(source.path)) {
          arrows.insert(Arrow(FolderOf(source.path), FolderOf(include)));
        }
      }
    }
  }
  return arrows;
}

size_t RowOf(const std::string& folder) {
  for (size_t row = 0; row < kRows.size(); ++row) {
    if (kRows[row].contains(folder)) return row;
  }
  FAIL("no row for " << folder);
  return 0;
}

TEST_CASE("folders include what CMake lets them use, and all of that") {
  CHECK(Included() == Declared());
}

TEST_CASE("no folder uses one that stands on it") {
  Arrows upwards;
  for (const std::string& arrow : Declared()) {
    const size_t middle = arrow.find(" -> ");
    if (RowOf(arrow.substr(middle + 4)) >= RowOf(arrow.substr(0, middle))) {
      upwards.insert(arrow);
    }
  }
  CHECK(upwards == Arrows{});
}

}  // namespace
}  // namespace groupring::testing
