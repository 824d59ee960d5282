// A peer on a stream socket, for tests: every wait ends, with a failure.
#ifndef GROUPRING_TESTS_BACKEND_TRANSPORT_STREAM_CLIENT_H_
#define GROUPRING_TESTS_BACKEND_TRANSPORT_STREAM_CLIENT_H_

#include <string>
#include <string_view>

#include "backend/transport/listening_socket.h"
#include "redis/base/file_descriptor.h"

namespace groupring::backend {

// Of a TCP socket.
inline int PortOf(const ListeningSocket& listener) {
  return std::stoi(listener.name().substr(listener.name().rfind(':') + 1));
}

class StreamClient {
 public:
  // Connects; throws std::runtime_error when it cannot.
  static StreamClient ToUnix(const std::string& path);
  static StreamClient ToLoopback(int port);
  explicit StreamClient(FileDescriptor fd) : fd_(std::move(fd)) {}

  // All of it; false: the peer is gone.
  bool Send(std::string_view bytes);
  // As much as goes without waiting.
  size_t SendSome(std::string_view bytes);
  void EndInput();  // half-closes

  // The next line with its newline; empty at the end of the stream.
  std::string ReadLine();
  // Exactly this many bytes, fewer at the end of the stream.
  std::string ReadBytes(size_t size);
  // All there is to the end of the stream.
  std::string ReadToEnd();

  std::string Ask(std::string_view line) {
    Send(line);
    return ReadLine();
  }

  int fd() const { return fd_.get(); }
  void Close() { fd_.Reset(); }

 private:
  bool Fill();  // false: the end

  FileDescriptor fd_;
  std::string received_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_TESTS_BACKEND_TRANSPORT_STREAM_CLIENT_H_
