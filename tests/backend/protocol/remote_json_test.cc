#include "backend/protocol/remote_json.h"

#include <limits>
#include <string>
#include <string_view>

#include "nlohmann/json.hpp"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using nlohmann::json;
using namespace std::string_literals;
using namespace std::string_view_literals;

Request MustParse(std::string_view text) {
  Request request;
  CAPTURE(std::string(text));
  REQUIRE(ParseRemoteJson(text, &request).ok());
  return request;
}

std::string ErrorOf(std::string_view text) {
  Request request;
  const absl::Status status = ParseRemoteJson(text, &request);
  CHECK(status.code() == absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

std::string Nested(int depth) {
  std::string text = R"({"method":"lookup","parameters":{"x":)";
  for (int i = 2; i < depth; ++i) text += '[';
  text += '1';
  for (int i = 2; i < depth; ++i) text += ']';
  return text + "}}";
}

TEST_CASE("a lookup carries all of its parameters") {
  const Request request = MustParse(
      R"({"method":"lookup","parameters":{"qtype":"ANY",
      "qname":"wWw.example.org.","remote":"192.0.2.24","local":"192.0.2.1",
      "real-remote":"203.0.113.0/24","zone-id":7}})");
  CHECK(request.method == Method::kLookup);
  CHECK(request.qname == "wWw.example.org.");
  CHECK(request.qtype == "ANY");
  CHECK(request.remote == "192.0.2.24");
  CHECK(request.real_remote == "203.0.113.0/24");
  CHECK(request.zone_id == 7);
}

TEST_CASE("the order of members does not matter") {
  const Request request = MustParse(
      R"({"parameters":{"qname":"a.","qtype":"A"},"method":"LOOKUP"})");
  CHECK(request.method == Method::kLookup);
  CHECK(request.qname == "a.");
}

TEST_CASE("numbers may come as text or with a fraction of zero") {
  const auto zone_id = [](std::string_view value) {
    return MustParse(R"({"method":"list","parameters":{"domain_id":)" +
                     std::string(value) + "}}")
        .zone_id;
  };
  CHECK(zone_id("5") == 5);
  CHECK(zone_id("-1") == -1);
  CHECK(zone_id("5.0") == 5);
  CHECK(zone_id(R"("5")") == 5);
  CHECK(zone_id("5.5") == -1);
  CHECK(zone_id("1e300") == -1);
  CHECK(zone_id("18446744073709551615") == -1);
  CHECK(zone_id(R"("five")") == -1);
  CHECK(zone_id("true") == -1);
  CHECK(zone_id("null") == -1);
}

TEST_CASE("parameters are known under every name that was ever used") {
  CHECK(
      MustParse(R"({"method":"lookup","parameters":{"zone_id":3}})").zone_id ==
      3);
  CHECK(MustParse(R"({"method":"list","parameters":{"zonename":"a."}})").zone ==
        "a.");
  CHECK(MustParse(R"({"method":"getDomainInfo","parameters":{"name":"a."}})")
            .zone == "a.");
  CHECK(MustParse(R"({"method":"directBackendCmd","parameters":{"query":"x"}})")
            .text == "x");
  const Request search = MustParse(
      R"({"method":"searchRecords","parameters":{"pattern":"w*","maxResults":9}})");
  CHECK(search.text == "w*");
  CHECK(search.limit == 9);
}

TEST_CASE("what is not a parameter of the request is not taken for one") {
  const Request request = MustParse(
      R"({"qname":"top.","method":"lookup","parameters":{"deep":{"qname":"no.",
      "method":"list"},"qtype":["no"],"qname":"yes.","list":[{"qname":"no."}]},
      "more":{"qname":"no."},"remote":"no"})");
  CHECK(request.method == Method::kLookup);
  CHECK(request.qname == "yes.");
  CHECK(request.qtype.empty());
  CHECK(request.remote.empty());
}

TEST_CASE("a request leaves nothing behind in the next one") {
  Request request;
  REQUIRE(ParseRemoteJson(
              R"({"method":"lookup","parameters":{"qname":"a.","zone-id":4}})",
              &request)
              .ok());
  REQUIRE(ParseRemoteJson(R"({"method":"getAllDomains"})", &request).ok());
  CHECK(request.qname.empty());
  CHECK(request.zone_id == -1);
}

