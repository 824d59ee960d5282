#include "backend/settings/value_checks.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "redis/base/host_port.h"

namespace groupring::backend {

bool Anything(const std::string&) { return true; }
bool IsPathOrEmpty(const std::string& text) {
  return text.empty() || text.front() == '/';
}
bool IsUrl(const std::string& text) {
  return text.find("://") != std::string::npos;
}
bool IsUrlOrEmpty(const std::string& text) {
  return text.empty() || IsUrl(text);
}
bool IsHostPort(const std::string& text) {
  if (text.empty()) return true;
  const std::optional<HostPort> parts = SplitHostPort(text);
  if (!parts || !parts->port || !ParsePort(*parts->port)) return false;
  // Listened on as it is: no name is looked up.
  const std::string host(parts->host.substr(0, parts->host.find('%')));
  return host == "localhost" || IsAddress(host);
}
bool IsWord(const std::string& text) {
  return text.size() <= 255 &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c < 0x7f; });
}
bool IsHostName(const std::string& text) {
  return !text.empty() && text.size() <= 253 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isalnum(c) || c == '.' || c == '-' || c == '_';
         });
}
bool IsAddress(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}
bool IsAddressWithPort(const std::string& text) {
  const std::optional<HostPort> parts = SplitHostPort(text);
  return parts && parts->port && ParsePort(*parts->port).value_or(0) != 0 &&
         IsAddress(std::string(parts->host));
}

}  // namespace groupring::backend
