#include "backend/protocol/http_session.h"

#include <algorithm>
#include <charconv>
#include <exception>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/protocol/http_page.h"
#include "backend/protocol/plain_http.h"
#include "backend/protocol/remote_http.h"
#include "backend/protocol/remote_json.h"
#include "redis/base/text.h"

namespace groupring::backend {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\n\r\n";

// What the library takes for a single header: so that it finds the same.
constexpr size_t kMaxPlainHeadBytes = size_t{8} << 10;

constexpr char kTooLong[] = "the request is too long";
constexpr char kUnreadableBody[] = "body not readable";

bool MayHaveBody(std::string_view verb) {
  return verb == "POST" || verb == "PUT" || verb == "PATCH" || verb == "DELETE";
}

// A request's body: of a size known before, or in chunks.
struct BodyForm {
  std::optional<HttpResponse> refusal;  // the body is not even read
  std::optional<size_t> size;           // nullopt: in chunks
};

BodyForm Refused(int status, std::string_view message) {
  return {HttpError(status, message), 0};
}

BodyForm FormOfBody(const HttpRequest& request) {
  const bool allowed = MayHaveBody(request.verb);
  const size_t lengths = request.CountHeaders("Content-Length");
  const size_t encodings = request.CountHeaders("Transfer-Encoding");
  if (lengths + encodings == 0) {
    if (allowed && request.verb != "DELETE") {
      return Refused(411, "length missing");
    }
    return {std::nullopt, 0};
  }
  if (request.CountHeaders("Content-Encoding") > 0 ||
      request.Header("Content-Type").starts_with("multipart/form-data")) {
    return Refused(415, "only plain bodies are supported");
  }
  if (encodings > 0) {
    if (allowed && encodings == 1 && lengths == 0 &&
        EqualsIgnoreCase(request.Header("Transfer-Encoding"), "chunked")) {
      return {std::nullopt, std::nullopt};
    }
    return Refused(400, kUnreadableBody);
  }
  const std::string_view text = request.Header("Content-Length");
  const char* const end = text.data() + text.size();
  size_t size = 0;
  const auto [rest, error] = std::from_chars(text.data(), end, size);
  if (error == std::errc::result_out_of_range ||
      (error == std::errc() && size > kMaxHttpBodyBytes)) {
    return Refused(413, "body too large");
  }
  if (error != std::errc() || rest != end || lengths != 1 ||
      (size > 0 && !allowed)) {
    return Refused(400, kUnreadableBody);
  }
  return {std::nullopt, size};
}

// Calls the route; what it throws is its own mistake and no reason to end.
HttpResponse CallRoute(const HttpRouter& router, const HttpRequest& request) {
  try {
    return router.Answer(request);
  } catch (const std::exception& error) {
    return HttpError(500, error.what());
  }
}

}  // namespace

HttpSession::HttpSession(SessionState state, Context* context)
    : StreamSession(std::move(state.unread), state.standing),
      context_(context) {}

size_t HttpSession::Answer(std::string_view bytes, size_t soft_limit,
                           std::string* out) {
  const size_t out_limit = out->size() + soft_limit;
  size_t answered = 0;
  if (page_ != nullptr) {
    const std::shared_ptr<HttpPage> page = std::exchange(page_, nullptr);
    answered = page_request_size_;
    if (page->head.last) Close(CloseCause::kLastRequest, {});
    if (!page->fault.empty()) SetFault(std::move(page->fault));
    if (GiveLong(std::move(page->text), page.get(), out)) {
      has_more_ = answered < bytes.size() && !closed();
      return closed() ? bytes.size() : answered;
    }
  }
  while (answered < bytes.size() && !closed()) {
    if (out->size() >= out_limit) {
      has_more_ = true;
      break;
    }
    const size_t size = AnswerOne(bytes.substr(answered), out);
    if (size == 0) break;
    answered += size;
  }
  return closed() ? bytes.size() : answered;
}

// Returns the size of the request; 0 when it is unfinished, waited for or
// refused.
size_t HttpSession::AnswerOne(std::string_view bytes, std::string* out) {
  const bool is_new = !begun_;
  if (is_new) {
    // Some clients send a line end too many after a body.
    if (bytes.front() == '\r' || bytes.front() == '\n') return 1;
    if (const size_t size = AnswerPlainPost(bytes, out)) return size;
    if (!ReadHead(bytes, out)) return 0;
  }
  if (!ReadBody(bytes, out)) {
    if (is_new && !closed() &&
        EqualsIgnoreCase(begun_->head.request.Header("Expect"),
                         "100-continue")) {
      out->append("HTTP/1.1 100 Continue\r\n\r\n");
    }
    return 0;
  }
  const Begun request = *std::exchange(begun_, std::nullopt);
  searched_ = 0;
  return context_->powerdns && IsRemoteHttpPath(request.head.request.Path())
             ? AnswerPowerDns(request, out)
             : AnswerPage(request, out);
}

