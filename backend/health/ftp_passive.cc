#include "backend/health/ftp_passive.h"

#include <array>
#include <charconv>
#include <cstddef>

#include "redis/base/host_port.h"

namespace groupring::backend {
namespace {

constexpr size_t kIpv4Offset = 12;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Six numbers of 0…255 with commas between, and no more of them.
std::optional<std::array<uint8_t, 6>> SixNumbers(std::string_view text) {
  std::array<uint8_t, 6> numbers{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0 && (at == end || *at++ != ',')) return std::nullopt;
    if (at == end || !IsDigit(*at)) return std::nullopt;
    const auto [after, error] = std::from_chars(at, end, numbers[i]);
    if (error != std::errc()) return std::nullopt;
    at = after;
  }
  if (at != end && (*at == ',' || IsDigit(*at))) return std::nullopt;
  return numbers;
}

}  // namespace

std::optional<PassiveEndpoint> ParsePasv(std::string_view text) {
  for (size_t at = 0; at < text.size(); ++at) {
    const bool begins =
        IsDigit(text[at]) &&
        (at == 0 || (!IsDigit(text[at - 1]) && text[at - 1] != ','));
    if (!begins) continue;
    const auto numbers = SixNumbers(text.substr(at));
    if (!numbers) continue;
    PassiveEndpoint endpoint;
    for (size_t i = 0; i < 4; ++i) {
      endpoint.address[kIpv4Offset + i] = (*numbers)[i];
    }
    endpoint.port = static_cast<uint16_t>((*numbers)[4] << 8 | (*numbers)[5]);
    if (endpoint.port == 0) return std::nullopt;
    return endpoint;
  }
  return std::nullopt;
}

std::optional<uint16_t> ParseEpsv(std::string_view text) {
  const size_t open = text.find('(');
  if (open == text.npos || open + 1 >= text.size()) return std::nullopt;
  text.remove_prefix(open + 1);
  const char delimiter = text[0];
  if (delimiter < '!' || delimiter > '~' || IsDigit(delimiter)) {
    return std::nullopt;
  }
  // Protocol and address are those of the control connection, and left out.
  if (text.size() < 3 || text[1] != delimiter || text[2] != delimiter) {
    return std::nullopt;
  }
  text.remove_prefix(3);
  const size_t end = text.find(delimiter);
  if (end == text.npos || !text.substr(end + 1).starts_with(')')) {
    return std::nullopt;
  }
  const std::optional<uint16_t> port = ParsePort(text.substr(0, end));
  if (!port || *port == 0) return std::nullopt;
  return port;
}

}  // namespace groupring::backend