TEST_CASE("an unknown method is a request all the same") {
  CHECK(MustParse(R"({"method":"feedRecord","parameters":{"rr":{}}})").method ==
        Method::kUnknown);
}

TEST_CASE("escapes in strings are resolved") {
  const Request request = MustParse(
      R"({"method":"lookup","parameters":{"qname":"\u0000\"\\\n\u00e9.","qtype":"A"}})");
  CHECK(request.qname == "\0\"\\\n\xc3\xa9."sv);
}

TEST_CASE("texts that are no request are refused") {
  CHECK(ErrorOf("").find("not JSON at byte") != std::string::npos);
  CHECK(ErrorOf("{").find("not JSON") != std::string::npos);
  CHECK(ErrorOf("GET / HTTP/1.1").find("not JSON") != std::string::npos);
  CHECK(ErrorOf(R"({"method":"lookup"} {})").find("not JSON") !=
        std::string::npos);
  CHECK(ErrorOf("{\"method\":\"a\xff\"}").find("not JSON") !=
        std::string::npos);
  CHECK(ErrorOf(R"({"method":"lookup","parameters":{"x":1e999}})")
            .find("not JSON") != std::string::npos);
  CHECK(ErrorOf("{}") == "JSON without a method");
  CHECK(ErrorOf("[]") == "JSON without a method");
  CHECK(ErrorOf("\"lookup\"") == "JSON without a method");
  CHECK(ErrorOf(R"({"method":1})") == "JSON without a method");
  CHECK(ErrorOf(R"(["method","lookup"])") == "JSON without a method");
}

TEST_CASE("JSON nests as deep as its bound and no deeper") {
  CHECK(MustParse(Nested(kMaxJsonDepth)).method == Method::kLookup);
  CHECK(ErrorOf(Nested(kMaxJsonDepth + 1)) == "JSON nested deeper than 16");
  CHECK(ErrorOf(std::string(500000, '[')) == "JSON nested deeper than 16");
  CHECK(ErrorOf(std::string(500000, '{')).find("not JSON") !=
        std::string::npos);
}

TEST_CASE("parameters alone add to a request") {
  Request request;
  request.method = Method::kLookup;
  REQUIRE(ParseRemoteJsonParameters(
              R"({"qname":"a.","zone-id":2,"deep":{"qname":"no."}})", &request)
              .ok());
  CHECK(request.method == Method::kLookup);
  CHECK(request.qname == "a.");
  CHECK(request.zone_id == 2);
  CHECK_FALSE(ParseRemoteJsonParameters("{", &request).ok());
}

std::string Answer(const Reply& reply) {
  std::string out;
  AppendRemoteJson(reply, &out);
  return out;
}

TEST_CASE("each kind of reply has its JSON") {
  Reply reply;
  CHECK(Answer(reply) == R"({"result":null})");
  reply.kind = Reply::Kind::kFalse;
  CHECK(Answer(reply) == R"({"result":false})");
  reply.kind = Reply::Kind::kTrue;
  CHECK(Answer(reply) == R"({"result":true})");
  reply.kind = Reply::Kind::kRecords;
  CHECK(Answer(reply) == R"({"result":[]})");
  reply.kind = Reply::Kind::kDomains;
  CHECK(Answer(reply) == R"({"result":[]})");
  reply.kind = Reply::Kind::kMetadata;
  CHECK(Answer(reply) == R"({"result":{}})");
  reply.kind = Reply::Kind::kValues;
  CHECK(Answer(reply) == R"({"result":[]})");
  reply.metadata = {{"A", "1 0"}, {"B", "\""}};
  CHECK(Answer(reply) == R"({"result":["1 0","\""]})");
  reply.kind = Reply::Kind::kMetadata;
  CHECK(Answer(reply) == R"({"result":{"A":["1 0"],"B":["\""]}})");
  reply.kind = Reply::Kind::kText;
  reply.text = "two\nlines";
  CHECK(Answer(reply) == R"({"result":"two\nlines"})");
  reply.kind = Reply::Kind::kNeighbours;
  CHECK(Answer(reply) ==
        R"({"result":{"before":"","after":"","unhashed":""}})");
  reply.before = "ftp";
  reply.after = "a\\.b.www";
  CHECK(Answer(reply) ==
        R"({"result":{"before":"ftp","after":"a\\.b.www","unhashed":"ftp"}})");
  reply.kind = Reply::Kind::kDomain;
  CHECK(Answer(reply) == R"({"result":false})");
  reply.domains = {{1, "example.org"}, {2, "."}};
  CHECK(Answer(reply) ==
        R"({"result":{"id":1,"zone":"example.org.","kind":"native"}})");
  reply.kind = Reply::Kind::kDomains;
  CHECK(Answer(reply) ==
        R"({"result":[{"id":1,"zone":"example.org.","kind":"native"},)"
        R"({"id":2,"zone":".","kind":"native"}]})");
  reply.kind = Reply::Kind::kDomain;
  reply.domains[0].serial = 0xffffffff;
  CHECK(Answer(reply) == R"({"result":{"id":1,"zone":"example.org.",)"
                         R"("kind":"native","serial":4294967295}})");
}

