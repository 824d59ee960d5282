// A connection's bytes: remote JSON, the pipe ABI, or whichever the first line
// says; whole, and in pieces.
//
// The first byte chooses the protocol, what follows a fault, and the size of
// the pieces; the rest is what arrives.
#include "backend/protocol/line_session.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>

#include "tests/fuzz/check.h"
#include "tests/fuzz/echo_handler.h"
#include "tests/fuzz/targets.h"

namespace groupring::fuzz {
namespace {

using backend::LineSession;

// No answer says more than some times what was asked.
constexpr size_t kMostPerLine = 512;

// What one line was answered with.
void CheckAnswer(std::string_view line, const std::string& answer,
                 LineSession::Protocol protocol, int* version) {
  if (answer.empty()) return;  // a blank line, or one after the end
  if (protocol == LineSession::Protocol::kRemoteJson) {
    CheckJsonLine(answer);
    return;
  }
  if (answer == "OK\tgroupring\n") {
    line.remove_prefix(5);
    std::from_chars(line.data(), line.data() + line.size(), *version);
    return;
  }
  CheckPipeAnswer(answer, *version, line.starts_with("CMD"));
}

}  // namespace

void FuzzLineSession(std::string_view bytes) {
  if (bytes.empty()) return;
  const auto choice = static_cast<unsigned char>(bytes.front());
  bytes.remove_prefix(1);
  const auto protocol = static_cast<LineSession::Protocol>(choice % 3);
  const auto after_fault = choice & 4 ? LineSession::AfterFault::kClose
                                      : LineSession::AfterFault::kGoOn;
  const size_t piece = size_t{1} + (choice >> 3);

  // Line by line, each answer by itself.
  EchoHandler handler;
  backend::Exchange exchange(&handler);
  LineSession session(protocol, after_fault, &exchange);
  LineSession::Protocol spoken = protocol;
  std::string by_line;
  int version = 0;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    const size_t size = std::min(rest.size(), line.size() + 1);
    std::string answer;
    session.Feed(rest.substr(0, size), SIZE_MAX / 2, &answer);
    rest.remove_prefix(size);
    Check(!session.HasMore(), "a whole line is answered when it has come");
    Check(answer.size() <= kMostPerLine + 64 * line.size(),
          "an answer is bounded by the question");
    if (spoken == LineSession::Protocol::kByFirstLine && !answer.empty()) {
      spoken = answer.starts_with('{') ? LineSession::Protocol::kRemoteJson
                                       : LineSession::Protocol::kPipeAbi;
      if (answer == "FAIL\n" && !line.starts_with("HELO")) {
        spoken = LineSession::Protocol::kByFirstLine;  // not yet decided
      } else {
        CheckAnswer(line, answer, spoken, &version);
      }
    } else {
      CheckAnswer(line, answer, spoken, &version);
    }
    by_line += answer;
    if (session.closed()) break;
  }

  // In pieces, and no more out at once than asked for.
  LineSession pieces(protocol, after_fault, &exchange);
  std::string in_pieces;
  for (size_t at = 0; at < bytes.size() && !pieces.closed(); at += piece) {
    pieces.Feed(bytes.substr(at, piece), 1 + piece * 7, &in_pieces);
    while (pieces.HasMore() && !pieces.closed()) {
      pieces.Feed({}, 1 + piece * 7, &in_pieces);
    }
  }
  Check(in_pieces == by_line, "pieces make no difference");
  Check(pieces.closed() == session.closed(), "pieces end where lines end");
  if (session.closed()) CheckLogLine(session.close_reason());
}

}  // namespace groupring::fuzz
