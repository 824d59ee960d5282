// The credentials that probes log in with. They are in a file that only the
// checker's user may read, never in Redis.
#ifndef GROUPRING_BACKEND_HEALTH_LOGINS_H_
#define GROUPRING_BACKEND_HEALTH_LOGINS_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "backend/health/probe.h"

namespace groupring::backend {

// By the name that LOGIN of a check has.
using Logins = std::map<std::string, Credential, std::less<>>;

// A line for each: NAME USER PASSWORD, with spaces or tabs between; the
// password is the rest of the line, spaces in it included. Empty lines and
// lines that begin with # mean nothing. kInvalidArgument: "<file>:<line>: …";
// messages never quote the file's text.
absl::StatusOr<Logins> ParseLogins(std::string_view text,
                                   const std::string& file);

// Reads the file. kInvalidArgument as well: it cannot be read, or others may
// read or write it.
absl::StatusOr<Logins> LoadLogins(const std::string& file);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_LOGINS_H_
