#include "backend/doctor/signing_probe.h"

#include <arpa/nameser.h>
#include <resolv.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "backend/doctor/answer_fit.h"
#include "backend/doctor/dns_message.h"
#include "backend/doctor/dns_probe.h"
#include "redis/base/dns_name.h"
#include "redis/base/random.h"
#include "redis/base/text.h"

namespace groupring::backend {
namespace {

using Code = DiagnosticCode;
using Bytes = std::vector<uint8_t>;

constexpr size_t kProbedNames = 3;
constexpr uint16_t kNsec = 47;
constexpr uint16_t kDnskey = 48;
constexpr uint16_t kNsec3 = 50;
// For private use (RFC 6895, 3.1): there is none at a name with addresses.
constexpr uint16_t kAbsentType = 65534;

std::optional<ns_msg> Parsed(std::string_view message) {
  ns_msg parsed;
  if (ns_initparse(reinterpret_cast<const unsigned char*>(message.data()),
                   static_cast<int>(message.size()), &parsed) != 0) {
    return std::nullopt;
  }
  return parsed;
}

// Calls `visit` with each record of the section up to one that is malformed.
template <typename Visit>
void ForEachRecord(ns_msg parsed, ns_sect section, const Visit& visit) {
  for (int i = 0; i < ns_msg_count(parsed, section); ++i) {
    ns_rr record;
    if (ns_parserr(&parsed, section, i, &record) != 0) return;
    visit(record);
  }
}

// Of base32hex (RFC 4648, 7), as the owners of NSEC3 records are; empty for
// other text.
Bytes HashOf(std::string_view label) {
  Bytes bytes;
  uint32_t bits = 0;
  int count = 0;
  for (char c : label) {
    c = ToLowerAscii(c);
    const bool digit = c >= '0' && c <= '9';
    if (!digit && (c < 'a' || c > 'v')) return {};
    bits = bits << 5 | static_cast<uint32_t>(digit ? c - '0' : c - 'a' + 10);
    count += 5;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<uint8_t>(bits >> count));
    }
  }
  return bytes;
}

// The next hash of an NSEC3 record (RFC 5155, 3.2); empty if malformed.
Bytes NextHash(const ns_rr& record) {
  const unsigned char* const data = ns_rr_rdata(record);
  const size_t size = ns_rr_rdlen(record);
  if (size < 5) return {};
  const size_t salt = data[4];
  if (size < 6 + salt) return {};
  const size_t length = data[5 + salt];
  if (size < 6 + salt + length) return {};
  return {data + 6 + salt, data + 6 + salt + length};
}

Bytes PlusOne(Bytes number) {
  for (size_t i = number.size(); i-- > 0;) {
    if (++number[i] != 0) break;
  }
  return number;
}

// Made for one hash alone, which nothing else can be between.
bool IsNarrow(const ns_rr& record) {
  const std::string owner = ns_rr_name(record);
  const Bytes hash = HashOf(owner.substr(0, owner.find('.')));
  return !hash.empty() && NextHash(record) == PlusOne(hash);
}

std::optional<std::string> Ask(const std::string& server,
                               const std::string& name, uint16_t type,
                               std::chrono::milliseconds timeout) {
  Mt19937Random random;
  const auto id = static_cast<uint16_t>(random.Below(65536));
  const auto query = EncodeSignedQuery(id, name, type);
  if (!query.ok()) return std::nullopt;
  std::string answer;
  const absl::Status asked =
      ExchangeDns(server, *query, timeout, [&](std::string_view message) {
        answer = std::string(message);
        return DecodeAnswer(id, message).has_value();
      });
  if (!asked.ok()) return std::nullopt;
  return answer;
}

