#include "tests/support/fake_time.h"

#include <filesystem>
#include <stdexcept>

#include "tests/support/groupring_server.h"

namespace groupring::testing {
namespace {

// Debian's libfaketime: /usr/lib/<architecture>/faketime/libfaketimeMT.so.1.
std::string FakeTimeLibrary() {
  for (const auto& directory :
       std::filesystem::directory_iterator("/usr/lib")) {
    const auto file = directory.path() / "faketime" / "libfaketimeMT.so.1";
    if (std::filesystem::exists(file)) return file;
  }
  throw std::runtime_error("the package libfaketime is not installed");
}

}  // namespace

std::string OnHostThatIs(const std::string& offset,
                         const TempDirectory& directory) {
  const std::string file = directory.Write(
      "groupring" + offset,
      "#!/bin/sh\nexport LD_PRELOAD=" + FakeTimeLibrary() +
          " FAKETIME=" + offset + " FAKETIME_DONT_FAKE_MONOTONIC=1\nexec " +
          GroupringProgram() + " \"$@\"\n");
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  return file;
}

}  // namespace groupring::testing
