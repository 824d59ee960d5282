#include "backend/health/http_status.h"

#include "absl/strings/str_format.h"

namespace groupring::backend {

std::optional<HttpStatus> ParseHttpStatusLine(std::string_view line) {
  constexpr std::string_view kVersion = "HTTP/1.";
  constexpr size_t kCodeAt = kVersion.size() + 2;  // a digit and a space
  constexpr size_t kCodeEnd = kCodeAt + 3;
  if (line.size() < kCodeEnd || !line.starts_with(kVersion)) {
    return std::nullopt;
  }
  const char minor = line[kVersion.size()];
  if (minor < '0' || minor > '9' || line[kCodeAt - 1] != ' ') {
    return std::nullopt;
  }
  int code = 0;
  for (const char c : line.substr(kCodeAt, 3)) {
    if (c < '0' || c > '9') return std::nullopt;
    code = code * 10 + (c - '0');
  }
  if (code < 100) return std::nullopt;
  if (line.size() > kCodeEnd && line[kCodeEnd] != ' ') return std::nullopt;
  return HttpStatus{code, std::string(line)};
}

void HttpStatusReader::Feed(std::string_view bytes) {
  if (status_ || !error_.empty()) return;
  rest_.append(bytes);
  const auto check_size = [this](size_t size) {
    if (size <= kMaxHeadSize) return;
    error_ = absl::StrFormat("no status within %d bytes", kMaxHeadSize);
  };
  while (!status_) {
    const size_t end = rest_.find('\n');
    if (end == rest_.npos) {
      check_size(size_ + rest_.size());
      return;
    }
    size_ += end + 1;
    check_size(size_);
    std::string_view line(rest_.data(), end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (error_.empty()) TakeLine(line);
    if (!error_.empty()) return;
    rest_.erase(0, end + 1);
  }
}

void HttpStatusReader::TakeLine(std::string_view line) {
  if (in_interim_head_) {
    in_interim_head_ = !line.empty();
    return;
  }
  std::optional<HttpStatus> status = ParseHttpStatusLine(line);
  if (!status) {
    error_ = "no status line of HTTP/1";
  } else if (status->code < 200) {
    in_interim_head_ = true;
  } else {
    status_ = std::move(status);
  }
}

}  // namespace groupring::backend
