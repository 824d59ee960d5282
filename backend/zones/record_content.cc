#include "backend/zones/record_content.h"

#include <ldns/ldns.h>
// Where <stdbool.h> was not read before, ldns defines these as in C.
#undef bool
#undef false
#undef true

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/zones/content_words.h"
#include "backend/zones/svc_params.h"
#include "redis/base/text.h"
#include "redis/schema/raw_value.h"

namespace groupring::backend {
namespace {

// How what the operator wrote gets to PowerDNS.
enum class Passed {
  kAsItIs,
  kRewritten,  // as ldns writes it: PowerDNS wants quotes, or numbers
  kText,       // TXT: PowerDNS puts into quotes what does not begin with one
  kSpf,        // likewise, but PowerDNS adds no quotes
  kSvcParams,
  kIpsecKey,  // PowerDNS wants no gateway where ldns wants "."
  kAlias,     // PowerDNS' own: a name
  kLua,       // PowerDNS' own: a type and a program
};

struct KnownType {
  std::string_view name;
  Passed passed;
  std::string_view example;
};

// What a zone may hold and PowerDNS 4.7 reads. DNSSEC's signatures and chains
// are PowerDNS' own affair.
constexpr KnownType kTypes[] = {
    {"A", Passed::kAsItIs, "192.0.2.1"},
    {"AAAA", Passed::kAsItIs, "2001:db8::1"},
    {"AFSDB", Passed::kAsItIs, "1 afs.example.org."},
    {"ALIAS", Passed::kAlias, "www.example.org."},
    {"APL", Passed::kAsItIs, "1:192.0.2.0/24"},
    {"CAA", Passed::kRewritten, "0 issue \"ca.example.net\""},
    {"CDNSKEY", Passed::kAsItIs, "257 3 13 <base64>"},
    {"CDS", Passed::kRewritten, "12345 13 2 <hex>"},
    {"CERT", Passed::kAsItIs, "1 0 0 <base64>"},
    {"CNAME", Passed::kAsItIs, "www.example.org."},
    {"CSYNC", Passed::kAsItIs, "66 3 A NS AAAA"},
    {"DHCID", Passed::kAsItIs, "<base64>"},
    {"DNAME", Passed::kAsItIs, "example.net."},
    {"DNSKEY", Passed::kAsItIs, "257 3 13 <base64>"},
    {"DS", Passed::kRewritten, "12345 13 2 <hex>"},
    {"EUI48", Passed::kAsItIs, "00-11-22-33-44-55"},
    {"EUI64", Passed::kAsItIs, "00-11-22-33-44-55-66-77"},
    {"HINFO", Passed::kRewritten, "\"PC\" \"Linux\""},
    {"HTTPS", Passed::kSvcParams, "1 . alpn=h2"},
    {"IPSECKEY", Passed::kIpsecKey, "10 1 2 192.0.2.38 <base64>"},
    {"KEY", Passed::kAsItIs, "256 3 5 <base64>"},
    {"KX", Passed::kAsItIs, "10 kx.example.org."},
    {"L32", Passed::kAsItIs, "10 10.1.2.0"},
    {"L64", Passed::kAsItIs, "10 2001:0db8:1140:1000"},
    {"LOC", Passed::kAsItIs, "52 22 23.000 N 4 53 32.000 E -2.00m"},
    {"LP", Passed::kAsItIs, "10 l.example.org."},
    {"LUA", Passed::kLua, "A \"ifportup(443, {'192.0.2.1'})\""},
    {"MB", Passed::kAsItIs, "mail.example.org."},
    {"MG", Passed::kAsItIs, "mail.example.org."},
    {"MINFO", Passed::kAsItIs, "a.example.org. b.example.org."},
    {"MR", Passed::kAsItIs, "mail.example.org."},
    {"MX", Passed::kAsItIs, "10 mail.example.org."},
    {"NAPTR", Passed::kRewritten,
     "100 10 \"u\" \"E2U+sip\" \"!^.*$!sip:a@b!\" ."},
    {"NID", Passed::kAsItIs, "10 0014:4fff:ff20:ee64"},
    {"NS", Passed::kAsItIs, "ns1.example.net."},
    {"OPENPGPKEY", Passed::kAsItIs, "<base64>"},
    {"PTR", Passed::kAsItIs, "www.example.org."},
    {"RP", Passed::kAsItIs, "admin.example.org. text.example.org."},
    {"SMIMEA", Passed::kAsItIs, "3 1 1 <hex>"},
    {"SPF", Passed::kSpf, "\"v=spf1 -all\""},
    {"SRV", Passed::kAsItIs, "0 5 5060 sip.example.org."},
    {"SSHFP", Passed::kAsItIs, "4 2 <hex>"},
    {"SVCB", Passed::kSvcParams, "1 dns.example.org. alpn=dot"},
    {"TLSA", Passed::kAsItIs, "3 1 1 <hex>"},
    {"TXT", Passed::kText, "\"any text\""},
    {"URI", Passed::kRewritten, "10 1 \"ftp://ftp.example.org/\""},
    {"ZONEMD", Passed::kAsItIs, "1 1 1 <hex>"},
};

constexpr std::string_view kTypePrefix = "TYPE";
constexpr std::string_view kGeneric = "\\#";

absl::Status Fault(const std::string& text) {
  return absl::InvalidArgumentError(text);
}

absl::Status DoesNotFit(const KnownType& type, const std::string& content) {
  return Fault(
      absl::StrFormat("has the \"content\" %s, which is none of %s; "
                      "expected one like %s",
                      redis::Quoted(content), type.name, type.example));
}

// Texts: in quotes each, or one without any, which PowerDNS puts into quotes.
bool IsText(std::string_view content) {
  bool quoted = false;
  const bool bare = !content.starts_with('"');
  for (size_t i = 0; i < content.size(); ++i) {
    const char c = content[i];
    if (c == '\\') {
      if (++i == content.size()) return false;
    } else if (c == '"') {
      if (bare) return false;
      const char before = i == 0 ? ' ' : content[i - 1];
      if (!quoted && before != ' ' && before != '\t' && before != '"') {
        return false;
      }
      quoted = !quoted;
    }
  }
  return !quoted;
}

// PowerDNS reads neither comments nor parentheses.
bool HasZoneFileSyntax(std::string_view content) {
  bool quoted = false;
  for (size_t i = 0; i < content.size(); ++i) {
    const char c = content[i];
    if (c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == ';' || c == '(' || c == ')')) {
      return true;
    }
  }
  return false;
}

struct FreeRr {
  void operator()(ldns_rr* rr) const { ldns_rr_free(rr); }
};
using Rr = std::unique_ptr<ldns_rr, FreeRr>;

// Null when ldns finds that the content does not fit the type.
Rr ParseRr(std::string_view type, const std::string& content) {
  const std::string line = "x. 0 IN " + std::string(type) + " " + content;
  ldns_rr* rr = nullptr;
  const ldns_status status =
      ldns_rr_new_frm_str(&rr, line.c_str(), 0, nullptr, nullptr);
  Rr parsed(rr);
  if (status != LDNS_STATUS_OK || rr == nullptr) return nullptr;
  const ldns_rr_descriptor* const descriptor =
      ldns_rr_descript(static_cast<uint16_t>(ldns_rr_get_type(rr)));
  if (ldns_rr_rd_count(rr) < ldns_rr_descriptor_minimum(descriptor)) {
    return nullptr;
  }
  for (size_t i = 0; i < ldns_rr_rd_count(rr); ++i) {
    if (ldns_rr_rdf(rr, i) == nullptr) return nullptr;
  }
  return parsed;
}

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
           (c >= 'A' && c <= 'F');
  });
}

