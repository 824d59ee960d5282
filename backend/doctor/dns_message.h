// Just enough of DNS messages (RFC 1035, RFC 6891, RFC 7871) to ask a name
// server one question as a client of a given subnet. Pure.
#ifndef GROUPRING_BACKEND_DOCTOR_DNS_MESSAGE_H_
#define GROUPRING_BACKEND_DOCTOR_DNS_MESSAGE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "redis/model/address.h"

namespace groupring::backend {

// A query for the A or AAAA records of `name`, in presentation form, on behalf
// of the IPv4 /24 whose first three bytes are given. kInvalidArgument: it is
// not a DNS name.
absl::StatusOr<std::string> EncodeQuery(uint16_t id, const std::string& name,
                                        const std::array<uint8_t, 3>& subnet,
                                        redis::Family family);

struct DnsAnswer {
  int rcode = 0;
  bool authoritative = false;
  std::vector<std::string> addresses;  // of the A and AAAA records
  std::optional<int> ecs_scope;        // of the answer's subnet option
};

// nullopt: it is not a well-formed answer to the query with that id.
std::optional<DnsAnswer> DecodeAnswer(uint16_t id, std::string_view message);

// "NOERROR", "SERVFAIL", …
std::string RcodeName(int rcode);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_DNS_MESSAGE_H_
