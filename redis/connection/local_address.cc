#include "redis/connection/local_address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

namespace groupring::redis {
namespace {

bool IsAddressOf(const sockaddr* own, const Endpoint& endpoint) {
  if (own == nullptr) return false;
  if (own->sa_family == AF_INET) {
    in_addr asked{};
    return inet_pton(AF_INET, endpoint.host.c_str(), &asked) == 1 &&
           asked.s_addr ==
               reinterpret_cast<const sockaddr_in*>(own)->sin_addr.s_addr;
  }
  if (own->sa_family == AF_INET6) {
    in6_addr asked{};
    return inet_pton(AF_INET6, endpoint.host.c_str(), &asked) == 1 &&
           std::memcmp(&asked,
                       &reinterpret_cast<const sockaddr_in6*>(own)->sin6_addr,
                       sizeof(asked)) == 0;
  }
  return false;
}

}  // namespace

bool IsLocal(const Endpoint& endpoint) {
  if (!endpoint.unix_path.empty()) return true;
  if (endpoint.host == "localhost" || endpoint.host.starts_with("127.") ||
      endpoint.host == "::1") {
    return true;
  }
  ifaddrs* interfaces = nullptr;
  if (getifaddrs(&interfaces) != 0) return false;
  bool found = false;
  for (const ifaddrs* each = interfaces; each != nullptr && !found;
       each = each->ifa_next) {
    found = IsAddressOf(each->ifa_addr, endpoint);
  }
  freeifaddrs(interfaces);
  return found;
}

}  // namespace groupring::redis
