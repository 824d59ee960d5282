#include "backend/protocol/pipe_abi.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "backend/protocol/presentation.h"
#include "redis/base/text.h"

namespace groupring::backend {
namespace {

constexpr std::string_view kFail = "FAIL\n";
constexpr std::string_view kEnd = "END\n";

// Cuts the text up to the next tab off `rest`.
std::string_view TakeField(std::string_view* rest) {
  const std::string_view field = rest->substr(0, rest->find('\t'));
  rest->remove_prefix(std::min(rest->size(), field.size() + 1));
  return field;
}

std::optional<int64_t> ParseNumber(std::string_view text) {
  int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20; }

std::string_view Trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || IsControl(c); };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// Neither a line nor a field can end within what this appends: to PowerDNS,
// white space of any kind separates the parts of a record's content.
void AppendContent(std::string_view text, std::string* out) {
  for (const char c : text) out->push_back(IsControl(c) ? ' ' : c);
}

// In a name, every byte counts: the ones that would end a field or a line are
// written \DDD.
void AppendName(std::string_view name, std::string* out) {
  for (const char c : WithoutTrailingDot(name)) {
    if (!IsControl(c) && c != ' ') {
      out->push_back(c);
      continue;
    }
    const int byte = static_cast<unsigned char>(c);
    out->append({'\\', '0', static_cast<char>('0' + byte / 10),
                 static_cast<char>('0' + byte % 10)});
  }
}

void AppendField(std::string_view text, std::string* out) {
  out->append(text);
  out->push_back('\t');
}

void AppendField(int64_t number, std::string* out) {
  std::array<char, 20> digits;
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out->append(digits.data(), end);
  out->push_back('\t');
}

// The priority of these is a field of its own.
bool HasPriority(std::string_view qtype) {
  return EqualsIgnoreCase(qtype, "MX") || EqualsIgnoreCase(qtype, "SRV");
}

// false: the record has no form in this protocol.
bool AppendData(const Record& record, std::string_view qtype,
                std::string_view content, int64_t domain_id, int version,
                std::string* out) {
  content = Trim(content);
  if (content.empty()) return false;
  AppendField("DATA", out);
  if (version >= 3) {
    AppendField(record.scope_mask, out);
    AppendField(record.auth ? 1 : 0, out);
  }
  AppendName(record.qname, out);
  AppendField("\tIN", out);
  AppendContent(qtype, out);
  out->push_back('\t');
  AppendField(WireTtl(record.ttl_seconds), out);
  AppendField(domain_id, out);
  if (HasPriority(qtype)) {
    const size_t blank = content.find_first_of(" \t");
    if (blank == content.npos) return false;
    AppendContent(content.substr(0, blank), out);
    out->push_back('\t');
    content = Trim(content.substr(blank));
  }
  AppendContent(content, out);
  out->push_back('\n');
  return true;
}

// Before version 5.1 of PowerDNS the protocol cannot say that a name exists
// without records. An empty text makes it exist; asked for another type than
// ANY or TXT, no record at all says the same.
bool WantsPlaceholder(const Request& request) {
  return request.method == Method::kLookup &&
         (EqualsIgnoreCase(request.qtype, "ANY") ||
          EqualsIgnoreCase(request.qtype, "TXT"));
}

bool AppendRecords(const Request& request, const Reply& reply, int version,
                   std::string* out) {
  for (const Record& record : reply.records) {
    const bool empty_non_terminal = record.qtype.empty();
    if (empty_non_terminal && !WantsPlaceholder(request)) continue;
    if (!AppendData(record, empty_non_terminal ? "TXT" : record.qtype,
                    empty_non_terminal ? R"("")" : record.content,
                    reply.domain_id, version, out)) {
      return false;
    }
  }
  return true;
}

// Free lines, none of which may look like the line that ends them (PowerDNS
// cuts white space off the end of lines before it compares).
void AppendLines(std::string_view text, std::string* out) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.substr(0, 3) == "END" && Trim(line.substr(3)).empty()) {
      out->push_back(' ');
    }
    AppendContent(line, out);
    out->push_back('\n');
  }
}

