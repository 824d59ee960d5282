// The status line of an HTTP response, of bytes that arrive in any pieces.
#ifndef GROUPRING_BACKEND_HEALTH_HTTP_STATUS_H_
#define GROUPRING_BACKEND_HEALTH_HTTP_STATUS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace groupring::backend {

struct HttpStatus {
  int code = 0;      // 200…999
  std::string line;  // "HTTP/1.1 200 OK"

  bool operator==(const HttpStatus&) const = default;
};

// Nothing when the line is no status line of HTTP/1 (RFC 9112, 4), "HTTP/1.1
// 200" or "HTTP/1.1 200 OK".
std::optional<HttpStatus> ParseHttpStatusLine(std::string_view line);

// Passes over interim responses (100…199). Not thread-safe.
class HttpStatusReader {
 public:
  // What the status line and the heads of interim responses may have.
  static constexpr size_t kMaxHeadSize = size_t{16} * 1024;

  // Takes the bytes in. After the status, or an error, they are ignored.
  void Feed(std::string_view bytes);

  const std::optional<HttpStatus>& status() const { return status_; }
  // Why there is no status; "" if nothing is wrong.
  const std::string& error() const { return error_; }
  // What has arrived and is no line yet, or makes no sense.
  std::string_view Unfinished() const { return rest_; }

 private:
  void TakeLine(std::string_view line);

  std::string rest_;
  size_t size_ = 0;
  bool in_interim_head_ = false;
  std::optional<HttpStatus> status_;
  std::string error_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_HTTP_STATUS_H_
