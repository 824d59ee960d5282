#include "redis/base/host_port.h"

#include <charconv>
#include <cstddef>

#include "absl/strings/str_format.h"

namespace groupring {

std::optional<HostPort> SplitHostPort(std::string_view text) {
  HostPort parts;
  parts.bracketed = text.starts_with('[');
  std::string_view rest;
  if (parts.bracketed) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    parts.host = text.substr(1, close - 1);
    rest = text.substr(close + 1);
    if (!rest.empty() && rest.front() != ':') return std::nullopt;
  } else {
    parts.host = text.substr(0, text.find(':'));
    rest = text.substr(parts.host.size());
  }
  if (parts.host.empty()) return std::nullopt;
  if (!rest.empty()) parts.port = rest.substr(1);
  return parts;
}

std::optional<uint16_t> ParsePort(std::string_view text) {
  uint16_t port = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return port;
}

std::string FormatHostPort(std::string_view host, uint16_t port) {
  const bool is_ipv6 = host.find(':') != std::string_view::npos;
  return absl::StrFormat("%s%s%s:%d", is_ipv6 ? "[" : "", host,
                         is_ipv6 ? "]" : "", port);
}

}  // namespace groupring
