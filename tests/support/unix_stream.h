// A connection to a unix socket that is read in lines.
#ifndef GROUPRING_TESTS_SUPPORT_UNIX_STREAM_H_
#define GROUPRING_TESTS_SUPPORT_UNIX_STREAM_H_

#include <optional>
#include <string>
#include <string_view>

namespace groupring::testing {

// Lines over a pair of descriptors (a socket twice, or two pipes), which stay
// the caller's.
class LineStream {
 public:
  LineStream(int input_fd, int output_fd)
      : input_fd_(input_fd), output_fd_(output_fd) {}

  // False when the peer is gone.
  bool Send(std::string_view bytes);

  // The next line without its newline; nothing when the peer has closed.
  // Throws std::runtime_error when neither happens for a long time.
  std::optional<std::string> ReadLine();

 private:
  int input_fd_;   // we write
  int output_fd_;  // we read
  std::string pending_;
};

// Connects at once or throws std::runtime_error.
class UnixStream {
 public:
  explicit UnixStream(const std::string& path);
  ~UnixStream();
  UnixStream(const UnixStream&) = delete;
  UnixStream& operator=(const UnixStream&) = delete;

  int fd() const { return fd_; }
  LineStream& lines() { return lines_; }

 private:
  int fd_;
  LineStream lines_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_UNIX_STREAM_H_
