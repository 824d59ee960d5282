// Answers what PowerDNS posts all the time without a library, which would take
// several times as long as everything else about a lookup.
#ifndef GROUPRING_BACKEND_TRANSPORT_PLAIN_POSTS_H_
#define GROUPRING_BACKEND_TRANSPORT_PLAIN_POSTS_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "backend/protocol/handler.h"
#include "backend/protocol/reply.h"
#include "backend/protocol/request.h"
#include "backend/transport/http_router.h"

namespace groupring::backend {

// Not thread-safe; may be used for any number of connections. No I/O.
class PlainPosts {
 public:
  // Both outlive it.
  PlainPosts(const HttpRouter* router, Handler* handler)
      : router_(router), handler_(handler) {}

  // Appends the responses to the plain requests that `bytes` begins with, and
  // returns how many bytes these are. What follows is a part of a request, an
  // unusual one, or has to wait: no response is added to more than 64 KiB.
  // `*fault` becomes what the last one that was answered with an error met.
  size_t Answer(std::string_view bytes, std::string* responses,
                std::string* fault);

 private:
  size_t AnswerOne(std::string_view bytes, std::string* responses,
                   std::string* fault);
  bool IsHostAllowed(std::string_view host);

  const HttpRouter* const router_;
  Handler* const handler_;
  std::string allowed_host_;  // the last one
  Request request_;
  Reply reply_;
  std::string body_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_PLAIN_POSTS_H_
