// Whether a user may connect to a unix socket: the rules of path resolution and
// of connect(2), applied to what the file system says.
#ifndef GROUPRING_BACKEND_DOCTOR_SOCKET_ACCESS_H_
#define GROUPRING_BACKEND_DOCTOR_SOCKET_ACCESS_H_

#include <sys/types.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "redis/base/diagnostic.h"

namespace groupring::backend {

struct FileAccess {
  std::string path;
  mode_t mode = 0;  // kind and permissions
  uid_t owner = 0;
  gid_t group = 0;
  bool has_acl = false;  // its mode does not say everything
};

struct UserIdentity {
  std::string name;
  uid_t uid = 0;
  std::set<gid_t> groups;  // supplementary ones included
};

// The number of a user or group; nothing for a name.
std::optional<id_t> IdNumber(const std::string& text);

// Looks up a user. `group`, unless it is empty, replaces the user's own group.
// Both are names or numbers. kNotFound: one does not exist.
absl::StatusOr<UserIdentity> FindUser(const std::string& user,
                                      const std::string& group);

// The directories that lead to the file, the topmost first, and the file; for a
// path with symbolic links, those of the path as written and of the resolved
// path. kNotFound: one does not exist. kPermissionDenied: this process may not
// look at one. Both name it.
absl::StatusOr<std::vector<FileAccess>> FilesTo(const std::string& path);

// A finding for each file that keeps the user from connecting to the last of
// them, or one finding that says that none does. Pure.
Diagnostics CheckAccess(const std::vector<FileAccess>& files,
                        const UserIdentity& user);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_SOCKET_ACCESS_H_
