#include "backend/doctor/signing_probe.h"

#include <arpa/nameser.h>
#include <resolv.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "backend/doctor/dns_message.h"
#include "backend/doctor/dns_probe.h"
#include "redis/base/dns_name.h"
#include "redis/base/random.h"
#include "redis/base/text.h"
#include "redis/base/words.h"

namespace groupring::backend {
namespace {

using Code = DiagnosticCode;
using Bytes = std::vector<uint8_t>;

constexpr size_t kProbedZones = 100;
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
      "pdnsutil --config-name=keys set-nsec3 %s '1 0 0 -' narrow, with the "
      "settings file of DNSSEC.md; then pdns_control purge '%s$'",
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

// The zone that an answer without records is from: the owner of its SOA (RFC
// 2308, 3). Nothing where it has none.
std::optional<std::string> ZoneIn(std::string_view message) {
  std::optional<std::string> zone;
  if (const auto parsed = Parsed(message)) {
    ForEachRecord(*parsed, ns_s_ns, [&](const ns_rr& record) {
      if (ns_rr_type(record) == ns_t_soa) {
        zone = CanonicalName(ns_rr_name(record));
      }
    });
  }
  return zone;
}

bool IsRight(Proof proof) {
  return proof == Proof::kNarrow || proof == Proof::kNsec;
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

std::vector<std::string> NameOfEachZone(const Snapshot& snapshot, size_t most) {
  std::map<std::string_view, std::string_view> first;  // by zone
  for (const auto& [name, owner] : *snapshot.owners) {
    if (owner->dynamic == nullptr) continue;
    const std::string_view own = owner->name;
    const std::string_view zone = owner->zone != nullptr
                                      ? std::string_view(owner->zone->name)
                                      : ParentOf(own);
    const auto [place, is_new] = first.emplace(zone, own);
    if (!is_new) place->second = std::min(place->second, own);
    if (first.size() > most) first.erase(std::prev(first.end()));
  }
  std::vector<std::string> names;
  names.reserve(first.size());
  for (const auto& [zone, name] : first) names.emplace_back(name);
  return names;
}

Diagnostics ProbeSigning(const Snapshot& snapshot, const std::string& server,
                         std::chrono::milliseconds timeout) {
  Diagnostics findings;
  // Of zones whose proofs are right one is named, and how many there are.
  std::map<Proof, std::pair<Diagnostic, size_t>> right;
  // Names with different parents can be of one zone.
  std::set<std::string> seen;
  for (const std::string& name : NameOfEachZone(snapshot, kProbedZones)) {
    const auto answer = Ask(server, name, kAbsentType, timeout);
    if (!answer) break;
    const Owner* const owner = snapshot.FindOwner(name);
    const std::optional<std::string> zone =
        owner != nullptr && owner->zone != nullptr ? owner->zone->name
                                                   : ZoneIn(*answer);
    if (!zone || !seen.insert(*zone).second) continue;
    const auto keys = Ask(server, *zone, kDnskey, timeout);
    if (!keys || !HasKeysIn(*keys)) continue;
    const Proof proof = ProofIn(*answer, name);
    Diagnostic finding =
        FindingOf(proof, *zone, absl::StrCat(name, " TYPE65534 at ", server));
    if (IsRight(proof)) {
      ++right.try_emplace(proof, std::move(finding), 0).first->second.second;
    } else {
      findings.push_back(std::move(finding));
    }
  }
  for (auto& [proof, finding] : right) {
    if (finding.second > 1) {
      const auto more = static_cast<int64_t>(finding.second) - 1;
      absl::StrAppend(&finding.first.message,
                      more == 1 ? "; so is " : "; so are ",
                      Counted(more, "more zone"));
    }
    findings.push_back(std::move(finding.first));
  }
  return findings;
}

}  // namespace groupring::backend
