#include "backend/protocol/request.h"

#include <array>

#include "redis/base/text.h"

namespace groupring::backend {
namespace {

struct NamedMethod {
  std::string_view name;
  Method method;
};

// The most frequent first.
constexpr std::array<NamedMethod, 11> kMethods = {{
    {"lookup", Method::kLookup},
    {"getAllDomainMetadata", Method::kGetAllDomainMetadata},
    {"getDomainMetadata", Method::kGetDomainMetadata},
    {"getAllDomains", Method::kGetAllDomains},
    {"getDomainInfo", Method::kGetDomainInfo},
    {"initialize", Method::kInitialize},
    {"getBeforeAndAfterNamesAbsolute", Method::kGetBeforeAndAfterNames},
    {"list", Method::kList},
    {"APILookup", Method::kApiLookup},
    {"directBackendCmd", Method::kDirectBackendCmd},
    {"searchRecords", Method::kSearchRecords},
}};

}  // namespace

Method MethodFromName(std::string_view name) {
  for (const NamedMethod& known : kMethods) {
    if (EqualsIgnoreCase(name, known.name)) return known.method;
  }
  return Method::kUnknown;
}

void Request::Clear() {
  method = Method::kUnknown;
  qname.clear();
  qtype.clear();
  zone_id = -1;
  remote.clear();
  real_remote.clear();
  zone.clear();
  kind.clear();
  text.clear();
  limit = 100;
}

}  // namespace groupring::backend
