// HTTP requests and responses as plain values, free of any library.
#ifndef GROUPRING_BACKEND_PROTOCOL_HTTP_MESSAGE_H_
#define GROUPRING_BACKEND_PROTOCOL_HTTP_MESSAGE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace groupring::backend {

struct HttpRequest {
  std::string verb;    // "GET", "POST", …
  std::string target;  // as sent: percent-encoded, with the query
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  // Of the target, still percent-encoded: up to, and after, its '?'.
  std::string_view Path() const;
  std::string_view Query() const;

  // The first header of that name, in any case; empty: there is none.
  std::string_view Header(std::string_view name) const;
  // How many headers have that name, in any case.
  size_t CountHeaders(std::string_view name) const;

  // A target with scheme and host, as clients send it to a proxy, becomes one
  // without, and its host that of the request (RFC 9112, 3.2.2).
  void ReduceTarget();
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  // Lines of the head besides these, each with its CR LF; ours, no text of
  // others.
  std::string_view more_head = {};
};

// {"result":false,"error":"…"}, which PowerDNS can read, too.
HttpResponse HttpError(int status, std::string_view message);

// Appends what stands before the body of a response. `last`: the connection
// ends with it. `more`: further lines, each with its CR LF.
void AppendHttpHead(int status, std::string_view content_type, size_t body_size,
                    bool last, std::string* out, std::string_view more = {});

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_HTTP_MESSAGE_H_
