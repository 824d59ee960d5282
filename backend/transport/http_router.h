// Which answer belongs to which HTTP request. No I/O.
#ifndef GROUPRING_BACKEND_TRANSPORT_HTTP_ROUTER_H_
#define GROUPRING_BACKEND_TRANSPORT_HTTP_ROUTER_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backend/protocol/handler.h"
#include "backend/protocol/http_message.h"

namespace groupring::backend {

// Answers GET (and HEAD) of one path. Called from several threads at once.
using HttpRoute = std::function<HttpResponse(const HttpRequest&)>;

// Thread-safe once all routes are added.
class HttpRouter {
 public:
  // A web page that a browser on this machine shows can send requests here
  // under a name of its own that it points to our address. So the Host header
  // must be an address, "localhost", or one of these names.
  explicit HttpRouter(std::vector<std::string> host_names = {});

  // `path` is matched as a whole, still percent-encoded.
  void Add(std::string path, HttpRoute route);

  bool IsHostAllowed(std::string_view host) const;

  // PowerDNS' requests go to the handler, others to their route. Why a request
  // of PowerDNS got an error is left in `fault`.
  HttpResponse Answer(const HttpRequest& http, Handler* handler,
                      std::string* fault) const;

 private:
  std::vector<std::string> host_names_;
  std::map<std::string, HttpRoute, std::less<>> routes_;
};

// {"result":false,"error":"…"}, which PowerDNS can read, too.
HttpResponse HttpError(int status, std::string_view message);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_HTTP_ROUTER_H_
