#include "backend/health/proxy_header.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/strings/str_format.h"

namespace groupring::backend {
namespace {

using redis::Family;
using redis::ProxyHeader;

constexpr size_t kIpv4Offset = 12;

std::string Version1(const AddressAndPort& source,
                     const AddressAndPort& destination) {
  return absl::StrFormat("PROXY TCP%d %s %s %d %d\r\n",
                         source.family == Family::kA ? 4 : 6,
                         AddressText(source), AddressText(destination),
                         source.port, destination.port);
}

void AppendAddress(const AddressAndPort& endpoint, std::string* bytes) {
  const size_t first = endpoint.family == Family::kA ? kIpv4Offset : 0;
  for (size_t i = first; i < endpoint.address.size(); ++i) {
    *bytes += static_cast<char>(endpoint.address[i]);
  }
}

void AppendNumber(size_t number, std::string* bytes) {
  *bytes += static_cast<char>(number >> 8 & 0xff);
  *bytes += static_cast<char>(number & 0xff);
}

std::string Version2(const AddressAndPort& source,
                     const AddressAndPort& destination) {
  const bool is_ipv4 = source.family == Family::kA;
  std::string bytes("\r\n\r\n\0\r\nQUIT\n", 12);
  bytes += '\x21';                     // version 2, PROXY
  bytes += is_ipv4 ? '\x11' : '\x21';  // over TCP
  AppendNumber(is_ipv4 ? 12 : 36, &bytes);
  AppendAddress(source, &bytes);
  AppendAddress(destination, &bytes);
  AppendNumber(source.port, &bytes);
  AppendNumber(destination.port, &bytes);
  return bytes;
}

}  // namespace

std::string ProxyHeaderBytes(ProxyHeader header, const AddressAndPort& source,
                             const AddressAndPort& destination) {
  switch (header) {
    case ProxyHeader::kOff:
      return "";
    case ProxyHeader::kV1:
      return Version1(source, destination);
    case ProxyHeader::kV2:
      return Version2(source, destination);
  }
  return "";
}

}  // namespace groupring::backend
