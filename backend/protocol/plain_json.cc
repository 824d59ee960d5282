#include "backend/protocol/plain_json.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>

#include "backend/protocol/plain_text.h"
#include "backend/protocol/remote_parameters.h"

namespace groupring::backend {
namespace {

// Takes one token after another off the front of a text. false: something else
// is there; but for white space, the text is as it was.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {}

  bool AtEnd() {
    SkipBlanks();
    return text_.empty();
  }

  bool Take(char mark) {
    SkipBlanks();
    if (text_.empty() || text_.front() != mark) return false;
    text_.remove_prefix(1);
    return true;
  }

  bool TakeString(std::string_view* string) {
    SkipBlanks();
    if (text_.empty() || text_.front() != '"') return false;
    const std::string_view before = text_;
    text_.remove_prefix(1);
    TakePlain(string);
    if (TakeExactly("\"")) return true;
    text_ = before;
    return false;
  }

  // What is there of plain text, if only nothing.
  void TakePlain(std::string_view* text) {
    const size_t size = PlainPrefix(text_);
    *text = text_.substr(0, size);
    text_.remove_prefix(size);
  }

  bool TakeExactly(std::string_view expected) {
    if (text_.substr(0, expected.size()) != expected) return false;
    text_.remove_prefix(expected.size());
    return true;
  }

  bool TakeInteger(int64_t* number) {
    SkipBlanks();
    const auto [end, error] =
        std::from_chars(text_.data(), text_.data() + text_.size(), *number);
    if (error != std::errc()) return false;
    const auto size = static_cast<size_t>(end - text_.data());
    const size_t digits = text_.front() == '-' ? size - 1 : size;
    if (digits > 1 && text_[size - digits] == '0') return false;
    text_.remove_prefix(size);
    return true;
  }

  bool TakeBoolean() { return TakeWord("true") || TakeWord("false"); }

 private:
  bool TakeWord(std::string_view word) {
    SkipBlanks();
    return TakeExactly(word);
  }

  void SkipBlanks() {
    while (!text_.empty() && static_cast<uint8_t>(text_.front()) <= ' ' &&
           (text_.front() == ' ' || text_.front() == '\t' ||
            text_.front() == '\r' || text_.front() == '\n')) {
      text_.remove_prefix(1);
    }
  }

  std::string_view text_;
};

// Reads { "name": value, … }, where `take_value` takes the value of a name.
template <typename TakeValue>
bool ReadObject(Tokens* tokens, TakeValue take_value) {
  if (!tokens->Take('{')) return false;
  if (tokens->Take('}')) return true;
  do {
    std::string_view name;
    if (!tokens->TakeString(&name) || !tokens->Take(':') || !take_value(name)) {
      return false;
    }
  } while (tokens->Take(','));
  return tokens->Take('}');
}

bool ReadParameter(Tokens* tokens, std::string_view name, Request* request) {
  const Parameter parameter = ParameterFromName(name);
  std::string_view text;
  int64_t number = 0;
  if (tokens->TakeString(&text)) {
    SetParameter(parameter, text, request);
  } else if (tokens->TakeInteger(&number)) {
    SetParameter(parameter, number, request);
  } else {
    return tokens->TakeBoolean();
  }
  return true;
}

// What stands before each text of a lookup as PowerDNS writes it, and where the
// text belongs.
struct LookupText {
  std::string_view before;
  std::string Request::*field;  // nullptr: nowhere
};
constexpr std::array<LookupText, 5> kLookupTexts = {{
    {R"({"method": "lookup", "parameters": {"local": ")", nullptr},
    {R"(", "qname": ")", &Request::qname},
    {R"(", "qtype": ")", &Request::qtype},
    {R"(", "real-remote": ")", &Request::real_remote},
    {R"(", "remote": ")", &Request::remote},
}};

// A lookup, letter for letter as PowerDNS writes it: nearly all requests are.
// If it is none, the request holds a part of what was read.
bool ReadPowerDnsLookup(std::string_view json, Request* request) {
  Tokens tokens(json);
  for (const LookupText& known : kLookupTexts) {
    std::string_view text;
    if (!tokens.TakeExactly(known.before)) return false;
    tokens.TakePlain(&text);
    if (known.field != nullptr) request->*known.field = text;
  }
  request->method = Method::kLookup;
  return tokens.TakeExactly(R"(", "zone-id": )") &&
         tokens.TakeInteger(&request->zone_id) && tokens.TakeExactly("}}") &&
         tokens.AtEnd();
}

}  // namespace

bool ReadPlainRequest(std::string_view json, Request* request) {
  if (ReadPowerDnsLookup(json, request)) return true;
  request->Clear();
  Tokens tokens(json);
  bool has_method = false;
  const auto take_member = [&](std::string_view member) {
    if (member == "method") {
      std::string_view method;
      has_method = tokens.TakeString(&method);
      request->method = MethodFromName(method);
      return has_method;
    }
    return member == "parameters" &&
           ReadObject(&tokens, [&](std::string_view name) {
             return ReadParameter(&tokens, name, request);
           });
  };
  return ReadObject(&tokens, take_member) && tokens.AtEnd() && has_method;
}

}  // namespace groupring::backend
