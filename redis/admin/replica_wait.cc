#include "redis/admin/replica_wait.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "redis/base/status_macros.h"
#include "redis/connection/error_reply.h"
#include "redis/connection/server_finder.h"

namespace groupring::redis {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

absl::StatusOr<Replicated> WaitForReplicas(bool expected, milliseconds wait,
                                           Connection* connection) {
  Replicated replicated;
  ASSIGN_OR_RETURN(const ServerRole role, AskRole(connection));
  replicated.replicas = role.replicas;
  if (role.replicas == 0) {
    if (!expected) return replicated;
    replicated.state = Replicated::State::kUnconfirmed;
    replicated.why = role.kind == ServerRole::Kind::kUnknown
                         ? "the Redis user may not run ROLE"
                         : "no replica is connected";
    return replicated;
  }
  // Each WAIT must end before the deadline of its reply, so it is repeated.
  const milliseconds longest =
      std::max(milliseconds(1), connection->command_timeout() / 2);
  const auto deadline = steady_clock::now() + wait;
  replicated.state = Replicated::State::kUnconfirmed;
  while (true) {
    const auto left = std::chrono::duration_cast<milliseconds>(
        deadline - steady_clock::now());
    // A timeout of 0 would mean to wait forever.
    const milliseconds time = std::clamp(left, milliseconds(1), longest);
    ASSIGN_OR_RETURN(
        const Reply reply,
        connection->Command({"WAIT", "1", std::to_string(time.count())}));
    if (reply.is_error()) {
      replicated.why = std::string(StatusOfWriteError(reply.text).message());
      return replicated;
    }
    replicated.confirmed = static_cast<int>(reply.integer);
    if (replicated.confirmed > 0) {
      replicated.state = Replicated::State::kConfirmed;
      return replicated;
    }
    if (left <= longest) break;
  }
  replicated.why = absl::StrFormat(
      "none of %d replica%s confirmed it within %d ms", role.replicas,
      role.replicas == 1 ? "" : "s", wait.count());
  return replicated;
}

absl::Status WhereTheMasterIs(const absl::Status& error,
                              Connection* connection) {
  if (!absl::StrContains(error.message(), "READONLY")) return error;
  const absl::StatusOr<ServerRole> role = AskRole(connection);
  if (!role.ok() || role->kind != ServerRole::Kind::kReplica) return error;
  return {
      error.code(),
      absl::StrFormat(
          "%s; its master is %s%s", std::string(error.message()), role->master,
          role->link_is_up ? ""
                           : ", which it does not reach: with Sentinel another "
                             "one is named soon, so try again")};
}

}  // namespace groupring::redis
