#include "backend/protocol/http_page.h"

#include "backend/protocol/remote_http.h"

namespace groupring::backend {
namespace {

constexpr size_t kHeadBytes = 512;  // more than a head takes

}  // namespace

void AppendResponse(const HttpHead& head, const HttpResponse& response,
                    std::string* out) {
  AppendHttpHead(response.status, response.content_type, response.body.size(),
                 head.last, out, response.more_head);
  if (head.request.verb != "HEAD") out->append(response.body);
}

void HttpPage::Refuse() {
  if (kind_ == Kind::kPowerDnsReport) {
    Reply reply;
    reply.kind = Reply::Kind::kText;
    reply.text = std::string(kNoAnswerMemory) + "\n";
    Write(RemoteHttpResponse(reply, &fault));
  } else {
    Write(HttpError(503, kNoAnswerMemory));
  }
  fault = std::string(kNoAnswerMemory);
}

void HttpPage::Write(const HttpResponse& response) {
  text.reserve(response.body.size() + kHeadBytes);
  AppendResponse(head, response, &text);
}

}  // namespace groupring::backend
