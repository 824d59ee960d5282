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

// Of a user and, where it is given, the group that it has in place of its own;
// both as names or numbers. kNotFound: there is none.
absl::StatusOr<UserIdentity> FindUser(const std::string& user,
                                      const std::string& group);

// The directories on the way to the file, the topmost first, and the file; of a
// path with symbolic links those of both ways. kNotFound: one does not exist.
// kPermissionDenied: this process may not look at one. Both name it.
absl::StatusOr<std::vector<FileAccess>> FilesTo(const std::string& path);

// The files that bar the user's way to the last of them, a finding each; one
// that says that nothing does when that is so. Pure.
Diagnostics CheckAccess(const std::vector<FileAccess>& files,
                        const UserIdentity& user);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_SOCKET_ACCESS_H_
