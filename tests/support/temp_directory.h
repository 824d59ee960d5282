// A private directory that is removed, with all that is in it, at the end.
#ifndef GROUPRING_TESTS_SUPPORT_TEMP_DIRECTORY_H_
#define GROUPRING_TESTS_SUPPORT_TEMP_DIRECTORY_H_

#include <string>
#include <string_view>

namespace groupring::testing {

// Below $TMPDIR or /tmp; short enough for sockets in it.
class TempDirectory {
 public:
  TempDirectory();
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const;

  // Writes a file in it and returns its path.
  std::string Write(std::string_view name, std::string_view text) const;

 private:
  std::string path_;
};

// The whole file; empty when there is none.
std::string ReadFile(const std::string& path);

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_TEMP_DIRECTORY_H_