// PowerDNS reads the answer to a command up to END, whatever it says. It does
// so, too, when the question was for SOA: having seen FAIL it reads the rest
// of the answer away, from a socket without a deadline. After any other FAIL
// it reads nothing, and an END would be taken for the next answer.
bool ReadsPastFail(const Request& request) {
  return request.method == Method::kDirectBackendCmd ||
         (request.method == Method::kLookup &&
          EqualsIgnoreCase(request.qtype, "SOA"));
}

void AppendFail(const Request& request, std::string* out) {
  out->append(kFail);
  if (ReadsPastFail(request)) out->append(kEnd);
}

}  // namespace

PipeAbi::Outcome PipeAbi::ReadLine(std::string_view line, Request* request,
                                   std::string* out) {
  request->Clear();
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  std::string_view rest = line;
  const std::string_view command = TakeField(&rest);
  if (command == "HELO") return ReadHello(rest, out);
  if (command == "PING") {
    out->append(kEnd);
    return Outcome::kAnswered;
  }

  bool readable = false;
  if (command == "Q") {
    readable = ReadQuestion(rest, request);
  } else if (command == "AXFR") {
    readable = ReadTransfer(rest, request);
  } else if (command == "CMD") {
    request->method = Method::kDirectBackendCmd;
    request->text = rest;
    readable = version_ >= 5;
  } else {
    out->append(kFail);
    return Outcome::kGarbage;
  }
  if (readable) return Outcome::kAsk;
  AppendFail(*request, out);
  return Outcome::kAnswered;
}

PipeAbi::Outcome PipeAbi::ReadHello(std::string_view version,
                                    std::string* out) {
  const std::optional<int64_t> number = ParseNumber(version);
  const bool known = number && *number >= 1 && *number <= 5;
  version_ = known ? static_cast<int>(*number) : 0;
  out->append(known ? "OK\tgroupring\n" : kFail);
  return Outcome::kAnswered;
}

bool PipeAbi::ReadQuestion(std::string_view fields, Request* request) const {
  request->method = Method::kLookup;
  request->qname = TakeField(&fields);
  const std::string_view qclass = TakeField(&fields);
  request->qtype = TakeField(&fields);
  const std::optional<int64_t> id = ParseNumber(TakeField(&fields));
  request->remote = TakeField(&fields);
  if (version_ == 0 || request->qname.empty() ||
      !EqualsIgnoreCase(qclass, "IN") || request->qtype.empty() || !id ||
      request->remote.empty()) {
    return false;
  }
  request->zone_id = *id;
  request->real_remote = request->remote;
  if (version_ >= 2 && TakeField(&fields).empty()) return false;  // local
  if (version_ >= 3) {
    request->real_remote = TakeField(&fields);
    if (request->real_remote.empty()) return false;
  }
  return true;
}

bool PipeAbi::ReadTransfer(std::string_view fields, Request* request) const {
  if (version_ == 0) return false;
  request->method = Method::kList;
  const std::optional<int64_t> id = ParseNumber(TakeField(&fields));
  if (!id) return false;
  request->zone_id = *id;
  request->zone = TakeField(&fields);
  return version_ < 4 || !request->zone.empty();
}

void PipeAbi::AppendReply(const Request& request, const Reply& reply,
                          std::string* out) const {
  const size_t begin = out->size();
  switch (reply.kind) {
    case Reply::Kind::kError:
      AppendFail(request, out);
      return;
    case Reply::Kind::kRecords:
      if (!AppendRecords(request, reply, version_, out)) {
        out->resize(begin);
        AppendFail(request, out);
        return;
      }
      break;
    case Reply::Kind::kText:
      AppendLines(reply.text, out);
      break;
    case Reply::Kind::kFalse:
      if (request.method == Method::kList) {
        // "Nothing" would be taken for a whole zone and transferred.
        AppendFail(request, out);
        return;
      }
      break;
    default:
      break;
  }
  out->append(kEnd);
}

}  // namespace groupring::backend
