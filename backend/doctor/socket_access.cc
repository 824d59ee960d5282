#include "backend/doctor/socket_access.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <optional>

#include "absl/strings/str_format.h"
#include "redis/base/errno_status.h"
#include "redis/schema/raw_value.h"

namespace groupring::backend {
namespace {

constexpr unsigned kMayWrite = 2;   // to connect to a socket
constexpr unsigned kMaySearch = 1;  // to go through a directory

// The permissions that the file's mode gives the user. The first class that
// fits counts, even if a later one gives more.
unsigned PermissionsOf(const FileAccess& file, const UserIdentity& user) {
  if (user.uid == file.owner) return (file.mode >> 6) & 7U;
  if (user.groups.contains(file.group)) return (file.mode >> 3) & 7U;
  return file.mode & 7U;
}

std::string OwnerName(uid_t uid) {
  const struct passwd* const found = getpwuid(uid);
  return found == nullptr ? std::to_string(uid) : found->pw_name;
}

std::string GroupName(gid_t gid) {
  const struct group* const found = getgrgid(gid);
  return found == nullptr ? std::to_string(gid) : found->gr_name;
}

std::string ModeWords(const FileAccess& file) {
  return absl::StrFormat("%s:%s %04o", OwnerName(file.owner),
                         GroupName(file.group), file.mode & 07777U);
}

std::vector<std::string> WayTo(const std::filesystem::path& path) {
  std::vector<std::string> way;
  std::filesystem::path so_far;
  for (const std::filesystem::path& part : path) {
    so_far /= part;
    way.push_back(so_far);
  }
  return way;
}

}  // namespace

std::optional<id_t> IdNumber(const std::string& text) {
  const std::optional<int64_t> number =
      redis::ParseWholeNumber(text, 0, std::numeric_limits<id_t>::max());
  if (!number) return std::nullopt;
  return static_cast<id_t>(*number);
}

absl::StatusOr<UserIdentity> FindUser(const std::string& user,
                                      const std::string& group) {
  const std::optional<id_t> uid = IdNumber(user);
  const struct passwd* const found =
      uid ? getpwuid(*uid) : getpwnam(user.c_str());
  if (found == nullptr && !uid) {
    return absl::NotFoundError("there is no user " + user + " on this host");
  }
  UserIdentity identity;
  identity.name = user;
  identity.uid = found == nullptr ? *uid : found->pw_uid;
  gid_t primary = found == nullptr ? 0 : found->pw_gid;
  if (!group.empty()) {
    const std::optional<id_t> gid = IdNumber(group);
    const struct group* const entry = gid ? nullptr : getgrnam(group.c_str());
    if (!gid && entry == nullptr) {
      return absl::NotFoundError("there is no group " + group +
                                 " on this host");
    }
    primary = gid ? *gid : entry->gr_gid;
  } else if (found == nullptr) {
    return absl::NotFoundError("user " + user +
                               " has no name on this host, and so no group");
  }
  identity.groups.insert(primary);
  if (found == nullptr) return identity;
  identity.name = found->pw_name;
  int count = 64;
  std::vector<gid_t> groups(static_cast<size_t>(count));
  if (getgrouplist(found->pw_name, primary, groups.data(), &count) < 0) {
    groups.resize(static_cast<size_t>(count));
    getgrouplist(found->pw_name, primary, groups.data(), &count);
  }
  groups.resize(static_cast<size_t>(std::max(count, 0)));
  identity.groups.insert(groups.begin(), groups.end());
  return identity;
}

absl::StatusOr<std::vector<FileAccess>> FilesTo(const std::string& path) {
  std::vector<std::string> way = WayTo(path);
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(path, error);
  if (!error) {
    // The ways meet at the file, which comes last.
    const std::vector<std::string> real_way = WayTo(real);
    if (real_way != way) {
      way.insert(way.end(), real_way.begin(), real_way.end());
    }
  }
  std::vector<FileAccess> files;
  std::set<std::string> seen;
  for (const std::string& each : way) {
    if (!seen.insert(each).second) continue;
    struct stat status {};
    if (stat(each.c_str(), &status) != 0) {
      const int error_number = errno;
      const std::string text = each + ": " + ErrnoText(error_number);
      return error_number == EACCES || error_number == EPERM
                 ? absl::PermissionDeniedError(text)
                 : absl::NotFoundError(text);
    }
    files.push_back(
        {each, status.st_mode, status.st_uid, status.st_gid,
         getxattr(each.c_str(), "system.posix_acl_access", nullptr, 0) > 0});
  }
  return files;
}

Diagnostics CheckAccess(const std::vector<FileAccess>& files,
                        const UserIdentity& user) {
  Diagnostics findings;
  for (const FileAccess& file : files) {
    const bool is_directory = S_ISDIR(file.mode);
    const unsigned needed = is_directory ? kMaySearch : kMayWrite;
    if (user.uid == 0 || (PermissionsOf(file, user) & needed) != 0) continue;
    if (file.has_acl) {
      findings.push_back(
          {Severity::kWarning, DiagnosticCode::kPdnsRights, file.path,
           absl::StrFormat("its mode (%s) bars user %s, but it has an access "
                           "control list, which is not examined",
                           ModeWords(file), user.name),
           absl::StrFormat("getfacl %s", file.path)});
      continue;
    }
    findings.push_back(
        {Severity::kError, DiagnosticCode::kPdnsRights, file.path,
         absl::StrFormat("PowerDNS' user %s may not %s (%s)", user.name,
                         is_directory ? "go through it" : "connect to it",
                         ModeWords(file)),
         is_directory
             ? "chmod o+x, or give the directory the group of PowerDNS"
             : absl::StrFormat("set [listen] socket_group to a group of user "
                               "%s in groupring.toml",
                               user.name)});
  }
  if (findings.empty() && !files.empty()) {
    findings.push_back({Severity::kInfo, DiagnosticCode::kPdnsRights,
                        files.back().path,
                        absl::StrFormat("PowerDNS' user %s may connect (%s)",
                                        user.name, ModeWords(files.back())),
                        ""});
  }
  return findings;
}

}  // namespace groupring::backend
