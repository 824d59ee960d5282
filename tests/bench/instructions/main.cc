// Looks up a number of times, for a count of instructions by callgrind.
//
//   bench_instructions json|pipe|embedded COUNT
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backend/protocol/line_session.h"
#include "tests/bench/in_process/embedded.h"
#include "tests/bench/in_process/world.h"

namespace groupring::bench {

// Asks the i-th question and says how many bytes the answer has.
using Ask = std::function<size_t(size_t i)>;

// What callgrind counts; its name is given to --toggle-collect.
__attribute__((noinline)) size_t MeasuredLookups(const Ask& ask, size_t count) {
  size_t bytes = 0;
  for (size_t i = 0; i < count; ++i) bytes += ask(i);
  return bytes;
}

namespace {

using backend::LineSession;

constexpr size_t kLimit = 65536;
// Two addresses at least, bare.
constexpr size_t kLeastAnswer = 20;

// So many of the first questions are looked at more closely than later ones
// (QuerySampler).
constexpr size_t kFirst = 40'000;

// Whether the lookups were answered. What is made once is not counted.
bool Measure(const Ask& ask, size_t count) {
  for (size_t i = 0; i < std::max(kFirst, count); ++i) ask(i);
  const size_t bytes = MeasuredLookups(ask, count);
  std::printf("%zu bytes of answers\n", bytes);
  return bytes / count >= kLeastAnswer;
}

bool MeasureLines(LineSession::Protocol protocol, size_t count) {
  const WorldSize size;
  World world(size);
  const Requests requests = RequestsFor(size);
  const auto handler = world.NewHandler();
  backend::Exchange exchange(handler.get());
  LineSession session(protocol, LineSession::AfterFault::kClose, &exchange);
  std::string out;
  const bool json = protocol == LineSession::Protocol::kRemoteJson;
  if (!json) session.Feed("HELO\t5\n", 1, &out);
  const auto& lines = json ? requests.json : requests.pipe;
  return Measure(
      [&](size_t i) {
        out.clear();
        session.Feed(lines[i % lines.size()], kLimit, &out);
        return out.size();
      },
      count);
}

bool MeasureEmbedded(size_t count) {
  const WorldSize size;
  groupring_session* const session = OpenEmbedded(size);
  const auto requests = EmbeddedRequestsFor(size);
  return Measure(
      [&](size_t i) {
        return AskEmbedded(session, requests[i % requests.size()]);
      },
      count);
}

}  // namespace
}  // namespace groupring::bench

int main(int argc, char** argv) {
  using groupring::bench::LineSession;
  const std::string_view protocol = argc > 1 ? argv[1] : "";
  const auto count = static_cast<size_t>(argc > 2 ? std::atoi(argv[2]) : 0);
  bool answered = false;
  if (count > 0 && protocol == "json") {
    answered = groupring::bench::MeasureLines(
        LineSession::Protocol::kRemoteJson, count);
  } else if (count > 0 && protocol == "pipe") {
    answered =
        groupring::bench::MeasureLines(LineSession::Protocol::kPipeAbi, count);
  } else if (count > 0 && protocol == "embedded") {
    answered = groupring::bench::MeasureEmbedded(count);
  } else {
    std::fputs("Usage: bench_instructions json|pipe|embedded COUNT\n", stderr);
    return 2;
  }
  return answered ? 0 : 1;
}
