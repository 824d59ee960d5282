#include "backend/health/logins.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/base/errno_status.h"
#include "redis/base/file_descriptor.h"
#include "redis/base/text.h"

namespace groupring::backend {
namespace {

constexpr std::string_view kSpace = " \t";

// The first word of the text, which goes on behind it.
std::string_view TakeWord(std::string_view* text) {
  const std::string_view word = text->substr(0, text->find_first_of(kSpace));
  text->remove_prefix(word.size());
  text->remove_prefix(std::min(text->size(), text->find_first_not_of(kSpace)));
  return word;
}

bool HasControlCharacters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == 0x7f;
  });
}

}  // namespace

absl::StatusOr<Logins> ParseLogins(std::string_view text,
                                   const std::string& file) {
  Logins logins;
  for (int number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto wrong = [&](std::string_view what) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s:%d: %s", file, number, what));
    };
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(kSpace)));
    if (line.empty() || line.front() == '#') continue;
    const std::string_view name = TakeWord(&line);
    const std::string_view user = TakeWord(&line);
    if (user.empty() || line.empty()) {
      return wrong("expected NAME USER PASSWORD, a line for each login");
    }
    if (HasControlCharacters(user) || HasControlCharacters(line)) {
      return wrong("FTP has no way to send control characters");
    }
    const bool is_new =
        logins
            .emplace(std::string(name),
                     Credential{std::string(user), std::string(line)})
            .second;
    if (!is_new) return wrong("this name has a login already, further up");
  }
  return logins;
}

absl::StatusOr<Logins> LoadLogins(const std::string& file) {
  const auto failed = [&](std::string_view why) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: %s; [checker] logins_file names it", file, why));
  };
  const FileDescriptor fd(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return failed("cannot be read: " + ErrnoText(errno));
  // Of the file that is open: what the name stands for may change.
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) return failed(ErrnoText(errno));
  if (!S_ISREG(status.st_mode)) return failed("is no file");
  if ((status.st_mode & S_IRWXO) != 0) {
    return failed(absl::StrFormat(
        "has passwords in it and is open to everybody (mode %04o): chmod o= it",
        status.st_mode & 07777));
  }
  std::string text;
  std::array<char, 4096> buffer;
  ssize_t size = 0;
  while ((size = read(fd.get(), buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<size_t>(size));
  }
  if (size < 0) return failed("cannot be read: " + ErrnoText(errno));
  return ParseLogins(text, file);
}

}  // namespace groupring::backend
