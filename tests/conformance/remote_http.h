// HTTP requests byte for byte as PowerDNS' remote backend sends them.
#ifndef GROUPRING_TESTS_CONFORMANCE_REMOTE_HTTP_H_
#define GROUPRING_TESTS_CONFORMANCE_REMOTE_HTTP_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace groupring::testing {

enum class HttpForm { kGet, kPost, kPostJson };

std::string HttpRequest(HttpForm form, const std::string& method,
                        const nlohmann::json& parameters);

struct HttpResponse {
  int status = 0;
  std::string body;
};

// A connection that is kept between requests and opened again when the server
// has closed it.
class HttpConnection {
 public:
  explicit HttpConnection(uint16_t port) : port_(port) {}
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  // Status 0: the connection broke.
  HttpResponse Exchange(const std::string& request);

  // How often it had to connect.
  int connects() const { return connects_; }

 private:
  bool Connect();
  HttpResponse Receive();
  void Close();

  uint16_t port_;
  int fd_ = -1;
  int connects_ = 0;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_CONFORMANCE_REMOTE_HTTP_H_
