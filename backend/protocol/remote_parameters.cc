#include "backend/protocol/remote_parameters.h"

#include <array>
#include <charconv>

#include "absl/strings/ascii.h"

namespace groupring::backend {
namespace {

struct NamedParameter {
  std::string_view name;
  Parameter parameter;
};

constexpr std::array<NamedParameter, 14> kParameters = {{
    {"qname", Parameter::kQname},
    {"qtype", Parameter::kQtype},
    {"remote", Parameter::kRemote},
    {"realremote", Parameter::kRealRemote},
    {"zoneid", Parameter::kZoneId},
    {"domainid", Parameter::kZoneId},
    {"id", Parameter::kZoneId},
    {"name", Parameter::kZone},
    {"zonename", Parameter::kZone},
    {"kind", Parameter::kKind},
    {"query", Parameter::kText},
    {"pattern", Parameter::kText},
    {"q", Parameter::kText},
    {"maxresults", Parameter::kLimit},
}};

constexpr size_t kLongestName = 10;

std::string* TextField(Parameter parameter, Request* request) {
  switch (parameter) {
    case Parameter::kQname:
      return &request->qname;
    case Parameter::kQtype:
      return &request->qtype;
    case Parameter::kRemote:
      return &request->remote;
    case Parameter::kRealRemote:
      return &request->real_remote;
    case Parameter::kZone:
      return &request->zone;
    case Parameter::kKind:
      return &request->kind;
    case Parameter::kText:
      return &request->text;
    default:
      return nullptr;
  }
}

int64_t* NumberField(Parameter parameter, Request* request) {
  switch (parameter) {
    case Parameter::kZoneId:
      return &request->zone_id;
    case Parameter::kLimit:
      return &request->limit;
    default:
      return nullptr;
  }
}

}  // namespace

Parameter ParameterFromName(std::string_view name) {
  std::array<char, kLongestName> folded;
  size_t size = 0;
  for (const char c : name) {
    if (c == '-' || c == '_') continue;
    if (size == folded.size()) return Parameter::kOther;
    folded[size++] = absl::ascii_tolower(static_cast<unsigned char>(c));
  }
  const std::string_view wanted(folded.data(), size);
  for (const NamedParameter& known : kParameters) {
    if (wanted == known.name) return known.parameter;
  }
  return Parameter::kOther;
}

void SetParameter(Parameter parameter, std::string_view text,
                  Request* request) {
  if (std::string* field = TextField(parameter, request)) {
    field->assign(text);
  } else if (int64_t* number = NumberField(parameter, request)) {
    int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error == std::errc() && rest == end) *number = value;
  }
}

void SetParameter(Parameter parameter, int64_t number, Request* request) {
  if (int64_t* field = NumberField(parameter, request)) *field = number;
}

}  // namespace groupring::backend
