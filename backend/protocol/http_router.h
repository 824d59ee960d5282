// The pages of an HTTP server, and the names that it answers to.
#ifndef GROUPRING_BACKEND_PROTOCOL_HTTP_ROUTER_H_
#define GROUPRING_BACKEND_PROTOCOL_HTTP_ROUTER_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backend/protocol/http_message.h"

namespace groupring::backend {

// Answers GET (and HEAD) of one path. Called from several threads at once.
using HttpRoute = std::function<HttpResponse(const HttpRequest&)>;

enum class RouteKind {
  kPage,    // may take long; for people and for metrics
  kUrgent,  // may take long; for watchdogs, and not held up by pages
  kAtOnce,  // takes no time
};

// Thread-safe once all routes are added.
class HttpRouter {
 public:
  // A web page that a browser on this machine shows can send requests here
  // under a name of its own that it points to our address. So the Host header
  // must be an address, "localhost", or one of these names.
  explicit HttpRouter(std::vector<std::string> host_names = {});

  // `path` is matched as a whole, still percent-encoded.
  void Add(std::string path, HttpRoute route,
           RouteKind kind = RouteKind::kPage);

  // kAtOnce where there is no route.
  RouteKind KindOf(const HttpRequest& http) const;

  bool IsHostAllowed(std::string_view host) const;

  // What the route of the request's path answers; an error where there is none.
  HttpResponse Answer(const HttpRequest& http) const;

 private:
  struct Entry {
    HttpRoute route;
    RouteKind kind = RouteKind::kPage;
  };

  std::vector<std::string> host_names_;
  std::map<std::string, Entry, std::less<>> routes_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_HTTP_ROUTER_H_
