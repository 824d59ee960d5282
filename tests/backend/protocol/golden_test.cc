// What a real pdns_server 4.7.3 wrote (golden/record recorded it; 4.9.17 writes
// the same bytes), read by the codec of its connector: golden/*.expected says
// what was meant.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "backend/protocol/line_session.h"
#include "backend/protocol/remote_http.h"
#include "tests/backend/protocol/fake_handler.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

std::string ReadGolden(const std::string& name) {
  const auto path = std::filesystem::path(GROUPRING_SOURCE_DIR) /
                    "tests/backend/protocol/golden" / name;
  std::ifstream file(path, std::ios::binary);
  CAPTURE(path.string());
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string Describe(const Request& request) {
  const char* const kNames[] = {"unknown",
                                "initialize",
                                "lookup",
                                "APILookup",
                                "getAllDomains",
                                "getDomainInfo",
                                "getAllDomainMetadata",
                                "getDomainMetadata",
                                "list",
                                "directBackendCmd",
                                "searchRecords",
                                "getBeforeAndAfterNamesAbsolute"};
  std::ostringstream line;
  line << kNames[static_cast<int>(request.method)];
  if (request.method == Method::kUnknown) return "unknown\n";
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) line << ' ' << name << '=' << value;
  };
  add("qname", request.qname);
  add("qtype", request.qtype);
  add("remote", request.remote);
  add("client", request.real_remote);
  add("zone", request.zone);
  add("kind", request.kind);
  add("text", request.text);
  if (request.zone_id != -1) add("id", std::to_string(request.zone_id));
  if (request.limit != 100) add("limit", std::to_string(request.limit));
  line << '\n';
  return line.str();
}

std::string DescribeAll(const std::vector<Request>& requests) {
  std::string text;
  for (const Request& request : requests) text += Describe(request);
  return text;
}

std::vector<Request> ReadLines(LineSession::Protocol protocol,
                               std::string_view bytes) {
  FakeHandler handler([](const Request&, Reply* reply) {
    reply->kind = Reply::Kind::kRecords;
  });
  backend::Exchange exchange(&handler);
  LineSession session(protocol, LineSession::AfterFault::kClose, &exchange);
  std::string out;
  session.Feed(bytes, size_t{1} << 30, &out);
  CHECK_FALSE(session.closed());
  CHECK(out.find("FAIL") == out.npos);
  return handler.asked;
}

// Cuts one message with its body off `stream`.
HttpRequest TakeHttpRequest(std::string_view* stream) {
  const auto take = [stream](std::string_view end) {
    const size_t size = stream->find(end);
    REQUIRE(size != stream->npos);
    const std::string_view text = stream->substr(0, size);
    stream->remove_prefix(size + end.size());
    return std::string(text);
  };
  HttpRequest http;
  http.verb = take(" ");
  http.target = take(" ");
  CHECK(take("\r\n") == "HTTP/1.1");
  while (stream->substr(0, 2) != "\r\n") {
    std::string name = take(": ");
    http.headers.emplace_back(std::move(name), take("\r\n"));
  }
  stream->remove_prefix(2);
  const std::string length(http.Header("content-length"));
  const size_t size = length.empty() ? 0 : std::stoul(length);
  http.body = stream->substr(0, size);
  stream->remove_prefix(size);
  return http;
}

TEST_CASE("remote backend, unix connector: as PowerDNS writes it") {
  CHECK(DescribeAll(ReadLines(LineSession::Protocol::kRemoteJson,
                              ReadGolden("remote_unix.requests"))) ==
        "initialize\n" + ReadGolden("remote.expected"));
}

TEST_CASE("remote backend, HTTP connector: as PowerDNS writes it") {
  const std::string mode = GENERATE("get", "post", "post_json");
  CAPTURE(mode);
  const std::string bytes = ReadGolden("remote_http_" + mode + ".requests");
  std::string_view stream = bytes;
  std::string described;
  while (!stream.empty()) {
    Request request;
    REQUIRE(ParseRemoteHttp(TakeHttpRequest(&stream), &request).ok());
    described += Describe(request);
  }
  CHECK(described == ReadGolden("remote.expected"));
}

TEST_CASE("pipe backend: as PowerDNS writes it") {
  const std::string name =
      "pipe_abi_" + std::to_string(GENERATE(1, 2, 3, 4, 5));
  CAPTURE(name);
  CHECK(DescribeAll(ReadLines(LineSession::Protocol::kPipeAbi,
                              ReadGolden(name + ".requests"))) ==
        ReadGolden(name + ".expected"));
}

}  // namespace
}  // namespace groupring::backend