Diagnostic FindingOf(Proof proof, const std::string& zone,
                     const std::string& about) {
  const std::string narrow = absl::StrFormat(
      "pdnsutil set-nsec3 %s '1 0 0 -' narrow; then "
      "pdns_control purge '%s$'; see DNSSEC.md",
      zone, zone);
  switch (proof) {
    case Proof::kNarrow:
      return {Severity::kInfo, Code::kDnsAnswer, about,
              "signed, and proved with narrow NSEC3", ""};
    case Proof::kNsec:
      return {Severity::kInfo, Code::kDnsAnswer, about,
              "signed, and proved with NSEC of the name", ""};
    case Proof::kForeign:
      return {Severity::kError, Code::kDnsAnswer, about,
              "signed, and the proof denies that this name exists: validating "
              "resolvers answer SERVFAIL, and after one such proof they may "
              "take every name of the zone for nonexistent",
              narrow};
    case Proof::kNotNarrow:
      return {Severity::kError, Code::kDnsAnswer, about,
              "signed with NSEC3 that is not narrow, whose proofs are wrong "
              "for dynamic names",
              narrow};
    case Proof::kNone:
      break;
  }
  return {Severity::kError, Code::kDnsAnswer, about,
          "signed, and nothing proves that there is no such type: validating "
          "resolvers answer SERVFAIL",
          narrow};
}

}  // namespace

absl::StatusOr<std::string> EncodeSignedQuery(uint16_t id,
                                              const std::string& name,
                                              uint16_t type) {
  absl::StatusOr<std::string> query =
      EncodeQuery(id, name, {0, 0, 0}, redis::Family::kA);
  if (!query.ok()) return query;
  // Up to the question's type, without its option of a client's subnet.
  std::array<unsigned char, NS_MAXCDNAME> wire{};
  ns_name_pton(name.c_str(), wire.data(), wire.size());
  const int name_size = dn_skipname(wire.data(), wire.data() + wire.size());
  query->resize(static_cast<size_t>(NS_HFIXEDSZ + name_size));
  const auto put = [&](uint16_t number) {
    query->push_back(static_cast<char>(number >> 8));
    query->push_back(static_cast<char>(number & 0xff));
  };
  put(type);
  put(ns_c_in);
  query->push_back('\0');  // the owner of OPT is the root
  put(ns_t_opt);
  put(4000);    // bytes of an answer
  put(0);       // extended rcode and version
  put(0x8000);  // DO (RFC 3225)
  put(0);       // no options
  return query;
}

bool HasKeysIn(std::string_view message) {
  const auto parsed = Parsed(message);
  if (!parsed) return false;
  bool found = false;
  ForEachRecord(*parsed, ns_s_an, [&](const ns_rr& record) {
    found = found || ns_rr_type(record) == kDnskey;
  });
  return found;
}

Proof ProofIn(std::string_view message, const std::string& name) {
  const auto parsed = Parsed(message);
  if (!parsed) return Proof::kNone;
  std::optional<Proof> proof;
  ForEachRecord(*parsed, ns_s_ns, [&](const ns_rr& record) {
    if (proof == Proof::kNarrow || proof == Proof::kNsec) return;
    if (ns_rr_type(record) == kNsec) {
      proof = EqualsIgnoreCase(ns_rr_name(record), name) ? Proof::kNsec
                                                         : Proof::kForeign;
    } else if (ns_rr_type(record) == kNsec3) {
      proof = IsNarrow(record) ? Proof::kNarrow : Proof::kNotNarrow;
    }
  });
  return proof.value_or(Proof::kNone);
}

Diagnostics ProbeSigning(const Snapshot& snapshot, const std::string& server,
                         std::chrono::milliseconds timeout) {
  Diagnostics findings;
  for (const std::string& name : NamesToAsk(snapshot, kProbedNames)) {
    const Owner* const owner = snapshot.FindOwner(name);
    if (owner == nullptr || owner->zone == nullptr) continue;
    const std::string& zone = owner->zone->name;
    const auto keys = Ask(server, zone, kDnskey, timeout);
    if (!keys || !HasKeysIn(*keys)) continue;
    const auto answer = Ask(server, name, kAbsentType, timeout);
    if (!answer) continue;
    findings.push_back(FindingOf(ProofIn(*answer, name), zone,
                                 absl::StrCat(name, " TYPE65534 at ", server)));
  }
  return findings;
}

}  // namespace groupring::backend
