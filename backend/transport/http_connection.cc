#include "backend/transport/http_connection.h"

#include <httplib.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "backend/transport/plain_posts.h"

namespace groupring::backend {
namespace {

// What httplib reads from and writes to.
class SocketStream final : public httplib::Stream {
 public:
  explicit SocketStream(HttpSocket* socket) : socket_(socket) {}

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* bytes, size_t size) override {
    return socket_->Read(bytes, size);
  }
  ssize_t write(const char* bytes, size_t size) override {
    socket_->Write({bytes, size});
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return -1; }

 private:
  HttpSocket* const socket_;
};

bool HasBody(std::string_view verb) {
  return verb == "POST" || verb == "PUT" || verb == "PATCH" || verb == "DELETE";
}

bool IsServed(std::string_view verb) {
  return verb == "GET" || verb == "HEAD" || HasBody(verb);
}

// What httplib parses HTTP with. Only its parser and writer of messages are
// used: its own loop over connections wakes up every 10 ms for each idle one
// and ends one after a number of requests.
class Engine final : public httplib::Server {
 public:
  Engine(HttpSocket* socket, const HttpRouter* router,
         backend::Handler* handler,
         const std::function<void(const std::string&)>* complain)
      : socket_(socket),
        stream_(socket),
        router_(router),
        handler_(handler),
        complain_(complain) {
    set_payload_max_length(kMaxHttpBodyBytes);
    set_pre_routing_handler(
        [this](const httplib::Request& request, httplib::Response& response) {
          return BeforeBody(request, &response) ? HandlerResponse::Handled
                                                : HandlerResponse::Unhandled;
        });
    const auto with_body = [this](const httplib::Request& request,
                                  httplib::Response& response,
                                  const httplib::ContentReader& reader) {
      ReadBody(request, reader, &response);
    };
    Post(kAnyPath, with_body);
    Put(kAnyPath, with_body);
    Patch(kAnyPath, with_body);
    Delete(kAnyPath, with_body);
    // What httplib itself refuses, it refuses with an empty body.
    set_error_handler([](const httplib::Request&, httplib::Response& response) {
      if (!response.body.empty()) return;
      const HttpResponse error = HttpError(response.status, "not acceptable");
      response.set_content(error.body, error.content_type);
    });
    set_post_routing_handler(
        [this](const httplib::Request&, httplib::Response& response) {
          // It tells of httplib's own limits.
          response.headers.erase("Keep-Alive");
          if (in_step_) return;
          response.headers.erase("Connection");
          response.headers.emplace("Connection", "close");
        });
  }

  // Reads one request and answers it. false: the connection is at its end.
  bool ServeOne() {
    in_step_ = false;
    socket_->SetBudget(kMaxHttpHeadBytes);
    bool last = false;
    const bool served = Process(this, &last);
    return socket_->Flush() && served && in_step_ && !last;
  }

 private:
  static constexpr const char* kAnyPath = ".*";

  // The parameters differ between versions. (A template, as only there an
  // invalid call is a condition and not an error.)
  template <typename Self>
  bool Process(Self* self, bool* last) {
    // Ranges are parts of files; nobody else asks for them.
    const std::function<void(httplib::Request&)> setup =
        [](httplib::Request& request) { request.ranges.clear(); };
    if constexpr (requires {
                    self->process_request(stream_, false, *last, setup);
                  }) {
      return self->process_request(stream_, false, *last, setup);
    } else {
      return self->process_request(stream_, std::string(), 0, std::string(), 0,
                                   false, *last, setup);
    }
  }

  // Called when the head is read. true: `response` is the answer.
  bool BeforeBody(const httplib::Request& request,
                  httplib::Response* response) {
    const std::optional<HttpResponse> refusal = Refusal(request);
    if (refusal) {
      (*complain_)(absl::StrFormat("HTTP request refused with status %d",
                                   refusal->status));
      Fill(*refusal, response);
      return true;
    }
    if (HasBody(request.method)) {
      // As long as a body may be, and some more for its chunks' headers.
      socket_->SetBudget(kMaxHttpBodyBytes + kMaxHttpHeadBytes);
      return false;
    }
    Answer(request, {}, response);
    return true;
  }

