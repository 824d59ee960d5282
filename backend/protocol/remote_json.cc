#include "backend/protocol/remote_json.h"

#include <cassert>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/strings/str_format.h"
#include "backend/protocol/json_text.h"
#include "backend/protocol/plain_json.h"
#include "backend/protocol/plain_text.h"
#include "backend/protocol/presentation.h"
#include "backend/protocol/remote_parameters.h"
#include "nlohmann/json.hpp"

namespace groupring::backend {
namespace {

using nlohmann::json;

// Follows the parser through a request without building a document. Depth 1
// is the request, depth 2 its parameters:
//
//   { "method": "lookup", "parameters": { "qname": "…" } }
//   1                                   2
class RequestReader final : public nlohmann::json_sax<json> {
 public:
  // With `depth` 1 and `member` kParameters the text is the parameters alone.
  enum class Member { kOther, kMethod, kParameters };
  RequestReader(int depth, Member member, Request* request)
      : request_(request), depth_(depth), member_(member) {}

  bool has_method() const { return has_method_; }
  bool too_deep() const { return depth_ > kMaxJsonDepth; }
  size_t error_position() const { return error_position_; }

  bool start_object(size_t) override {
    if (depth_ == 1 && member_ == Member::kParameters) in_parameters_ = true;
    return Descend();
  }
  bool end_object() override { return Ascend(); }
  bool start_array(size_t) override { return Descend(); }
  bool end_array() override { return Ascend(); }

  bool key(std::string& name) override {
    if (depth_ == 1) {
      member_ = name == "parameters" ? Member::kParameters
                : name == "method"   ? Member::kMethod
                                     : Member::kOther;
    } else if (AmongParameters()) {
      parameter_ = ParameterFromName(name);
    }
    return true;
  }

  bool string(std::string& text) override {
    if (AmongParameters()) {
      SetParameter(parameter_, text, request_);
    } else if (depth_ == 1 && member_ == Member::kMethod) {
      request_->method = MethodFromName(text);
      has_method_ = true;
    }
    return true;
  }

  bool number_integer(int64_t number) override {
    if (AmongParameters()) SetParameter(parameter_, number, request_);
    return true;
  }
  bool number_unsigned(uint64_t number) override {
    return number > INT64_MAX || number_integer(static_cast<int64_t>(number));
  }
  bool number_float(double number, const std::string&) override {
    // Whole numbers only, and only where double holds them exactly.
    constexpr double kExact = 9007199254740992;  // 2^53
    return std::trunc(number) != number || std::abs(number) > kExact ||
           number_integer(static_cast<int64_t>(number));
  }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool binary(json::binary_t&) override { return true; }

  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    error_position_ = position;
    return false;
  }

 private:
  bool AmongParameters() const { return depth_ == 2 && in_parameters_; }

  bool Descend() {
    ++depth_;
    return !too_deep();
  }
  bool Ascend() {
    --depth_;
    if (depth_ == 1) in_parameters_ = false;
    return true;
  }

  Request* const request_;
  int depth_;
  Member member_;
  Parameter parameter_ = Parameter::kOther;
  bool in_parameters_ = false;
  bool has_method_ = false;
  size_t error_position_ = 0;
};

absl::Status Parse(std::string_view text, RequestReader* reader) {
  if (json::sax_parse(text.begin(), text.end(), reader)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      reader->too_deep()
          ? absl::StrFormat("JSON nested deeper than %d", kMaxJsonDepth)
          : absl::StrFormat("not JSON at byte %d", reader->error_position()));
}

// Appends pieces whose total size is known to be at most `most` beforehand: in
// one go, as the many pieces of a record would each look for space.
class Pieces {
 public:
  Pieces(size_t most, std::string* out) : out_(out) {
    const size_t size = out->size();
    out->resize(size + most);
    at_ = out->data() + size;
  }
  ~Pieces() {
    const auto size = static_cast<size_t>(at_ - out_->data());
    assert(size <= out_->size());
    out_->resize(size);
  }
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;

  Pieces& operator<<(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
    return *this;
  }
  Pieces& operator<<(int64_t number) {
    at_ = std::to_chars(at_, at_ + kMostDigits, number).ptr;
    return *this;
  }

  static constexpr size_t kMostDigits = 20;  // of -2^63, with its sign