TEST_CASE("a record that is not the zone's own says so, others say nothing") {
  Reply reply;
  reply.kind = Reply::Kind::kRecords;
  reply.domain_id = 3;
  reply.records = {{"a", "NS", "b.", 60, 0, false}, {"a", "DS", "x", 60, 0}};
  CHECK(Answer(reply) ==
        R"({"result":[{"qtype":"NS","qname":"a.","content":"b.","ttl":60,)"
        R"("scopeMask":0,"domain_id":3,"auth":0},)"
        R"({"qtype":"DS","qname":"a.","content":"x","ttl":60,)"
        R"("scopeMask":0,"domain_id":3}]})");
}

TEST_CASE("records have the types that PowerDNS insists on") {
  Reply reply;
  reply.kind = Reply::Kind::kRecords;
  reply.domain_id = 3;
  reply.records = {{"WWW.example.org.", "A", "192.0.2.1", 60, 24},
                   {"www.example.org", "TXT", R"("a b")", 0xffffffff, 0}};
  CHECK(Answer(reply) ==
        R"({"result":[{"qtype":"A","qname":"WWW.example.org.",)"
        R"("content":"192.0.2.1","ttl":60,"scopeMask":24,"domain_id":3},)"
        R"({"qtype":"TXT","qname":"www.example.org.",)"
        R"("content":"\"a b\"","ttl":2147483647,"scopeMask":0,)"
        R"("domain_id":3}]})");
}

TEST_CASE("an empty non-terminal is a record without type and content") {
  Reply reply;
  reply.kind = Reply::Kind::kRecords;
  reply.records = {{"a.example.org", "", "", 60, 0}};
  const json result = json::parse(Answer(reply));
  CHECK(result["result"][0]["qtype"] == "");
  CHECK(result["result"][0]["content"] == "");
  CHECK(result["result"][0]["domain_id"] == -1);
}

TEST_CASE("names end in exactly one dot") {
  Reply reply;
  reply.kind = Reply::Kind::kRecords;
  for (const auto& [name, written] : {std::pair{"a", "a."},
                                      {"a.", "a."},
                                      {".", "."},
                                      {"", "."},
                                      {R"(a\.)", R"(a\..)"}}) {
    reply.records = {{name, "A", "192.0.2.1", 1, 24}};
    CHECK(json::parse(Answer(reply))["result"][0]["qname"] == written);
  }
}

TEST_CASE("no text in a reply can break out of its string") {
  const std::string evil = "\",\"ttl\":0}\n\r\t\\\0\xff\xc3(\x7f"s;
  Reply reply;
  reply.kind = Reply::Kind::kRecords;
  reply.records = {{evil, evil, evil, 60, 24}};
  const std::string answer = Answer(reply);
  CHECK(answer.find('\n') == std::string::npos);
  const json record = json::parse(answer)["result"][0];
  CHECK(record.size() == 6);
  CHECK(record["ttl"] == 60);
  CHECK(record["content"] ==
        "\",\"ttl\":0}\n\r\t\\\0\xef\xbf\xbd\xef\xbf\xbd(\x7f"sv);
}

}  // namespace
}  // namespace groupring::backend