// As AnswerOne.
size_t HttpSession::AnswerPowerDns(const Begun& request, std::string* out) {
  standing_ = PeerStanding::kPowerDns;
  if (AskBeside(request)) return 0;
  std::string fault;
  Respond(request.head,
          AnswerRemoteHttp(request.head.request, context_->exchange, &fault),
          out);
  if (!fault.empty()) SetFault(std::move(fault));
  return request.read;
}

size_t HttpSession::AnswerPlainPost(std::string_view bytes, std::string* out) {
  Exchange& exchange = *context_->exchange;
  PlainPost post;
  if (!context_->powerdns || !ReadPlainPost(bytes, &post) ||
      post.target != kRemoteHttpBase || post.body.size() > kMaxHttpBodyBytes ||
      post.size - post.body.size() > kMaxPlainHeadBytes ||
      !IsHostAllowed(post.host) ||
      !ParseRemoteJson(post.body, &exchange.request).ok() ||
      IsLong(exchange.request.method)) {
    return 0;
  }
  standing_ = PeerStanding::kPowerDns;
  exchange.Ask(Transport::kHttp);
  const bool failed = exchange.reply.kind == Reply::Kind::kError;
  if (failed) SetFault(std::move(exchange.reply.error));
  std::string& body = context_->body;
  body.clear();
  AppendRemoteJson(exchange.reply, &body);
  AppendHttpHead(failed ? 503 : 200, "application/json", body.size(),
                 /*last=*/false, out);
  out->append(body);
  return post.size;
}

// false: it is not whole yet, or refused.
bool HttpSession::ReadHead(std::string_view bytes, std::string* out) {
  const size_t end = bytes.find(kHeadEnd, searched_);
  const bool whole = end != bytes.npos;
  const size_t size = whole ? end + kHeadEnd.size() : bytes.size();
  if (size > kMaxHttpHeadBytes) {
    AnswerUnfinished(bytes, out);
    Close(CloseCause::kTooLong, kTooLong);
    return false;
  }
  if (!whole) {
    searched_ = size - std::min(size, kHeadEnd.size() - 1);
    return false;
  }
  HttpHead head;
  const int status = context_->reader.Read(bytes.substr(0, size), &head);
  if (status != 0) {
    Refuse(head, HttpError(status, "not acceptable"), out);
    return false;
  }
  HttpRequest& request = head.request;
  // RFC 9112, 3.2: which of them counts is anybody's guess.
  if (request.CountHeaders("Host") > 1) {
    Refuse(head, HttpError(400, "more than one Host"), out);
    return false;
  }
  request.ReduceTarget();
  if (request.CountHeaders("Host") > 0 &&
      !IsHostAllowed(request.Header("Host"))) {
    Refuse(head, HttpError(403, "host not known here"), out);
    return false;
  }
  if (request.verb != "GET" && request.verb != "HEAD" &&
      !MayHaveBody(request.verb)) {
    Refuse(head, HttpError(405, "no such method"), out);
    return false;
  }
  const BodyForm body = FormOfBody(request);
  if (body.refusal) {
    Refuse(head, *body.refusal, out);
    return false;
  }
  begun_ = Begun{std::move(head), body.size, size};
  return true;
}

// false: it is not whole yet, or refused.
bool HttpSession::ReadBody(std::string_view bytes, std::string* out) {
  if (!begun_->body_size) return ReadChunks(bytes, out);
  const std::string_view rest = bytes.substr(begun_->read);
  if (rest.size() < *begun_->body_size) return false;
  begun_->head.request.body = rest.substr(0, *begun_->body_size);
  begun_->read += *begun_->body_size;
  return true;
}

