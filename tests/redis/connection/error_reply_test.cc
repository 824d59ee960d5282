#include "redis/connection/error_reply.h"

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

TEST_CASE("errors of Redis are told apart") {
  struct Case {
    const char* error;
    absl::StatusCode code;
  };
  const Case cases[] = {
      {"NOAUTH Authentication required.", absl::StatusCode::kUnauthenticated},
      {"WRONGPASS invalid username-password pair or user is disabled.",
       absl::StatusCode::kUnauthenticated},
      {"NOPERM this user has no permissions",
       absl::StatusCode::kPermissionDenied},
      {"LOADING Redis is loading the dataset in memory",
       absl::StatusCode::kAborted},
      {"BUSY Redis is busy running a script.", absl::StatusCode::kAborted},
      {"MASTERDOWN Link with MASTER is down", absl::StatusCode::kUnavailable},
      {"READONLY You can't write against a read only replica.",
       absl::StatusCode::kFailedPrecondition},
      {"WRONGTYPE Operation against a key", absl::StatusCode::kInvalidArgument},
      {"MOVED 3999 127.0.0.1:6381", absl::StatusCode::kUnimplemented},
      {"ERR unknown command", absl::StatusCode::kUnknown},
      {"", absl::StatusCode::kUnknown},
  };
  for (const Case& c : cases) {
    INFO(c.error);
    const absl::Status status = StatusOfErrorReply(c.error);
    CHECK(status.code() == c.code);
    CHECK(std::string(status.message()).starts_with(c.error));
  }
}

TEST_CASE("an error of AUTH never repeats what Redis said") {
  for (const char* error :
       {"WRONGPASS invalid hunter2", "ERR invalid password hunter2",
        "ERR unknown command 'AUTH', with args beginning with: 'hunter2'",
        "ERR wrong number of arguments for hunter2", "NOPERM hunter2",
        "ERR AUTH <password> called without any password configured hunter2",
        "hunter2"}) {
    INFO(error);
    const absl::Status status = StatusOfAuthError(error);
    CHECK_FALSE(status.ok());
    CHECK(status.ToString().find("hunter2") == std::string::npos);
  }
}

}  // namespace
}  // namespace groupring::redis
