#include "backend/protocol/http_router.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "redis/base/host_port.h"
#include "redis/base/text.h"

namespace groupring::backend {
namespace {

bool IsAddress(const std::string& text) {
  in6_addr address;
  return inet_pton(AF_INET, text.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

}  // namespace

HttpRouter::HttpRouter(std::vector<std::string> host_names)
    : host_names_(std::move(host_names)) {
  host_names_.emplace_back("localhost");
}

void HttpRouter::Add(std::string path, HttpRoute route, RouteKind kind) {
  routes_[std::move(path)] = {std::move(route), kind};
}

RouteKind HttpRouter::KindOf(const HttpRequest& http) const {
  const auto entry = routes_.find(http.Path());
  return entry == routes_.end() ? RouteKind::kAtOnce : entry->second.kind;
}

bool HttpRouter::IsHostAllowed(std::string_view host) const {
  // An IPv6 address may be without brackets, which is no host:port.
  if (IsAddress(std::string(host))) return true;
  const std::optional<HostPort> parts = SplitHostPort(host);
  if (!parts ||
      (parts->port && !parts->port->empty() && !ParsePort(*parts->port))) {
    return false;
  }
  const std::string name(parts->host);
  return IsAddress(name) ||
         std::any_of(host_names_.begin(), host_names_.end(),
                     [&](const std::string& allowed) {
                       return EqualsIgnoreCase(name, allowed);
                     });
}

HttpResponse HttpRouter::Answer(const HttpRequest& http) const {
  const auto entry = routes_.find(http.Path());
  if (entry == routes_.end()) return HttpError(404, "no such page");
  if (http.verb != "GET" && http.verb != "HEAD") {
    return HttpError(405, "this page can only be read");
  }
  return entry->second.route(http);
}

}  // namespace groupring::backend
