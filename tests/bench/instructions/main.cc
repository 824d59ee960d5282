// Looks up a number of times, for a count of instructions by callgrind.
//
//   bench_instructions json|pipe COUNT
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backend/protocol/line_session.h"
#include "tests/bench/in_process/world.h"

namespace groupring::bench {
namespace {

using backend::LineSession;

constexpr size_t kLimit = 65536;

size_t Feed(LineSession* session, const std::vector<std::string>& lines,
            size_t count) {
  std::string out;
  size_t bytes = 0;
  for (size_t i = 0; i < count; ++i) {
    out.clear();
    session->Feed(lines[i % lines.size()], kLimit, &out);
    bytes += out.size();
  }
  return bytes;
}

}  // namespace

// What callgrind counts; its name is given to --toggle-collect.
__attribute__((noinline)) size_t MeasuredLookups(
    LineSession* session, const std::vector<std::string>& lines, size_t count) {
  return Feed(session, lines, count);
}

}  // namespace groupring::bench

int main(int argc, char** argv) {
  using groupring::backend::LineSession;
  const std::string_view protocol = argc > 1 ? argv[1] : "";
  const int count = argc > 2 ? std::atoi(argv[2]) : 0;
  if ((protocol != "json" && protocol != "pipe") || count <= 0) {
    std::fputs("Usage: bench_instructions json|pipe COUNT\n", stderr);
    return 2;
  }
  const groupring::bench::WorldSize size;
  groupring::bench::World world(size);
  const auto requests = groupring::bench::RequestsFor(size);
  const auto handler = world.NewHandler();
  const bool json = protocol == "json";
  groupring::backend::Exchange exchange(handler.get());
  LineSession session(json ? LineSession::Protocol::kRemoteJson
                           : LineSession::Protocol::kPipeAbi,
                      LineSession::AfterFault::kClose, &exchange);
  std::string hello;
  if (!json) session.Feed("HELO\t5\n", 1, &hello);
  const auto& lines = json ? requests.json : requests.pipe;
  // What is made once is not counted.
  const auto times = static_cast<size_t>(count);
  groupring::bench::Feed(&session, lines, times);
  const size_t bytes =
      groupring::bench::MeasuredLookups(&session, lines, times);
  std::printf("%zu bytes of answers\n", bytes);
  return bytes / times < 60 ? 1 : 0;
}
