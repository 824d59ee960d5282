#include "backend/protocol/remote_http.h"

#include <string>
#include <utility>

#include "tests/backend/protocol/fake_handler.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

HttpRequest Get(std::string target) {
  return {"GET", std::move(target), {}, ""};
}

HttpRequest Post(std::string target, std::string body) {
  return {"POST", std::move(target), {}, std::move(body)};
}

Request MustParse(const HttpRequest& http) {
  Request request;
  CAPTURE(http.target);
  CAPTURE(http.body);
  REQUIRE(ParseRemoteHttp(http, &request).ok());
  return request;
}

bool IsRefused(const HttpRequest& http) {
  Request request;
  return ParseRemoteHttp(http, &request).code() ==
         absl::StatusCode::kInvalidArgument;
}

TEST_CASE("GET: path and headers make a lookup") {
  HttpRequest http = Get("/dns/lookup/wWw%2eexample%2eorg%2e/ANY");
  http.headers = {{"x-remotebackend-REMOTE", "192.0.2.24"},
                  {"X-Remotebackend-Real-Remote", "203.0.113.0/24"},
                  {"X-Remotebackend-Zone-Id", "1"},
                  {"X-Remotebackend-Local", "192.0.2.1"},
                  {"Qname", "no."}};
  const Request request = MustParse(http);
  CHECK(request.method == Method::kLookup);
  CHECK(request.qname == "wWw.example.org.");
  CHECK(request.qtype == "ANY");
  CHECK(request.remote == "192.0.2.24");
  CHECK(request.real_remote == "203.0.113.0/24");
  CHECK(request.zone_id == 1);
}

TEST_CASE("GET: each method's path parts mean what PowerDNS means") {
  const Request list = MustParse(Get("/dns/list/%2d1/example%2eorg%2e"));
  CHECK(list.method == Method::kList);
  CHECK(list.zone_id == -1);
  CHECK(list.zone == "example.org.");
  CHECK(MustParse(Get("/dns/list/7/a.")).zone_id == 7);
  CHECK(MustParse(Get("/dns/getDomainInfo/a%2e")).zone == "a.");
  CHECK(MustParse(Get("/dns/getAllDomainMetadata/a%2e")).zone == "a.");
  const Request metadata =
      MustParse(Get("/dns/getDomainMetadata/a%2e/ALLOW%2dAXFR%2dFROM"));
  CHECK(metadata.zone == "a.");
  CHECK(metadata.kind == "ALLOW-AXFR-FROM");
  const Request order = MustParse(
      Get("/dns/getBeforeAndAfterNamesAbsolute/764291505/ftp%2eeu%2e"));
  CHECK(order.method == Method::kGetBeforeAndAfterNames);
  CHECK(order.zone_id == 764291505);
  CHECK(order.qname == "ftp.eu.");
  CHECK(MustParse(Get("/dns/APILOOKUP/a./A")).method == Method::kApiLookup);
  CHECK(MustParse(Get("/dns/getAllDomains?includeDisabled=true")).method ==
        Method::kGetAllDomains);
  CHECK(MustParse(Get("/dns/getDomainKeys/a%2e")).method == Method::kUnknown);
}

TEST_CASE("GET: searchRecords reads the query") {
  const Request request =
      MustParse(Get("/dns/searchRecords?maxResults=10&pattern=w%2a+x"));
  CHECK(request.method == Method::kSearchRecords);
  CHECK(request.text == "w* x");
  CHECK(request.limit == 10);
  CHECK(MustParse(Get("/dns/searchRecords?q=w")).text == "w");
}

TEST_CASE("segments are cut before they are decoded") {
  CHECK(MustParse(Get("/dns/lookup/a%2fb%3fc%25.example.org./TXT")).qname ==
        "a/b?c%.example.org.");
  CHECK(MustParse(Get("/dns/lookup/a+b./TXT")).qname == "a+b.");
  CHECK(MustParse(Get("/dns/lookup/%2e/SOA")).qname == ".");
  CHECK(MustParse(Get("/dns/lookup/%C3%a9./A")).qname == "\xc3\xa9.");
}

TEST_CASE("missing or additional segments are not an error") {
  CHECK(MustParse(Get("/dns/lookup/a.")).qtype.empty());
  CHECK(MustParse(Get("/dns/lookup/a./A/more/")).qtype == "A");
  CHECK(MustParse(Get("/dns/lookup")).qname.empty());
  CHECK(MustParse(Get("/dns/lookup/")).method == Method::kLookup);
}

