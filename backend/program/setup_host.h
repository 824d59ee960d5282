// What `groupring setup` finds out about the host that it runs on.
#ifndef GROUPRING_BACKEND_PROGRAM_SETUP_HOST_H_
#define GROUPRING_BACKEND_PROGRAM_SETUP_HOST_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/settings/settings.h"

namespace groupring::backend {

// Of groupring.service.
inline constexpr const char* kDaemonUser = "groupring";

// What Redis at that URL says to a connection.
absl::Status TryRedis(Settings settings, const std::string& url);

// Whether the user that the daemon runs as may not connect to that unix socket,
// though we may.
bool BarsTheDaemon(const std::string& url);

// The Redis of the settings if it answers, else the first usual one that does.
std::string SuggestedRedis(const Settings& settings);

// The name of a user's own group, or of the one that it is given instead; both
// as names or numbers. kFailedPrecondition: there is none.
absl::StatusOr<std::string> GroupOfUser(const std::string& user,
                                        const std::string& setgid);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_SETUP_HOST_H_
