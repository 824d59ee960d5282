#include "backend/health/ftp_reply.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/base/text.h"

namespace groupring::backend {
namespace {

constexpr size_t kCodeSize = 3;

// 0 when the line does not begin with a code of RFC 959: three digits, the
// first 1…6, the second 0…5, and then a space, a hyphen or nothing.
int CodeOf(std::string_view line) {
  if (line.size() < kCodeSize) return 0;
  int code = 0;
  for (const char c : line.substr(0, kCodeSize)) {
    if (c < '0' || c > '9') return 0;
    code = code * 10 + (c - '0');
  }
  if (code < 100 || code >= 660 || code / 10 % 10 > 5) return 0;
  if (line.size() == kCodeSize) return code;
  return line[kCodeSize] == ' ' || line[kCodeSize] == '-' ? code : 0;
}

bool IsContinued(std::string_view line) {
  return line.size() > kCodeSize && line[kCodeSize] == '-';
}

}  // namespace

std::string FtpReply::Text() const {
  std::string text = std::to_string(code);
  for (const std::string_view line : lines) {
    const std::string_view words = Trimmed(
        CodeOf(line) == code ? line.substr(std::min(line.size(), kCodeSize + 1))
                             : line);
    if (words.empty()) continue;
    text.append(" ").append(words);
  }
  return text;
}

void FtpReplyReader::Feed(std::string_view bytes) {
  if (error_.empty()) rest_.append(bytes);
}

std::string_view FtpReplyReader::Unfinished() const {
  if (reply_ && !reply_->lines.empty()) return reply_->lines.front();
  return rest_;
}

std::optional<FtpReply> FtpReplyReader::Next() {
  while (error_.empty()) {
    const size_t end = rest_.find('\n');
    const size_t size = end == rest_.npos ? rest_.size() : end;
    if (size > kMaxLineSize) {
      error_ = absl::StrFormat("a line of more than %d bytes", kMaxLineSize);
      break;
    }
    if (end == rest_.npos) break;
    std::string_view line(rest_.data(), end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool is_last = AddLine(line);
    if (!error_.empty()) break;
    rest_.erase(0, end + 1);
    if (!is_last) continue;
    reply_size_ = 0;
    return std::exchange(reply_, std::nullopt);
  }
  return std::nullopt;
}

bool FtpReplyReader::AddLine(std::string_view line) {
  const int code = CodeOf(line);
  reply_size_ += line.size() + 1;
  if (reply_size_ > kMaxReplySize) {
    error_ = absl::StrFormat("a reply of more than %d bytes", kMaxReplySize);
    return false;
  }
  if (!reply_) {
    if (code == 0) {
      error_ = "a line that begins with no code";
      return false;
    }
    reply_ = FtpReply{code, {std::string(line)}};
    return !IsContinued(line);
  }
  reply_->lines.emplace_back(line);
  return code == reply_->code && !IsContinued(line);
}

}  // namespace groupring::backend
