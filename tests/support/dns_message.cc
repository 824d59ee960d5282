#include "tests/support/dns_message.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>

#include <array>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace groupring::testing {
namespace {

constexpr int kEdns = 41;
constexpr int kClientSubnet = 8;
constexpr uint16_t kUdpSize = 4096;
constexpr uint16_t kDnssecOk = 0x8000;

constexpr std::array<std::pair<const char*, int>, 8> kTypes = {{
    {"A", ns_t_a},
    {"NS", ns_t_ns},
    {"CNAME", ns_t_cname},
    {"SOA", ns_t_soa},
    {"MX", ns_t_mx},
    {"TXT", ns_t_txt},
    {"AAAA", ns_t_aaaa},
    {"ANY", ns_t_any},
}};

constexpr std::array<const char*, 6> kStatus = {
    "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"};

uint16_t TypeFromName(const std::string& name) {
  for (const auto& [text, number] : kTypes) {
    if (name == text) return static_cast<uint16_t>(number);
  }
  throw std::runtime_error("no such type here: " + name);
}

std::string TypeToName(int type) {
  for (const auto& [text, number] : kTypes) {
    if (type == number) return text;
  }
  return "TYPE" + std::to_string(type);
}

void Append16(std::string* out, size_t number) {
  out->push_back(static_cast<char>(number >> 8 & 0xff));
  out->push_back(static_cast<char>(number & 0xff));
}

// The bytes of an address: 4 or 16.
std::string AddressBytes(const std::string& text) {
  std::array<char, 16> bytes{};
  if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    return {bytes.data(), 4};
  }
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
    return {bytes.data(), 16};
  }
  throw std::runtime_error("no address: " + text);
}

std::string AddressText(int family, const void* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(family, bytes, text.data(), text.size());
  return text.data();
}

std::string EncodeSubnet(const std::string& subnet) {
  const size_t slash = subnet.find('/');
  const std::string address = AddressBytes(subnet.substr(0, slash));
  const auto prefix =
      static_cast<size_t>(std::atoi(subnet.substr(slash + 1).c_str()));
  std::string option;
  Append16(&option, kClientSubnet);
  Append16(&option, 4 + (prefix + 7) / 8);
  Append16(&option, address.size() == 4 ? 1 : 2);
  option.push_back(static_cast<char>(prefix));
  option.push_back(0);  // scope
  option += address.substr(0, (prefix + 7) / 8);
  return option;
}

std::string DecodeSubnet(std::string_view options) {
  const auto number = [&options](size_t at) {
    return static_cast<size_t>(static_cast<unsigned char>(options[at]) << 8 |
                               static_cast<unsigned char>(options[at + 1]));
  };
  while (options.size() >= 4) {
    const size_t length = number(2);
    if (number(0) == kClientSubnet && length >= 4 &&
        options.size() >= 4 + length) {
      const int family = number(4) == 1 ? AF_INET : AF_INET6;
      std::string address(options.substr(8, length - 4));
      address.resize(16);
      return AddressText(family, address.data()) + "/" +
             std::to_string(static_cast<unsigned char>(options[6])) + "/" +
             std::to_string(static_cast<unsigned char>(options[7]));
    }
    options.remove_prefix(std::min(options.size(), 4 + length));
  }
  return "";
}

// The name at the start of the data.
std::string NameData(const ns_msg& message, const ns_rr& record) {
  std::array<char, NS_MAXDNAME> name{};
  if (::dn_expand(ns_msg_base(message), ns_msg_end(message),
                  ns_rr_rdata(record), name.data(), name.size()) < 0) {
    throw std::runtime_error("a record that cannot be read");
  }
  return name.data();
}

DnsRecord DecodeRecord(const ns_msg& message, const ns_rr& record) {
  DnsRecord decoded;
  decoded.name = ns_rr_name(record);
  decoded.type = TypeToName(ns_rr_type(record));
  decoded.ttl_seconds = ns_rr_ttl(record);
  switch (ns_rr_type(record)) {
    case ns_t_a:
      decoded.data = AddressText(AF_INET, ns_rr_rdata(record));
      break;
    case ns_t_aaaa:
      decoded.data = AddressText(AF_INET6, ns_rr_rdata(record));
      break;
    case ns_t_ns:
    case ns_t_cname:
    case ns_t_soa:
      decoded.data = NameData(message, record);
      break;
    default:
      break;
  }
  return decoded;
}

}  // namespace

std::string EncodeQuestion(const DnsQuestion& question, uint16_t id) {
  std::string message;
  Append16(&message, id);
  Append16(&message, 0);  // a query, no recursion
  Append16(&message, 1);
  Append16(&message, 0);
  Append16(&message, 0);
  Append16(&message, 1);  // the OPT record
  std::array<unsigned char, NS_MAXCDNAME> name{};
  if (::ns_name_pton(question.name.c_str(), name.data(), name.size()) < 0) {
    throw std::runtime_error("no name: " + question.name);
  }
  for (size_t i = 0; name[i] != 0; i += name[i] + size_t{1}) {
    message.append(reinterpret_cast<const char*>(&name[i]),
                   name[i] + size_t{1});
  }
  message.push_back(0);
  Append16(&message, TypeFromName(question.type));
  Append16(&message, ns_c_in);

  message.push_back(0);  // the root
  Append16(&message, kEdns);
  Append16(&message, kUdpSize);
  Append16(&message, 0);  // extended status, version
  Append16(&message, question.dnssec ? kDnssecOk : 0);
  const std::string options =
      question.subnet.empty() ? "" : EncodeSubnet(question.subnet);
  Append16(&message, options.size());
  return message + options;
}

DnsReply DecodeReply(std::string_view bytes) {
  ns_msg message;
  if (::ns_initparse(reinterpret_cast<const unsigned char*>(bytes.data()),
                     static_cast<int>(bytes.size()), &message) != 0) {
    throw std::runtime_error("no DNS message");
  }
  DnsReply reply;
  reply.status =
      kStatus.at(static_cast<size_t>(ns_msg_getflag(message, ns_f_rcode)));
  reply.authoritative = ns_msg_getflag(message, ns_f_aa) != 0;
  ns_rr record;
  const auto each = [&](ns_sect section, auto visit) {
    for (int i = 0; i < ns_msg_count(message, section); ++i) {
      if (::ns_parserr(&message, section, i, &record) != 0) {
        throw std::runtime_error("a record that cannot be parsed");
      }
      visit();
    }
  };
  each(ns_s_qd, [&] { reply.name = ns_rr_name(record); });
  each(ns_s_an, [&] { reply.answer.push_back(DecodeRecord(message, record)); });
  each(ns_s_ns,
       [&] { reply.authority.push_back(DecodeRecord(message, record)); });
  each(ns_s_ar, [&] {
    if (ns_rr_type(record) != kEdns) return;
    reply.subnet =
        DecodeSubnet({reinterpret_cast<const char*>(ns_rr_rdata(record)),
                      static_cast<size_t>(ns_rr_rdlen(record))});
  });
  return reply;
}

std::string ProxyHeader(const std::string& source) {
  const std::string address = AddressBytes(source);
  std::string header("\r\n\r\n\0\r\nQUIT\n", 12);
  header.push_back('\x21');                                 // version 2, PROXY
  header.push_back(address.size() == 4 ? '\x12' : '\x22');  // UDP
  Append16(&header, 2 * address.size() + 4);
  header += address;
  header +=
      address.size() == 4 ? AddressBytes("127.0.0.1") : AddressBytes("::1");
  Append16(&header, 40000);
  Append16(&header, 53);
  return header;
}

}  // namespace groupring::testing
