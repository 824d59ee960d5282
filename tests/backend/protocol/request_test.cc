#include "backend/protocol/request.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

TEST_CASE("every method is known by its name in any case") {
  const auto [name, method] = GENERATE(table<std::string, Method>({
      {"initialize", Method::kInitialize},
      {"lookup", Method::kLookup},
      {"APILookup", Method::kApiLookup},
      {"getAllDomains", Method::kGetAllDomains},
      {"getDomainInfo", Method::kGetDomainInfo},
      {"getAllDomainMetadata", Method::kGetAllDomainMetadata},
      {"getDomainMetadata", Method::kGetDomainMetadata},
      {"getBeforeAndAfterNamesAbsolute", Method::kGetBeforeAndAfterNames},
      {"list", Method::kList},
      {"directBackendCmd", Method::kDirectBackendCmd},
      {"searchRecords", Method::kSearchRecords},
  }));
  CAPTURE(name);
  std::string lower = name;
  std::string upper = name;
  std::transform(name.begin(), name.end(), lower.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  std::transform(name.begin(), name.end(), upper.begin(),
                 [](unsigned char c) { return std::toupper(c); });
  CHECK(MethodFromName(name) == method);
  CHECK(MethodFromName(lower) == method);
  CHECK(MethodFromName(upper) == method);
}

TEST_CASE("methods that only a primary with storage has are unknown") {
  for (const char* name :
       {"", "look", "lookups", "setDomainMetadata", "getDomainKeys",
        "startTransaction", "getUpdatedMasters", "feedRecord"}) {
    CAPTURE(name);
    CHECK(MethodFromName(name) == Method::kUnknown);
  }
}

TEST_CASE("a cleared request is as good as new") {
  Request request;
  request.method = Method::kList;
  request.qname = request.qtype = request.remote = request.real_remote = "x";
  request.zone = request.kind = request.text = "x";
  request.zone_id = 7;
  request.limit = 7;
  request.Clear();
  const Request fresh;
  CHECK(request.method == fresh.method);
  CHECK(request.qname == fresh.qname);
  CHECK(request.qtype == fresh.qtype);
  CHECK(request.zone_id == fresh.zone_id);
  CHECK(request.remote == fresh.remote);
  CHECK(request.real_remote == fresh.real_remote);
  CHECK(request.zone == fresh.zone);
  CHECK(request.kind == fresh.kind);
  CHECK(request.text == fresh.text);
  CHECK(request.limit == fresh.limit);
}

}  // namespace
}  // namespace groupring::backend
