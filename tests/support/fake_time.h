// Programs that run on a host whose clock is wrong.
#ifndef GROUPRING_TESTS_SUPPORT_FAKE_TIME_H_
#define GROUPRING_TESTS_SUPPORT_FAKE_TIME_H_

#include <string>

#include "tests/support/temp_directory.h"

namespace groupring::testing {

// The path of a program, in that directory, that runs groupring on a host whose
// wall clock is off: "+10m", "-1h". (A clock that is set wrong leaves the
// monotonic one alone.) Not for builds with a sanitizer, whose runtime wants to
// be loaded first, too.
std::string OnHostThatIs(const std::string& offset,
                         const TempDirectory& directory);

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_FAKE_TIME_H_