  // Of requests that are not even read to their end.
  std::optional<HttpResponse> Refusal(const httplib::Request& request) const {
    const std::string host = request.get_header_value("Host");
    if (request.has_header("Host") && !router_->IsHostAllowed(host)) {
      return HttpError(403, "host not known here");
    }
    if (!IsServed(request.method)) return HttpError(405, "no such method");
    const bool chunked = request.has_header("Transfer-Encoding");
    if (!request.has_header("Content-Length") && !chunked) {
      return HasBody(request.method) && request.method != "DELETE"
                 ? std::optional(HttpError(411, "length missing"))
                 : std::nullopt;
    }
    if (chunked) {
      const bool readable =
          request.get_header_value_count("Transfer-Encoding") == 1 &&
          !request.has_header("Content-Length") &&
          absl::EqualsIgnoreCase(request.get_header_value("Transfer-Encoding"),
                                 "chunked") &&
          HasBody(request.method);
      return readable ? std::nullopt
                      : std::optional(HttpError(400, "body not readable"));
    }
    const std::string text = request.get_header_value("Content-Length");
    uint64_t length = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, length);
    if (error == std::errc::result_out_of_range ||
        (error == std::errc() && length > kMaxHttpBodyBytes)) {
      return HttpError(413, "body too large");
    }
    if (error != std::errc() || rest != end ||
        request.get_header_value_count("Content-Length") != 1 ||
        (length > 0 && !HasBody(request.method))) {
      return HttpError(400, "body not readable");
    }
    if (request.is_multipart_form_data()) {
      return HttpError(415, "multipart not supported");
    }
    return std::nullopt;
  }

  void ReadBody(const httplib::Request& request,
                const httplib::ContentReader& reader,
                httplib::Response* response) {
    std::string body;
    bool too_large = false;
    const bool complete = reader([&](const char* bytes, size_t size) {
      too_large = body.size() + size > kMaxHttpBodyBytes;
      if (!too_large) body.append(bytes, size);
      return !too_large;
    });
    if (complete) {
      Answer(request, std::move(body), response);
    } else {
      // Later versions of httplib count the chunks themselves.
      const bool over = too_large || response->status == 413;
      Fill(HttpError(over ? 413 : 400, "body not readable"), response);
    }
  }

  void Answer(const httplib::Request& request, std::string body,
              httplib::Response* response) {
    HttpRequest http;
    http.verb = request.method;
    http.target = request.target;
    http.headers.assign(request.headers.begin(), request.headers.end());
    http.body = std::move(body);
    std::string fault;
    Fill(router_->Answer(http, handler_, &fault), response);
    if (!fault.empty()) {
      (*complain_)("answered with an error: " + fault);
    }
    in_step_ = true;
  }

  static void Fill(const HttpResponse& answer, httplib::Response* response) {
    response->status = answer.status;
    response->set_content(answer.body, answer.content_type);
  }

  HttpSocket* const socket_;
  SocketStream stream_;
  const HttpRouter* const router_;
  backend::Handler* const handler_;
  const std::function<void(const std::string&)>* const complain_;

  // The request was read to its very end, so that another one may follow.
  bool in_step_ = false;
};

}  // namespace

bool ServeHttpConnection(
    HttpSocket* socket, const HttpRouter& router, Handler* handler,
    const std::function<void(const std::string&)>& complain) {
  PlainPosts plain(&router, handler);
  Engine engine(socket, &router, handler, &complain);
  std::string answers;
  const auto answer_plain = [&] {
    answers.clear();
    std::string fault;
    const size_t read = plain.Answer(socket->Buffered(), &answers, &fault);
    if (!fault.empty()) complain("answered with an error: " + fault);
    socket->Skip(read);
    socket->Write(answers);
    return read > 0;
  };
  const auto close = [&] {
    if (!socket->problem().empty()) {
      complain(absl::StrFormat("connection closed: %s", socket->problem()));
    }
    socket->Linger();
    return false;
  };
  if (!socket->Flush()) return close();
  for (;;) {
    switch (socket->AwaitRequest()) {
      case HttpSocket::Awaited::kSuspended:
        return true;
      case HttpSocket::Awaited::kEnd:
        return false;
      case HttpSocket::Awaited::kRequest:
        break;
    }
    if (answer_plain() ? socket->Flush() : engine.ServeOne()) continue;
    return close();
  }
}

}  // namespace groupring::backend
