#include "backend/protocol/http_head.h"

#include <httplib.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <string>

namespace groupring::backend {
namespace {

constexpr int kBadRequest = 400;

// What httplib reads the head from. What it would answer is dropped.
//
// Versions differ in which of these functions a Stream has. Those from
// is_writable on override the base's where it has them.
#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winconsistent-missing-override"
#endif
class HeadStream final : public httplib::Stream {
 public:
  explicit HeadStream(std::string_view text) : unread_(text) {}

  bool AtEnd() const { return unread_.empty(); }

  bool is_readable() const override { return true; }
  ssize_t read(char* bytes, size_t size) override {
    size = unread_.copy(bytes, size);
    unread_.remove_prefix(size);
    return static_cast<ssize_t>(size);
  }
  ssize_t write(const char*, size_t size) override {
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return -1; }

  // NOLINTBEGIN(modernize-use-override,readability-convert-member-functions-to-static)
  bool is_writable() const { return true; }    // up to 0.19
  bool wait_readable() const { return true; }  // from 0.20 on
  bool wait_writable() const { return true; }
  time_t duration() const { return 0; }  // from 0.19 on
  // NOLINTEND(modernize-use-override,readability-convert-member-functions-to-static)

 private:
  std::string_view unread_;
};
#ifdef __clang__
#pragma clang diagnostic pop
#endif

}  // namespace

// Only httplib's parser is used: its own loop over connections wakes up every
// 10 ms for each idle one and ends one after a number of requests.
class HttpHeadReader::Library final : public httplib::Server {
 public:
  Library() {
    set_pre_routing_handler(
        [this](const httplib::Request& request, httplib::Response&) {
          Take(request);
          return HandlerResponse::Handled;
        });
    set_error_handler(
        [this](const httplib::Request&, httplib::Response& response) {
          if (!taken_) status_ = response.status;
        });
  }

  int Read(std::string_view text, HttpHead* head) {
    head_ = head;
    taken_ = false;
    status_ = kBadRequest;
    last_ = false;
    HeadStream stream(text);
    Process(this, &stream);
    // With something behind it, it was no single head.
    return stream.AtEnd() ? status_ : std::max(status_, kBadRequest);
  }

 private:
  // The parameters differ between versions. (A template, as only there an
  // invalid call is a condition and not an error.)
  template <typename Self>
  static void Process(Self* self, HeadStream* stream) {
    const std::function<void(httplib::Request&)> setup = nullptr;
    bool* const last = &self->last_;
    if constexpr (requires {
                    self->process_request(*stream, false, *last, setup);
                  }) {
      self->process_request(*stream, false, *last, setup);
    } else {
      self->process_request(*stream, std::string(), 0, std::string(), 0, false,
                            *last, setup);
    }
  }

  void Take(const httplib::Request& request) {
    taken_ = true;
    status_ = 0;
    head_->last = last_;
    head_->request.verb = request.method;
    head_->request.target = request.target;
    head_->request.headers.assign(request.headers.begin(),
                                  request.headers.end());
    head_->request.body.clear();
  }

  HttpHead* head_ = nullptr;
  bool taken_ = false;
  bool last_ = false;
  int status_ = 0;
};

HttpHeadReader::HttpHeadReader() : library_(std::make_unique<Library>()) {
  HttpHead head;
  library_->Read("GET / HTTP/1.1\r\nRange: bytes=0-0\r\n\r\n", &head);
}

HttpHeadReader::~HttpHeadReader() = default;
HttpHeadReader::HttpHeadReader(HttpHeadReader&&) noexcept = default;

int HttpHeadReader::Read(std::string_view text, HttpHead* head) {
  return library_->Read(text, head);
}

}  // namespace groupring::backend
