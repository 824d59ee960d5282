#include "backend/transport/plain_posts.h"

#include "backend/protocol/plain_http.h"
#include "backend/protocol/remote_http.h"
#include "backend/protocol/remote_json.h"

namespace groupring::backend {
namespace {

// A listing is long, and a peer that does not read could ask for many in one
// go.
constexpr size_t kEnoughBytes = size_t{64} * 1024;

}  // namespace

size_t PlainPosts::Answer(std::string_view bytes, std::string* responses,
                          std::string* fault) {
  size_t answered = 0;
  while (answered < bytes.size() && responses->size() < kEnoughBytes) {
    const size_t size = AnswerOne(bytes.substr(answered), responses, fault);
    if (size == 0) break;
    answered += size;
  }
  return answered;
}

size_t PlainPosts::AnswerOne(std::string_view bytes, std::string* responses,
                             std::string* fault) {
  PlainPost post;
  if (!ReadPlainPost(bytes, &post) || post.target != kRemoteHttpBase ||
      !IsHostAllowed(post.host) ||
      !ParseRemoteJson(post.body, &request_).ok()) {
    return 0;
  }
  reply_.Clear();
  handler_->Handle(request_, &reply_);
  const bool failed = reply_.kind == Reply::Kind::kError;
  if (failed) *fault = reply_.error;
  body_.clear();
  AppendRemoteJson(reply_, &body_);
  responses->append(failed ? "HTTP/1.1 503 Service Unavailable\r\n"
                           : "HTTP/1.1 200 OK\r\n");
  responses->append("Content-Type: application/json\r\nContent-Length: ");
  responses->append(std::to_string(body_.size()));
  responses->append("\r\n\r\n");
  responses->append(body_);
  return post.size;
}

// Nearly all requests are for the same host.
bool PlainPosts::IsHostAllowed(std::string_view host) {
  if (host.empty() || host != allowed_host_) {
    if (!router_->IsHostAllowed(host)) return false;
    allowed_host_ = host;
  }
  return true;
}

}  // namespace groupring::backend
