#include "tests/conformance/remote_http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

using nlohmann::json;

// Everything but letters and digits, dots too, in lower-case hex.
std::string UrlEncode(const std::string& text) {
  std::string encoded;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      encoded.push_back(c);
    } else {
      std::array<char, 4> hex{};
      std::snprintf(hex.data(), hex.size(), "%%%02x",
                    static_cast<unsigned char>(c));
      encoded += hex.data();
    }
  }
  return encoded;
}

std::string Text(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string Post(const std::string& path, const std::string& type,
                 const std::string& body) {
  return "POST " + path +
         " HTTP/1.1\r\nAccept: application/json\r\nConnection: Keep-Alive\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\nContent-Type: " + type +
         "; charset=utf-8\r\nHost: 127.0.0.1\r\n"
         "User-Agent: YaHTTP v1.0\r\n\r\n" +
         body;
}

std::string Get(const std::string& method, const json& parameters) {
  std::string path = "/dns/" + method;
  for (const char* part :
       {"id", "domain_id", "zonename", "qname", "name", "kind", "qtype"}) {
    if (parameters.contains(part)) {
      path += "/" + UrlEncode(Text(parameters.at(part)));
    }
  }
  if (parameters.contains("include_disabled")) {
    path += std::string("?includeDisabled=") +
            (parameters.at("include_disabled") == true ? "true" : "false");
  }
  std::string headers;
  for (const auto& [field, header] :
       {std::pair("local", "Local"), std::pair("remote", "Remote"),
        std::pair("real-remote", "Real-Remote"),
        std::pair("zone-id", "Zone-Id")}) {
    if (parameters.contains(field)) {
      headers += std::string("X-Remotebackend-") + header + ": " +
                 Text(parameters.at(field)) + "\r\n";
    }
  }
  return "GET " + path +
         " HTTP/1.1\r\nAccept: application/json\r\nConnection: Keep-Alive\r\n"
         "Host: 127.0.0.1\r\nUser-Agent: YaHTTP v1.0\r\n" +
         headers + "\r\n";
}

// The value of a header, in any case; empty for none.
std::string Header(const std::string& head, const std::string& name) {
  for (size_t at = head.find("\r\n"); at != std::string::npos;
       at = head.find("\r\n", at + 2)) {
    const size_t start = at + 2;
    if (::strncasecmp(head.c_str() + start, (name + ":").c_str(),
                      name.size() + 1) == 0) {
      const size_t value = head.find_first_not_of(' ', start + name.size() + 1);
      return head.substr(value, head.find("\r\n", value) - value);
    }
  }
  return "";
}

}  // namespace

std::string HttpRequest(HttpForm form, const std::string& method,
                        const json& parameters) {
  switch (form) {
    case HttpForm::kGet:
      // The one question that PowerDNS puts into a body in this form, too.
      if (method == "directBackendCmd") {
        return Post("/dns/" + method, "application/x-www-form-urlencoded",
                    "query=" + UrlEncode(parameters.at("query")));
      }
      return Get(method, parameters);
    case HttpForm::kPost:
      return Post("/dns/" + method, "application/x-www-form-urlencoded",
                  "parameters=" + UrlEncode(parameters.dump()));
    case HttpForm::kPostJson:
      return Post(
          "/dns", "text/javascript",
          json({{"method", method}, {"parameters", parameters}}).dump());
  }
  return "";
}

HttpConnection::~HttpConnection() { Close(); }

void HttpConnection::Close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

bool HttpConnection::Connect() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ++connects_;
  return ::connect(fd_, reinterpret_cast<const sockaddr*>(&address),
                   sizeof(address)) == 0;
}

HttpResponse HttpConnection::Exchange(const std::string& request) {
  // As PowerDNS does: a connection that the server has closed is noticed
  // before something is sent on it.
  pollfd closed{.fd = fd_, .events = POLLIN, .revents = 0};
  if (fd_ >= 0 && ::poll(&closed, 1, 0) == 1) Close();
  if (fd_ < 0 && !Connect()) {
    Close();
    return {};
  }
  HttpResponse response;
  if (::send(fd_, request.data(), request.size(), MSG_NOSIGNAL) ==
      static_cast<ssize_t>(request.size())) {
    response = Receive();
  }
  if (response.status == 0) Close();
  return response;
}

HttpResponse HttpConnection::Receive() {
  std::string received;
  const auto limit =
      std::chrono::duration_cast<std::chrono::milliseconds>(kPatience);
  while (true) {
    const size_t end = received.find("\r\n\r\n");
    if (end != std::string::npos) {
      const std::string head = received.substr(0, end + 2);
      const auto length = static_cast<size_t>(
          std::atol(Header(head, "Content-Length").c_str()));
      if (received.size() >= end + 4 + length) {
        return {.status = std::atoi(head.c_str() + head.find(' ')),
                .body = received.substr(end + 4, length)};
      }
    }
    pollfd ready{.fd = fd_, .events = POLLIN, .revents = 0};
    std::array<char, 65536> buffer;
    if (::poll(&ready, 1, static_cast<int>(limit.count())) != 1) return {};
    const ssize_t n = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (n <= 0) return {};
    received.append(buffer.data(), static_cast<size_t>(n));
  }
}

}  // namespace groupring::testing
