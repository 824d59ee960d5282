// The mapping of one process and of another.
#include "tests/support/process.h"

#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "tests/hashing/digest.h"
#include "tests/hashing/rings.h"
#include "tests/support/catch.h"

namespace groupring::hashing {
namespace {

std::string Digest() {
  Draw draw(1);
  std::vector<uint64_t> digests;
  for (int i = 0; i < 2; ++i) {
    digests.push_back(
        DigestOf(OwnersOf(Whole(MakeRing(RandomGroups(draw, 12))))));
  }
  return "digest " + std::to_string(DigestOf(digests));
}

// Run by the test below, in processes of their own.
TEST_CASE("print the digest of some mappings", "[.]") {
  std::printf("%s\n", Digest().c_str());
}

TEST_CASE("other processes have the same mapping") {
  char self[4096] = {};
  REQUIRE(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
  const std::string here = Digest();
  for (int i = 0; i < 2; ++i) {
    const auto result =
        testing::RunCommand({self, "print the digest of some mappings"});
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK(result.output.find(here + "\n") != std::string::npos);
  }
}

}  // namespace
}  // namespace groupring::hashing