bool IsTypeName(const std::string& word) {
  return ldns_get_rr_type_by_name(word.c_str()) != 0;
}

// ldns takes numbers modulo their size, hexadecimal digits by halves and any
// word for a type. `numbers_only`: PowerDNS reads no names of algorithms here.
bool FieldFits(ldns_rdf_type field, const std::vector<std::string>& words,
               size_t at, bool numbers_only) {
  const std::string& word = words[at];
  const auto is_number = [&](int64_t most) {
    return redis::ParseWholeNumber(word, 0, most).has_value();
  };
  switch (field) {
    case LDNS_RDF_TYPE_INT8:
    case LDNS_RDF_TYPE_CERTIFICATE_USAGE:
    case LDNS_RDF_TYPE_SELECTOR:
    case LDNS_RDF_TYPE_MATCHING_TYPE:
      return is_number(255);
    case LDNS_RDF_TYPE_INT16:
      return is_number(65535);
    case LDNS_RDF_TYPE_INT32:
      return is_number(0xffffffff);
    case LDNS_RDF_TYPE_ALG:
      return !numbers_only || is_number(255);
    case LDNS_RDF_TYPE_CERT_ALG:
      return !numbers_only || is_number(65535);
    case LDNS_RDF_TYPE_DNAME:
      return word != "@";
    case LDNS_RDF_TYPE_LONG_STR:  // ldns 1.9 takes it without quotes as well
      return word.starts_with('"');
    case LDNS_RDF_TYPE_HEX: {
      std::string all;
      for (size_t i = at; i < words.size(); ++i) all += words[i];
      return IsHex(all) && all.size() % 2 == 0;
    }
    case LDNS_RDF_TYPE_NSEC:
      return std::all_of(words.begin() + static_cast<std::ptrdiff_t>(at),
                         words.end(), IsTypeName);
    default:
      return true;
  }
}

