// A connection's bytes in HTTP: PowerDNS' requests, pages and everything else;
// whole, and in pieces.
//
// The first byte chooses the size of the pieces; the rest is what arrives.
#include "backend/protocol/http_session.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "tests/fuzz/check.h"
#include "tests/fuzz/echo_handler.h"
#include "tests/fuzz/targets.h"

namespace groupring::fuzz {
namespace {

using backend::CloseCause;
using backend::HttpSession;

constexpr std::string_view kStart = "HTTP/1.1 ";
constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// Checks that `out` is a sequence of responses, and returns it without those
// that ask for a body: whether one is asked for depends on the pieces.
std::string CheckResponses(std::string_view out) {
  std::string responses;
  while (!out.empty()) {
    if (out.starts_with(kContinue)) {
      out.remove_prefix(kContinue.size());
      continue;
    }
    Check(out.starts_with(kStart), "a response has a status line");
    constexpr std::string_view kLength = "\r\nContent-Length: ";
    const size_t head_end = out.find(kHeadEnd);
    const size_t length = out.find(kLength);
    Check(head_end != out.npos && length < head_end,
          "a response has a head with the length of its body");
    const size_t size =
        std::stoul(std::string(out.substr(length + kLength.size(), 9)));
    const size_t head_size = head_end + kHeadEnd.size();
    const std::string_view rest = out.substr(head_size);
    // A response to HEAD has none.
    const bool has_body = !rest.empty() && !rest.starts_with(kStart);
    Check(!has_body || rest.size() >= size, "a body is as long as its length");
    if (has_body) CheckJson(std::string(rest.substr(0, size)));
    const size_t whole = head_size + (has_body ? size : 0);
    responses += out.substr(0, whole);
    out.remove_prefix(whole);
  }
  return responses;
}

// Feeds the session, goes on while it has more, and makes pages.
void Feed(std::string_view bytes, size_t limit, HttpSession* session,
          std::string* out) {
  session->Feed(bytes, limit, out);
  while (!session->closed() && (session->HasMore() || session->waiting())) {
    if (session->waiting()) {
      session->TakeWork()->Make();
      session->EndWait();
    }
    session->Feed({}, limit, out);
  }
}

}  // namespace

void FuzzHttpSession(std::string_view bytes) {
  if (bytes.empty()) return;
  const size_t piece = size_t{1} + static_cast<unsigned char>(bytes.front());
  bytes.remove_prefix(1);
  backend::HttpRouter router({"ns1.example.org"});
  router.Add("/page", [](const backend::HttpRequest& request) {
    return backend::HttpError(200, request.target);
  });
  EchoHandler handler;
  backend::Exchange exchange(&handler);
  HttpSession::Context context(&router, &exchange);

  HttpSession whole({}, &context);
  std::string out;
  Feed(bytes, SIZE_MAX / 2, &whole, &out);

  HttpSession pieces({}, &context);
  std::string in_pieces;
  for (size_t at = 0; at < bytes.size() && !pieces.closed(); at += piece) {
    Feed(bytes.substr(at, piece), 1 + piece * 7, &pieces, &in_pieces);
  }
  Check(pieces.closed() == whole.closed(), "pieces end where the whole ends");
  for (HttpSession* session : {&whole, &pieces}) {
    std::string* const end = session == &whole ? &out : &in_pieces;
    const bool unfinished = session->HasUnfinished();
    const bool closed = session->closed();
    session->Cut(CloseCause::kCutRequest, "cut", end);
    if (!closed) {
      Check(session->close_reason() == (unfinished ? "cut" : ""),
            "only an unfinished request is cut");
    }
    CheckLogLine(session->close_reason());
  }
  Check(CheckResponses(out) == CheckResponses(in_pieces),
        "pieces make no difference");
}

}  // namespace groupring::fuzz
