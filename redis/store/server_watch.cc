#include "redis/store/server_watch.h"

#include <utility>

#include "redis/base/status_macros.h"
#include "redis/connection/server_time.h"

namespace groupring::redis {

absl::Status ServerWatch::Check(int64_t generation, Link* link) {
  next_ = clock_->Steady() + options_.role_interval;
  RETURN_IF_ERROR(MeasureTime(link));
  if (options_.location.is_single()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const ServerRole role, AskRole(&link->data()));
  ServerRole& before = link->role();
  const bool was_up = std::exchange(before.link_is_up, role.link_is_up);
  if (role.kind == before.kind && (role.link_is_up || !was_up)) {
    return sentinels_.Check(
        link->endpoint(),
        {.read = options_.location.read, .least_generation = generation},
        {options_.connect_timeout, options_.command_timeout});
  }
  return absl::AbortedError("the server is now " + RoleWords(role) +
                            ": looking for a better one");
}

absl::Status ServerWatch::MeasureTime(Link* link) const {
  if (options_.redis_clock == nullptr) return absl::OkStatus();
  const bool replica = link->role().kind == ServerRole::Kind::kReplica;
  const absl::Status status =
      AskTime(replica ? TimeSource::kReplica : TimeSource::kMaster,
              &link->data(), options_.redis_clock);
  const bool refused =
      absl::IsPermissionDenied(status) || absl::IsInternal(status);
  return refused ? absl::OkStatus() : status;
}

}  // namespace groupring::redis
