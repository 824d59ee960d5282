// The project's own sources as text.
#ifndef GROUPRING_TESTS_ARCHITECTURE_SOURCE_TREE_H_
#define GROUPRING_TESTS_ARCHITECTURE_SOURCE_TREE_H_

#include <string>
#include <string_view>
#include <vector>

namespace groupring::testing {

struct SourceFile {
  std::string path;  // relative to the top of the tree
  std::vector<std::string> lines;

  bool IsHeader() const { return path.ends_with(".h"); }

  // What is between the quotes or brackets of each #include, in order.
  std::vector<std::string> Includes() const;
};

// All .h and .cc files below a folder of the tree, sorted by path.
std::vector<SourceFile> SourcesOf(std::string_view folder);

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_ARCHITECTURE_SOURCE_TREE_H_
