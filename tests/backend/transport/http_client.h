// Reads HTTP responses off a connection, for tests.
#ifndef GROUPRING_TESTS_BACKEND_TRANSPORT_HTTP_CLIENT_H_
#define GROUPRING_TESTS_BACKEND_TRANSPORT_HTTP_CLIENT_H_

#include <string>
#include <string_view>

#include "tests/backend/transport/stream_client.h"

namespace groupring::backend {

class HttpClient {
 public:
  struct Response {
    int status = 0;    // 0: the connection ended before
    std::string head;  // all lines
    std::string body;  // by Content-Length
  };

  explicit HttpClient(int port) : stream(StreamClient::ToLoopback(port)) {}

  Response Read(bool has_body = true) {
    Response response;
    std::string line;
    size_t length = 0;
    while ((line = stream.ReadLine()) != "\r\n") {
      if (line.empty()) return {};
      if (line.rfind("HTTP/1.1 ", 0) == 0)
        response.status = stoi(line.substr(9));
      if (line.rfind("Content-Length: ", 0) == 0) {
        length = std::stoul(line.substr(16));
      }
      response.head += line;
    }
    if (has_body) response.body = stream.ReadBytes(length);
    return response;
  }

  Response Get(const std::string& target, const std::string& headers = {}) {
    stream.Send("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers +
                "\r\n");
    return Read();
  }

  Response Post(const std::string& target, std::string_view body) {
    stream.Send("POST " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
                "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                std::string(body));
    return Read();
  }

  StreamClient stream;
};

}  // namespace groupring::backend

#endif  // GROUPRING_TESTS_BACKEND_TRANSPORT_HTTP_CLIENT_H_
