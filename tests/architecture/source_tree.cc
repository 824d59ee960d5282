#include "tests/architecture/source_tree.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "tests/support/temp_directory.h"

namespace groupring::testing {

std::vector<std::string> SourceFile::Includes() const {
  constexpr std::string_view kDirective = "#include ";
  std::vector<std::string> includes;
  for (const std::string& line : lines) {
    if (!line.starts_with(kDirective)) continue;
    const size_t start = kDirective.size() + 1;
    includes.push_back(
        line.substr(start, line.find_first_of("\">", start) - start));
  }
  return includes;
}

std::vector<SourceFile> SourcesOf(std::string_view folder) {
  const std::filesystem::path top = GROUPRING_SOURCE_DIR;
  std::vector<SourceFile> sources;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(top / folder)) {
    const std::string extension = entry.path().extension();
    if (extension != ".h" && extension != ".cc") continue;
    SourceFile source;
    source.path = std::filesystem::relative(entry.path(), top);
    std::istringstream text(ReadFile(entry.path()));
    for (std::string line; std::getline(text, line);) {
      source.lines.push_back(line);
    }
    sources.push_back(std::move(source));
  }
  std::sort(
      sources.begin(), sources.end(),
      [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return sources;
}

}  // namespace groupring::testing
