#include "backend/protocol/plain_json.h"

#include <random>
#include <string>
#include <string_view>
#include <tuple>

#include "backend/protocol/remote_json.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using namespace std::string_view_literals;

bool IsPlain(std::string_view json) {
  Request request;
  return ReadPlainRequest(json, &request);
}

auto Fields(const Request& request) {
  return std::tie(request.method, request.qname, request.qtype, request.zone_id,
                  request.remote, request.real_remote, request.zone,
                  request.kind, request.text, request.limit);
}

const char* const kLookup =
    R"({"method": "lookup", "parameters": {"local": "192.0.2.1", )"
    R"("qname": "www.example.org.", "qtype": "ANY", "real-remote": )"
    R"("203.0.113.0/24", "remote": "192.0.2.24", "zone-id": -1}})";

TEST_CASE("what PowerDNS asks all the time is plain") {
  Request request;
  REQUIRE(ReadPlainRequest(kLookup, &request));
  CHECK(request.method == Method::kLookup);
  CHECK(request.qname == "www.example.org.");
  CHECK(request.qtype == "ANY");
  CHECK(request.remote == "192.0.2.24");
  CHECK(request.real_remote == "203.0.113.0/24");
  CHECK(request.zone_id == -1);
  CHECK(IsPlain(R"({"method":"getAllDomains","parameters":)"
                R"({"include_disabled":true}})"));
  CHECK(IsPlain(R"( { "parameters" : { } , "method" : "x" } )"
                "\r\n"));
  CHECK(IsPlain(R"({"method":"x"})"));
}

TEST_CASE("what needs more than a glance is not plain") {
  for (const std::string_view text :
       {""sv, "{}"sv, R"({"method":1})"sv, R"({"method":"x"}})"sv,
        R"({"method":"x",})"sv, R"({"method":"x","other":1})"sv,
        R"({"method":"x\n"})"sv, "{\"method\":\"\xc3\xa9\"}"sv,
        "{\"method\":\"a\tb\"}"sv, R"({"method":"x","parameters":[]})"sv,
        R"({"method":"x","parameters":{"a":null}})"sv,
        R"({"method":"x","parameters":{"a":1.0}})"sv,
        R"({"method":"x","parameters":{"a":01}})"sv,
        R"({"method":"x","parameters":{"a":-}})"sv,
        R"({"method":"x","parameters":{"a":99999999999999999999}})"sv,
        R"({"method":"x","parameters":{"a":{}}})"sv,
        R"({"method":"x","parameters":{"a":"b)"sv}) {
    CAPTURE(std::string(text));
    CHECK_FALSE(IsPlain(text));
  }
}

// A member that is not plain puts the general parser to work.
std::string NotPlain(std::string_view json) {
  const size_t brace = json.find('{');
  if (brace == json.npos) return std::string(json);
  std::string text(json);
  return text.insert(brace + 1, R"("x":null,)");
}

TEST_CASE("plain or not, a request means the same") {
  std::mt19937 random(1);
  int plain = 0;
  int valid = 0;
  for (int round = 0; round < 100000; ++round) {
    std::string text = kLookup;
    for (auto changes = random() % 4; changes > 0; --changes) {
      static constexpr std::string_view kBytes =
          "{}[]\":,.-+0159eE \t\n\\/ntrufalsxm_\x00\x7f\x80\xc3\xa9"sv;
      const char byte = kBytes[random() % kBytes.size()];
      const size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = byte;
          break;
        case 1:
          text.insert(at, 1, byte);
          break;
        default:
          text.erase(at, 1);
      }
    }
    CAPTURE(text);
    Request request;
    Request general;
    const std::string not_plain = NotPlain(text);
    REQUIRE_FALSE(IsPlain(not_plain));
    const bool ok = ParseRemoteJson(text, &request).ok();
    REQUIRE(ok == ParseRemoteJson(not_plain, &general).ok());
    if (ok) REQUIRE((Fields(request) == Fields(general)));
    if (IsPlain(text)) ++plain;
    if (ok) ++valid;
  }
  // The test has seen requests of all three kinds.
  CHECK(plain > 1000);
  CHECK(valid > plain);
  CHECK(valid < 90000);
}

}  // namespace
}  // namespace groupring::backend
