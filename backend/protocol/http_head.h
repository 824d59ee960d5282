// Reads the heads of HTTP/1 requests: request line and headers, with
// cpp-httplib.
#ifndef GROUPRING_BACKEND_PROTOCOL_HTTP_HEAD_H_
#define GROUPRING_BACKEND_PROTOCOL_HTTP_HEAD_H_

#include <memory>
#include <string_view>

#include "backend/protocol/http_message.h"

namespace groupring::backend {

struct HttpHead {
  HttpRequest request;  // without its body
  bool last = false;    // the peer sends no other request after this one
};

// One thread at a time. No I/O.
class HttpHeadReader {
 public:
  // To be made while there is one thread: the library makes its constants when
  // it first needs them.
  HttpHeadReader();
  ~HttpHeadReader();
  HttpHeadReader(HttpHeadReader&&) noexcept;

  // Reads a whole head, which ends in an empty line. Returns 0, or the status
  // that the request is to be refused with.
  int Read(std::string_view text, HttpHead* head);

 private:
  class Library;
  std::unique_ptr<Library> library_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_HTTP_HEAD_H_