// "52 22 23.000 N 4 53 32.000 E …": degrees that there are.
bool AreDegrees(const std::vector<std::string>& words) {
  const auto latitude = std::find_if(
      words.begin(), words.end(),
      [](const std::string& word) { return word == "N" || word == "S"; });
  return latitude != words.end() && latitude + 1 != words.end() &&
         redis::ParseWholeNumber(words[0], 0, 90).has_value() &&
         redis::ParseWholeNumber(*(latitude + 1), 0, 180).has_value();
}

bool FieldsFit(const ldns_rr& rr, const std::vector<std::string>& words,
               bool numbers_only) {
  const ldns_rr_type type = ldns_rr_get_type(&rr);
  if (type == LDNS_RR_TYPE_LOC) return AreDegrees(words);
  const ldns_rr_descriptor* const descriptor =
      ldns_rr_descript(static_cast<uint16_t>(type));
  for (size_t i = 0; i < words.size(); ++i) {
    if (i >= ldns_rr_descriptor_maximum(descriptor)) break;
    if (!FieldFits(ldns_rr_descriptor_field_type(descriptor, i), words, i,
                   numbers_only)) {
      return false;
    }
  }
  return true;
}

std::string Written(const ldns_rr& rr) {
  std::string text;
  for (size_t i = 0; i < ldns_rr_rd_count(&rr); ++i) {
    char* const field = ldns_rdf2str(ldns_rr_rdf(&rr, i));
    if (field == nullptr) return "";
    if (!text.empty()) text += ' ';
    text += field;
    std::free(field);  // NOLINT: ldns took it from malloc
  }
  return text;
}

// "\# 4 01020304"
bool IsGeneric(std::string_view content) {
  if (!content.starts_with(kGeneric)) return false;
  const std::string_view rest = Trimmed(content.substr(kGeneric.size()));
  const size_t blank = rest.find(' ');
  const auto size = redis::ParseWholeNumber(rest.substr(0, blank), 0, 65535);
  const std::string_view hex = blank == std::string_view::npos
                                   ? std::string_view()
                                   : Trimmed(rest.substr(blank));
  return size && IsHex(hex) && hex.size() == static_cast<size_t>(*size) * 2 &&
         content.size() > kGeneric.size() && content[kGeneric.size()] == ' ';
}

// Of a type that PowerDNS knows by number only.
absl::StatusOr<std::string> UnknownType(std::string_view type,
                                        const std::string& content) {
  if (!type.starts_with(kTypePrefix)) {
    return Fault(absl::StrFormat(
        "has the \"type\" %s, of which PowerDNS reads no content; write it as "
        "TYPE<number> with a content like \\# 4 01020304",
        type));
  }
  const auto number =
      redis::ParseWholeNumber(type.substr(kTypePrefix.size()), 1, 65534);
  if (!number)
    return Fault("has a \"type\" that is none of TYPE1 to TYPE65534");
  const ldns_rr_descriptor* const descriptor =
      ldns_rr_descript(static_cast<uint16_t>(*number));
  const char* const name = descriptor == nullptr ? nullptr : descriptor->_name;
  if (name != nullptr &&
      std::any_of(std::begin(kTypes), std::end(kTypes),
                  [&](const KnownType& known) { return known.name == name; })) {
    return Fault(absl::StrFormat("has the \"type\" %s, which is written %s",
                                 type, name));
  }
  if (IsGeneric(content)) return content;
  return Fault(absl::StrFormat(
      "has the \"content\" %s of %s; expected one like \\# 4 01020304",
      redis::Quoted(content), type));
}