bool HttpSession::ReadChunks(std::string_view bytes, std::string* out) {
  std::string& body = begun_->head.request.body;
  for (;;) {
    const std::string_view rest = bytes.substr(begun_->read);
    const size_t line = rest.find(kLineEnd);
    if (line == rest.npos) break;
    size_t size = 0;
    const auto [end, error] =
        std::from_chars(rest.data(), rest.data() + line, size, 16);
    // What may follow is an extension.
    const bool readable =
        error == std::errc() && (end == rest.data() + line || *end == ';');
    if (readable && size == 0) {
      const size_t trailer_end = rest.find("\r\n\r\n", line);
      if (trailer_end == rest.npos) break;
      begun_->read += trailer_end + 4;
      return true;
    }
    const size_t data = line + kLineEnd.size();
    if (readable && size > kMaxHttpBodyBytes - body.size()) {
      Refuse(begun_->head, HttpError(413, "body too large"), out);
      return false;
    }
    const bool whole = rest.size() >= data + size + kLineEnd.size();
    if (!readable ||
        (whole && !rest.substr(data + size).starts_with(kLineEnd))) {
      Refuse(begun_->head, HttpError(400, kUnreadableBody), out);
      return false;
    }
    if (!whole) break;
    body.append(rest.substr(data, size));
    begun_->read += data + size + kLineEnd.size();
  }
  if (bytes.size() > kMaxHttpHeadBytes + kMaxHttpBodyBytes) {
    AnswerUnfinished(bytes, out);
    Close(CloseCause::kTooLong, kTooLong);
  }
  return false;
}

void HttpSession::AnswerUnfinished(std::string_view bytes, std::string* out) {
  HttpHead head;
  head.last = true;
  if (begun_) {
    Respond(head, HttpError(400, kUnreadableBody), out);
  } else if (bytes.find('\n') != bytes.npos) {
    Respond(head, HttpError(400, "not acceptable"), out);
  }
}

// Nearly all requests are for the same host.
bool HttpSession::IsHostAllowed(std::string_view host) {
  if (host.empty() || host != context_->allowed_host) {
    if (!context_->router->IsHostAllowed(host)) return false;
    context_->allowed_host = host;
  }
  return true;
}

// As AnswerOne.
size_t HttpSession::AnswerPage(const Begun& request, std::string* out) {
  const HttpRequest& http = request.head.request;
  const RouteKind kind = context_->router->KindOf(http);
  if (kind == RouteKind::kAtOnce) {
    Respond(request.head, CallRoute(*context_->router, http), out);
    return request.read;
  }
  if (kind == RouteKind::kPage && standing_ == PeerStanding::kRestricted) {
    Refuse(request.head,
           HttpError(503,
                     "too many connections: for now new ones are answered "
                     "/dns, /livez and /readyz only"),
           out);
    return 0;
  }
  WaitForPage(
      std::make_shared<HttpPage>(
          kind == RouteKind::kUrgent ? AnswerFor::kPowerDns
                                     : AnswerFor::kPeople,
          request.head, HttpPage::Kind::kResponse,
          [router = context_->router](const HttpRequest& asked, std::string*) {
            return CallRoute(*router, asked);
          }),
      request.read);
  return 0;
}

// false: PowerDNS' request is to be answered at once.
bool HttpSession::AskBeside(const Begun& request) {
  Exchange& exchange = *context_->exchange;
  if (!ParseRemoteHttp(request.head.request, &exchange.request).ok()) {
    return false;
  }
  LongAnswer answer = exchange.Defer(Transport::kHttp);
  if (answer == nullptr) return false;
  const bool is_report = exchange.request.method == Method::kDirectBackendCmd;
  WaitForPage(
      std::make_shared<HttpPage>(
          is_report ? AnswerFor::kPeople : AnswerFor::kPowerDns, request.head,
          is_report ? HttpPage::Kind::kPowerDnsReport
                    : HttpPage::Kind::kResponse,
          [answer = std::move(answer)](const HttpRequest&, std::string* fault) {
            Reply reply;
            answer(&reply);
            return RemoteHttpResponse(reply, fault);
          }),
      request.read);
  return true;
}

void HttpSession::WaitForPage(std::shared_ptr<HttpPage> page,
                              size_t request_size) {
  page_ = std::move(page);
  page_request_size_ = request_size;
  WaitFor(page_);
}

void HttpSession::Respond(const HttpHead& head, const HttpResponse& response,
                          std::string* out) {
  AppendResponse(head, response, out);
  if (head.last) Close(CloseCause::kLastRequest, {});
}

void HttpSession::Refuse(HttpHead head, const HttpResponse& error,
                         std::string* out) {
  head.last = true;
  Respond(head, error, out);
  Close(CloseCause::kRefused,
        absl::StrFormat("request refused with status %d", error.status));
}

}  // namespace groupring::backend
