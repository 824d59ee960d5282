// HTTP requests as they are read: the paths, queries, headers and
// bodies that this project parses itself, PowerDNS' and the API's.
//
// The first line is "VERB target", header lines follow up to an empty one, and
// the rest is the body.
#include "backend/protocol/remote_http.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "backend/api/pages.h"
#include "backend/protocol/http_router.h"
#include "backend/protocol/url_text.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/echo_handler.h"
#include "tests/fuzz/redis_text.h"
#include "tests/fuzz/targets.h"

namespace groupring::fuzz {
namespace {

using backend::HttpRequest;
using backend::HttpResponse;

std::string_view TakeLine(std::string_view* rest) {
  const std::string_view line = rest->substr(0, rest->find('\n'));
  rest->remove_prefix(std::min(rest->size(), line.size() + 1));
  return line;
}

HttpRequest ReadHttp(std::string_view bytes) {
  HttpRequest http;
  const std::string_view first = TakeLine(&bytes);
  const size_t blank = std::min(first.find(' '), first.size());
  http.verb = first.substr(0, blank);
  http.target = first.substr(std::min(blank + 1, first.size()));
  while (!bytes.empty()) {
    const std::string_view line = TakeLine(&bytes);
    if (line.empty()) break;
    const size_t colon = std::min(line.find(": "), line.size());
    http.headers.emplace_back(line.substr(0, colon),
                              line.substr(std::min(colon + 2, line.size())));
  }
  http.body = bytes;
  return http;
}

std::string PercentEncode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return encoded;
}

void CheckUrlText(std::string_view text) {
  for (const PlusSign plus : {PlusSign::kPlus, PlusSign::kSpace}) {
    Check(PercentDecode(PercentEncode(text), plus) == text,
          "what is encoded is decoded");
    const auto decoded = PercentDecode(text, plus);
    Check(!decoded || decoded->size() <= text.size(),
          "nothing grows by being decoded");
  }
  size_t fields = 0;
  size_t size = 0;
  backend::ForEachFormField(text,
                            [&](std::string_view name, std::string_view value) {
                              ++fields;
                              size += name.size() + value.size();
                            });
  Check(size + fields <= text.size() + 1, "a form has no more than its text");
}

// A name with a group, for the API to tell of.
const World& SmallWorld() {
  static const World world(
      "example.org:CONFIG\thash\tSOA\tns1 hostmaster 1 2 3 4 5\tNS\tns1\n"
      "ftp.example.org:GROUPS\tset\tg1\tg2\n"
      "g1:A\tset\t192.0.2.1\ng2:AAAA\tset\t2001:db8::1\n");
  return world;
}

}  // namespace

void FuzzRemoteHttp(std::string_view bytes) {
  const HttpRequest http = ReadHttp(bytes);
  CheckUrlText(http.Path());
  CheckUrlText(http.Query());
  CheckUrlText(http.body);

  backend::HttpRouter router({"ns1.example.org"});
  for (const char* path : {"/api/v1/status", "/api/v1/groups", "/api/v1/names",
                           "/api/v1/explain"}) {
    router.Add(path, [](const HttpRequest& request) {
      return backend::AnswerApi({SmallWorld().snapshot().get(), kNow}, request);
    });
  }
  EchoHandler handler;
  backend::Exchange exchange(&handler);
  std::string fault;
  const bool is_remote = backend::IsRemoteHttpPath(http.Path());
  const HttpResponse response =
      is_remote ? backend::AnswerRemoteHttp(http, &exchange, &fault)
                : router.Answer(http);
  Check(response.status == 200 || response.status == 400 ||
            response.status == 404 || response.status == 405 ||
            response.status == 503,
        "a status that PowerDNS knows");
  Check(response.content_type == "application/json", "an answer is JSON");
  CheckJson(response.body);
  if (is_remote) {
    Check(nlohmann::json::parse(response.body).contains("result"),
          "PowerDNS is told a result");
    Check((response.status != 200) == !fault.empty() || response.status == 503,
          "a fault is told to the log");
  }
}

}  // namespace groupring::fuzz
