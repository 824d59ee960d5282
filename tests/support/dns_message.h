// DNS messages as bytes (RFC 1035, 6891, 7871). The reading half stands on the
// C library's resolver.
#ifndef GROUPRING_TESTS_SUPPORT_DNS_MESSAGE_H_
#define GROUPRING_TESTS_SUPPORT_DNS_MESSAGE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/support/dns_client.h"

namespace groupring::testing {

std::string EncodeQuestion(const DnsQuestion& question, uint16_t id);

// Throws std::runtime_error for bytes that are no reply.
DnsReply DecodeReply(std::string_view message);

// A PROXY protocol (version 2) header for UDP from `source` to 127.0.0.1.
std::string ProxyHeader(const std::string& source);

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_DNS_MESSAGE_H_
