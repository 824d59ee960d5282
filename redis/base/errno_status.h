// Failed system calls as texts and as absl::Status.
#ifndef GROUPRING_REDIS_BASE_ERRNO_STATUS_H_
#define GROUPRING_REDIS_BASE_ERRNO_STATUS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace groupring {

// "No such file or directory". Any thread.
std::string ErrnoText(int error_number);

// "<what>: <the text of `error_number`>", with the code that fits it.
absl::Status ErrnoStatus(int error_number, std::string_view what);

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_ERRNO_STATUS_H_
