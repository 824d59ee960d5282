// Failed system calls as absl::Status.
#ifndef GROUPRING_BACKEND_TRANSPORT_ERRNO_STATUS_H_
#define GROUPRING_BACKEND_TRANSPORT_ERRNO_STATUS_H_

#include <string_view>

#include "absl/status/status.h"

namespace groupring::backend {

// "<what>: <the text of `error_number`>", with the code that fits it.
absl::Status ErrnoStatus(int error_number, std::string_view what);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_ERRNO_STATUS_H_
