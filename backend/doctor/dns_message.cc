#include "backend/doctor/dns_message.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <resolv.h>

#include <initializer_list>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

constexpr uint16_t kUdpPayload = 1232;
constexpr uint16_t kClientSubnet = 8;  // RFC 7871
constexpr uint16_t kFamilyIpv4 = 1;
constexpr uint8_t kSubnetPrefix = 24;

void Append16(std::initializer_list<uint16_t> numbers, std::string* out) {
  for (const uint16_t number : numbers) {
    out->push_back(static_cast<char>(number >> 8));
    out->push_back(static_cast<char>(number & 0xff));
  }
}

// The scope prefix of the client subnet option among an OPT record's options.
std::optional<int> ScopeIn(const ns_rr& opt) {
  const unsigned char* at = ns_rr_rdata(opt);
  size_t left = ns_rr_rdlen(opt);
  while (left >= 4) {
    const size_t code = ns_get16(at);
    const size_t size = ns_get16(at + 2);
    if (size > left - 4) return std::nullopt;
    if (code == kClientSubnet && size >= 4) return at[7];
    at += 4 + size;
    left -= 4 + size;
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::string> EncodeQuery(uint16_t id, const std::string& name,
                                        const std::array<uint8_t, 3>& subnet,
                                        redis::Family family) {
  std::array<unsigned char, NS_MAXCDNAME> wire{};
  if (ns_name_pton(name.c_str(), wire.data(), wire.size()) < 0) {
    return absl::InvalidArgumentError(Printable(name) + " is not a DNS name");
  }
  const int name_size = dn_skipname(wire.data(), wire.data() + wire.size());
  std::string query;
  // No flags, one question, one additional record.
  Append16({id, 0, 1, 0, 0, 1}, &query);
  query.append(wire.begin(), wire.begin() + name_size);
  const uint16_t type = family == redis::Family::kA ? ns_t_a : ns_t_aaaa;
  Append16({type, ns_c_in}, &query);
  query.push_back('\0');  // the owner of OPT is the root
  const auto option_size = static_cast<uint16_t>(4 + subnet.size());
  Append16({ns_t_opt, kUdpPayload, 0, 0, static_cast<uint16_t>(4 + option_size),
            kClientSubnet, option_size, kFamilyIpv4},
           &query);
  query.push_back(static_cast<char>(kSubnetPrefix));
  query.push_back('\0');  // the scope, which is the server's to say
  query.append(subnet.begin(), subnet.end());
  return query;
}

std::optional<DnsAnswer> DecodeAnswer(uint16_t id, std::string_view message) {
  ns_msg parsed;
  if (ns_initparse(reinterpret_cast<const unsigned char*>(message.data()),
                   static_cast<int>(message.size()), &parsed) != 0 ||
      ns_msg_id(parsed) != id || ns_msg_getflag(parsed, ns_f_qr) == 0) {
    return std::nullopt;
  }
  DnsAnswer answer;
  answer.rcode = ns_msg_getflag(parsed, ns_f_rcode);
  answer.authoritative = ns_msg_getflag(parsed, ns_f_aa) != 0;
  for (const ns_sect section : {ns_s_an, ns_s_ar}) {
    for (int i = 0; i < ns_msg_count(parsed, section); ++i) {
      ns_rr record;
      if (ns_parserr(&parsed, section, i, &record) != 0) return std::nullopt;
      const bool is_a =
          ns_rr_type(record) == ns_t_a && ns_rr_rdlen(record) == NS_INADDRSZ;
      const bool is_aaaa = ns_rr_type(record) == ns_t_aaaa &&
                           ns_rr_rdlen(record) == NS_IN6ADDRSZ;
      if (section == ns_s_an && (is_a || is_aaaa)) {
        std::array<char, INET6_ADDRSTRLEN> text{};
        inet_ntop(is_a ? AF_INET : AF_INET6, ns_rr_rdata(record), text.data(),
                  text.size());
        answer.addresses.emplace_back(text.data());
      } else if (section == ns_s_ar && ns_rr_type(record) == ns_t_opt) {
        answer.ecs_scope = ScopeIn(record);
      }
    }
  }
  return answer;
}

std::string RcodeName(int rcode) {
  switch (rcode) {
    case 0:
      return "NOERROR";
    case 2:
      return "SERVFAIL";
    case 3:
      return "NXDOMAIN";
    case 5:
      return "REFUSED";
    default:
      return absl::StrFormat("RCODE %d", rcode);
  }
}

}  // namespace groupring::backend
