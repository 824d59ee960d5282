// One connection's conversation in HTTP/1.1: PowerDNS' requests, and pages.
#ifndef GROUPRING_BACKEND_PROTOCOL_HTTP_SESSION_H_
#define GROUPRING_BACKEND_PROTOCOL_HTTP_SESSION_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backend/protocol/handler.h"
#include "backend/protocol/http_head.h"
#include "backend/protocol/http_message.h"
#include "backend/protocol/http_router.h"
#include "backend/protocol/stream_session.h"

namespace groupring::backend {

class HttpPage;

// Request line and headers together.
inline constexpr size_t kMaxHttpHeadBytes = size_t{16} << 10;
inline constexpr size_t kMaxHttpBodyBytes = size_t{1} << 20;

// Keep-alive without a limit of requests. The posts that PowerDNS sends all the
// time are read by ReadPlainPost, which takes a fraction of the time of
// everything else about a lookup; the heads of all other requests by the
// library. Requests to PowerDNS' base path are answered at once unless they may
// take long. For these and for pages the session waits, and a LongWork makes
// the response.
class HttpSession final : public StreamSession {
 public:
  // What the sessions of a thread have in common. It outlives them, and all it
  // was made of outlives it.
  struct Context {
    Context(const HttpRouter* pages, Exchange* answering,
            bool answers_powerdns = true)
        : router(pages), exchange(answering), powerdns(answers_powerdns) {}

    const HttpRouter* const router;
    Exchange* const exchange;
    const bool powerdns;  // whether its base path is there
    HttpHeadReader reader;
    std::string allowed_host;  // the last one seen
    std::string body;          // of the response in the making
  };

  HttpSession(SessionState state, Context* context);

 private:
  // A request whose head has been read, from the beginning of what is unread.
  struct Begun {
    HttpHead head;
    std::optional<size_t> body_size;  // nullopt: the body is chunked
    size_t read;                      // bytes that are in `head`
  };
  size_t Answer(std::string_view bytes, size_t soft_limit,
                std::string* out) override;
  void AnswerUnfinished(std::string_view bytes, std::string* out) override;
  size_t AnswerOne(std::string_view bytes, std::string* out);
  size_t AnswerPlainPost(std::string_view bytes, std::string* out);
  bool ReadHead(std::string_view bytes, std::string* out);
  bool ReadBody(std::string_view bytes, std::string* out);
  bool ReadChunks(std::string_view bytes, std::string* out);
  bool IsHostAllowed(std::string_view host);
  size_t AnswerPowerDns(const Begun& request, std::string* out);
  size_t AnswerPage(const Begun& request, std::string* out);
  bool AskBeside(const Begun& request);
  void WaitForPage(std::shared_ptr<HttpPage> page, size_t request_size);
  void Respond(const HttpHead& head, const HttpResponse& response,
               std::string* out);
  void Refuse(HttpHead head, const HttpResponse& error, std::string* out);

  Context* const context_;
  size_t searched_ = 0;  // unread bytes known to hold no end of a head
  std::optional<Begun> begun_;
  std::shared_ptr<HttpPage> page_;  // waited for
  size_t page_request_size_ = 0;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_HTTP_SESSION_H_