TEST_CASE("POST: parameters as JSON in a form") {
  const Request request = MustParse(
      Post("/dns/lookup",
           "parameters=%7b%22qname%22%3a+%22a%26b%2e%22%2c%22qtype%22%3a%22A%22"
           "%2c%22zone%2did%22%3a5%7d"));
  CHECK(request.method == Method::kLookup);
  CHECK(request.qname == "a&b.");
  CHECK(request.qtype == "A");
  CHECK(request.zone_id == 5);
}

TEST_CASE("POST: parameters by name in a form") {
  const Request request = MustParse(
      Post("/dns/directBackendCmd", "query=say%20%22hello%22%20%26%20more"));
  CHECK(request.method == Method::kDirectBackendCmd);
  CHECK(request.text == "say \"hello\" & more");
}

TEST_CASE("POST: the whole request as JSON at the base path") {
  const std::string body = R"({"method":"lookup","parameters":{"qname":"a."}})";
  CHECK(MustParse(Post("/dns", body)).qname == "a.");
  CHECK(MustParse(Post("/dns/", body)).qname == "a.");
}

TEST_CASE("broken requests are refused") {
  CHECK(IsRefused(Get("/dns")));
  CHECK(IsRefused(Get("/dns/")));
  CHECK(IsRefused(Get("/dns/lookup/a%2/A")));
  CHECK(IsRefused(Get("/dns/lookup/a%zz/A")));
  CHECK(IsRefused(Get("/dns/lookup/a%+1/A")));
  CHECK(IsRefused(Get("/dns/searchRecords?pattern=%")));
  CHECK(IsRefused(Get("/elsewhere")));
  CHECK(IsRefused(Post("/dns", "")));
  CHECK(IsRefused(Post("/dns", "parameters=%7b%7d")));
  CHECK(IsRefused(Post("/dns/lookup", "parameters={")));
  CHECK(IsRefused(Post("/dns/lookup", "parameters=%7b%")));
}

TEST_CASE("only the base path and what is below it belong to PowerDNS") {
  CHECK(IsRemoteHttpPath("/dns"));
  CHECK(IsRemoteHttpPath("/dns/lookup"));
  CHECK_FALSE(IsRemoteHttpPath("/dnsx"));
  CHECK_FALSE(IsRemoteHttpPath("/"));
  CHECK_FALSE(IsRemoteHttpPath("/metrics"));
}

// What a handler answers with, in HTTP.
struct Answered {
  explicit Answered(const HttpRequest& http,
                    FakeHandler::Answer answer = AnswerAddress)
      : handler(std::move(answer)) {
    Exchange exchange(&handler);
    response = AnswerRemoteHttp(http, &exchange, &fault);
  }

  FakeHandler handler;
  std::string fault;
  HttpResponse response;
};

TEST_CASE("a request is answered by the handler, in JSON") {
  const Answered answered(Get("/dns/lookup/a./ANY"));
  CHECK(answered.response.status == 200);
  CHECK(answered.response.content_type == "application/json");
  CHECK(answered.response.body.find("192.0.2.1") != std::string::npos);
  REQUIRE(answered.handler.asked.size() == 1);
  CHECK(answered.handler.asked[0].qname == "a.");
  CHECK(answered.fault.empty());
  CHECK(Answered(Get("/dns/getDomainInfo/a.")).response.body ==
        R"({"result":false})");
}

TEST_CASE("an error is a 503 and leaves its reason") {
  const Answered answered(Get("/dns/lookup/a./ANY"),
                          [](const Request&, Reply* reply) {
                            reply->error = "nothing loaded yet";
                          });
  CHECK(answered.response.status == 503);
  CHECK(answered.response.body == R"({"result":null})");
  CHECK(answered.response.content_type == "application/json");
  CHECK(answered.fault == "nothing loaded yet");
}

TEST_CASE("a request that PowerDNS would not send is a 400") {
  const Answered answered(Post("/dns", "{"));
  CHECK(answered.response.status == 400);
  CHECK(answered.response.body ==
        R"({"result":false,"error":"not JSON at byte 2"})");
  CHECK(answered.fault == "not JSON at byte 2");
  CHECK(answered.handler.asked.empty());
}

}  // namespace
}  // namespace groupring::backend