 private:
  std::string* const out_;
  char* at_;
};

// A text as it is in JSON: in `escaped`, if it cannot be as it is.
std::string_view InJson(std::string_view text, std::string* escaped) {
  if (PlainPrefix(text) == text.size()) return text;
  escaped->clear();
  AppendJsonText(text, escaped);
  return *escaped;
}

std::string_view DotBehind(std::string_view name) {
  return HasTrailingDot(name) ? "" : ".";
}

void AppendRecord(const Record& record, int64_t domain_id, std::string* out) {
  std::string escaped_qtype;
  std::string escaped_qname;
  std::string escaped_content;
  const std::string_view qtype = InJson(record.qtype, &escaped_qtype);
  const std::string_view qname = InJson(record.qname, &escaped_qname);
  const std::string_view content = InJson(record.content, &escaped_content);
  constexpr size_t kRest = 90 + 3 * Pieces::kMostDigits;
  Pieces(qtype.size() + qname.size() + content.size() + kRest, out)
      << R"({"qtype":")" << qtype << R"(","qname":")" << qname
      << DotBehind(record.qname) << R"(","content":")" << content
      << R"(","ttl":)" << WireTtl(record.ttl_seconds) << R"(,"scopeMask":)"
      << record.scope_mask << R"(,"domain_id":)" << domain_id
      << (record.auth ? "}" : R"(,"auth":0})");
}

void AppendDomain(const Domain& domain, std::string* out) {
  std::string escaped;
  const std::string_view zone = InJson(domain.zone, &escaped);
  constexpr size_t kRest = 60 + 2 * Pieces::kMostDigits;
  Pieces pieces(zone.size() + kRest, out);
  pieces << R"({"id":)" << domain.id << R"(,"zone":")" << zone
         << DotBehind(domain.zone) << R"(","kind":"native")";
  if (domain.serial) {
    pieces << R"(,"serial":)" << static_cast<int64_t>(*domain.serial);
  }
  pieces << "}";
}

template <typename Items, typename AppendItem>
void AppendArray(const Items& items, std::string* out, AppendItem append) {
  out->push_back('[');
  bool first = true;
  for (const auto& item : items) {
    if (!first) out->push_back(',');
    first = false;
    append(item);
  }
  out->push_back(']');
}

// {"NSEC3PARAM":["1 0 0 -"],…}
void AppendMetadata(const Reply& reply, std::string* out) {
  out->push_back('{');
  bool first = true;
  for (const auto& [kind, value] : reply.metadata) {
    if (!first) out->push_back(',');
    first = false;
    AppendJsonString(kind, out);
    out->append(":[");
    AppendJsonString(value, out);
    out->push_back(']');
  }
  out->push_back('}');
}

// {"before":"ftp","after":"www","unhashed":"ftp"}: what is between two names
// of a zone is proved by the name before, which stands for itself.
void AppendNeighbours(const Reply& reply, std::string* out) {
  out->append(R"({"before":)");
  AppendJsonString(reply.before, out);
  out->append(R"(,"after":)");
  AppendJsonString(reply.after, out);
  out->append(R"(,"unhashed":)");
  AppendJsonString(reply.before, out);
  out->push_back('}');
}

void AppendResult(const Reply& reply, std::string* out) {
  switch (reply.kind) {
    case Reply::Kind::kError:
      out->append("null");
      return;
    case Reply::Kind::kFalse:
      out->append("false");
      return;
    case Reply::Kind::kTrue:
      out->append("true");
      return;
    case Reply::Kind::kRecords:
      AppendArray(reply.records, out, [&](const Record& record) {
        AppendRecord(record, reply.domain_id, out);
      });
      return;
    case Reply::Kind::kDomain:
      if (reply.domains.empty()) {
        out->append("false");
      } else {
        AppendDomain(reply.domains.front(), out);
      }
      return;
    case Reply::Kind::kDomains:
      AppendArray(reply.domains, out,
                  [&](const Domain& domain) { AppendDomain(domain, out); });
      return;
    case Reply::Kind::kMetadata:
      AppendMetadata(reply, out);
      return;
    case Reply::Kind::kValues:
      AppendArray(reply.metadata, out, [&](const auto& kind) {
        AppendJsonString(kind.second, out);
      });
      return;
    case Reply::Kind::kText:
      AppendJsonString(reply.text, out);
      return;
    case Reply::Kind::kNeighbours:
      AppendNeighbours(reply, out);
      return;
  }
}

}  // namespace

absl::Status ParseRemoteJson(std::string_view text, Request* request) {
  request->Clear();
  if (ReadPlainRequest(text, request)) return absl::OkStatus();
  request->Clear();
  RequestReader reader(0, RequestReader::Member::kOther, request);
  absl::Status status = Parse(text, &reader);
  if (status.ok() && !reader.has_method()) {
    return absl::InvalidArgumentError("JSON without a method");
  }
  return status;
}

absl::Status ParseRemoteJsonParameters(std::string_view text,
                                       Request* request) {
  RequestReader reader(1, RequestReader::Member::kParameters, request);
  return Parse(text, &reader);
}

void AppendRemoteJson(const Reply& reply, std::string* out) {
  out->append(R"({"result":)");
  AppendResult(reply, out);
  out->push_back('}');
}

}  // namespace groupring::backend