// Without the words that are parentheses alone: what they hold is on one line
// here anyway.
std::string WithoutParentheses(const std::string& content) {
  const auto words = ContentWords(content);
  const auto is_one = [](const std::string& word) {
    return word == "(" || word == ")";
  };
  if (!words || std::none_of(words->begin(), words->end(), is_one)) {
    return content;
  }
  std::vector<std::string> rest = *words;
  std::erase_if(rest, is_one);
  return absl::StrJoin(rest, " ");
}

absl::StatusOr<std::string> SvcContent(const KnownType& type,
                                       const std::string& content) {
  absl::StatusOr<std::string> text = ReadableSvcParams(content);
  if (text.ok()) return text;
  return Fault(absl::StrFormat("has the \"content\" %s of %s, which %s",
                               redis::Quoted(content), type.name,
                               std::string(text.status().message())));
}

// The same, as `ldns` or PowerDNS wants it.
std::string IpsecKeyFor(const std::string& content, bool ldns) {
  auto words = ContentWords(content);
  if (!words || words->size() < 4 || (*words)[1] != "0") return content;
  if ((*words)[3] == ".") words->erase(words->begin() + 3);
  if (ldns) words->insert(words->begin() + 3, ".");
  return absl::StrJoin(*words, " ");
}

absl::StatusOr<std::string> TextContent(const KnownType& type,
                                        const std::string& content) {
  if (!IsText(content)) return DoesNotFit(type, content);
  const bool quote = type.passed == Passed::kSpf && content[0] != '"';
  return quote ? "\"" + content + "\"" : content;
}

// A type and a program in quotes.
absl::StatusOr<std::string> LuaContent(const KnownType& type,
                                       const std::string& content) {
  const auto words = ContentWords(content);
  const bool fits = words && words->size() == 2 && (*words)[1].size() >= 2 &&
                    (*words)[1].front() == '"' && (*words)[1].back() == '"';
  return fits ? absl::StatusOr<std::string>(content)
              : DoesNotFit(type, content);
}

absl::StatusOr<std::string> LdnsContent(const KnownType& type,
                                        const std::string& given) {
  const std::string content = WithoutParentheses(given);
  if (HasZoneFileSyntax(content)) return DoesNotFit(type, given);
  const bool generic = content.starts_with(kGeneric);
  const bool ipsec = type.passed == Passed::kIpsecKey;
  const Rr rr = ParseRr(
      type.passed == Passed::kAlias ? "CNAME" : type.name,
      ipsec && !generic ? IpsecKeyFor(content, /*ldns=*/true) : content);
  if (rr == nullptr) return DoesNotFit(type, given);
  const bool rewritten = type.passed == Passed::kRewritten;
  if (!generic) {
    const auto words = ContentWords(content);
    if (!words || !FieldsFit(*rr, *words, /*numbers_only=*/!rewritten)) {
      return DoesNotFit(type, given);
    }
  }
  const std::string text = generic || rewritten ? Written(*rr) : content;
  return ipsec ? IpsecKeyFor(text, /*ldns=*/false) : text;
}

}  // namespace

absl::StatusOr<std::string> ReadableContent(std::string_view type,
                                            const std::string& content) {
  const auto* const known =
      std::find_if(std::begin(kTypes), std::end(kTypes),
                   [&](const KnownType& one) { return one.name == type; });
  if (known == std::end(kTypes)) return UnknownType(type, content);
  switch (known->passed) {
    case Passed::kText:
    case Passed::kSpf:
      return TextContent(*known, content);
    case Passed::kLua:
      return LuaContent(*known, content);
    case Passed::kSvcParams: {
      if (!content.starts_with(kGeneric)) return SvcContent(*known, content);
      const absl::StatusOr<std::string> text = LdnsContent(*known, content);
      return text.ok() ? SvcContent(*known, *text) : text;
    }
    case Passed::kAsItIs:
    case Passed::kRewritten:
    case Passed::kIpsecKey:
    case Passed::kAlias:
      break;
  }
  return LdnsContent(*known, content);
}

}  // namespace groupring::backend
