#include "redis/base/errno_status.h"

#include <cerrno>
#include <system_error>

#include "absl/strings/str_format.h"

namespace groupring {
namespace {

absl::StatusCode CodeOf(int error_number) {
  switch (error_number) {
    case EACCES:
    case EPERM:
      return absl::StatusCode::kPermissionDenied;
    case ENOENT:
    case ENOTDIR:
      return absl::StatusCode::kNotFound;
    case EADDRINUSE:
    case EEXIST:
      return absl::StatusCode::kAlreadyExists;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ENOBUFS:
      return absl::StatusCode::kResourceExhausted;
    case EINVAL:
    case ENAMETOOLONG:
    case EADDRNOTAVAIL:
      return absl::StatusCode::kInvalidArgument;
    default:
      return absl::StatusCode::kUnavailable;
  }
}

}  // namespace

std::string ErrnoText(int error_number) {
  return std::generic_category().message(error_number);
}

absl::Status ErrnoStatus(int error_number, std::string_view what) {
  return {CodeOf(error_number),
          absl::StrFormat("%s: %s", what, ErrnoText(error_number))};
}

}  // namespace groupring
