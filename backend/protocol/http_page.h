// A request whose response another thread makes.
#ifndef GROUPRING_BACKEND_PROTOCOL_HTTP_PAGE_H_
#define GROUPRING_BACKEND_PROTOCOL_HTTP_PAGE_H_

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "backend/protocol/http_head.h"
#include "backend/protocol/http_message.h"
#include "backend/protocol/stream_session.h"

namespace groupring::backend {

// Appends the response, of HEAD without its body.
void AppendResponse(const HttpHead& head, const HttpResponse& response,
                    std::string* out);

class HttpPage final : public LongWork {
 public:
  // Returns the response and, where it is an error of PowerDNS' kind, sets
  // `*fault`.
  using Making =
      std::function<HttpResponse(const HttpRequest&, std::string* fault)>;
  // The form of a refusal: a report that PowerDNS passes on is refused by a
  // report.
  enum class Kind { kResponse, kPowerDnsReport };

  HttpPage(AnswerFor for_whom, HttpHead request_head, Kind kind, Making making)
      : LongWork(for_whom),
        head(std::move(request_head)),
        kind_(kind),
        making_(std::move(making)) {}

  void Make() override { Write(making_(head.request, &fault)); }
  void Refuse() override;
  size_t size() const override { return text.size(); }

  const HttpHead head;
  std::string text;   // of the whole response
  std::string fault;  // for the log; empty: none

 private:
  void Write(const HttpResponse& response);

  const Kind kind_;
  const Making making_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_HTTP_PAGE_H_
