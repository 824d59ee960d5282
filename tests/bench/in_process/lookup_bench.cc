// Whole lookups: the bytes that PowerDNS sends in, the bytes it gets out.
#include <benchmark/benchmark.h>

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "backend/protocol/http_message.h"
#include "backend/protocol/line_session.h"
#include "backend/protocol/remote_http.h"
#include "tests/bench/in_process/allocations.h"
#include "tests/bench/in_process/embedded.h"
#include "tests/bench/in_process/world.h"

namespace groupring::bench {
namespace {

using backend::LineSession;

constexpr size_t kLimit = 65536;

WorldSize SizeOf(const benchmark::State& state) {
  return {.groups = static_cast<size_t>(state.range(0)),
          .names = static_cast<size_t>(state.range(1)),
          .addresses = static_cast<size_t>(state.range(2))};
}

// Kept, as large ones take seconds to make and repetitions take turns.
World& WorldOf(const WorldSize& size) {
  static std::map<std::array<size_t, 3>, std::unique_ptr<World>> worlds;
  auto& world = worlds[{size.groups, size.names, size.addresses}];
  if (world == nullptr) world = std::make_unique<World>(size);
  return *world;
}

// Asks question after question; `ask` is called with their numbers. Draws are
// Redis' and the store's thread's affair and filled in between: every 4,096
// questions, as the store does at some 40,000 a second.
template <typename Ask>
void AskInTurn(benchmark::State& state, World* world, Ask ask) {
  constexpr size_t kBetweenFills = 4096;
  size_t i = 0;
  AllocationCounter counter(state);
  while (state.KeepRunningBatch(kBetweenFills)) {
    for (size_t end = i + kBetweenFills; i < end; ++i) ask(i);
    state.PauseTiming();
    if (world != nullptr) world->FillDraws();
    state.ResumeTiming();
  }
}

void RunSession(benchmark::State& state, LineSession::Protocol protocol,
                const std::vector<std::string>& lines) {
  World& world = WorldOf(SizeOf(state));
  const auto handler = world.NewHandler();
  backend::Exchange exchange(handler.get());
  LineSession session(protocol, LineSession::AfterFault::kClose, &exchange);
  std::string out;
  if (protocol == LineSession::Protocol::kPipeAbi) {
    session.Feed("HELO\t5\n", kLimit, &out);
  }
  for (const std::string& line : lines) {
    out.clear();
    session.Feed(line, kLimit, &out);
  }
  AskInTurn(state, &world, [&](size_t i) {
    out.clear();
    session.Feed(lines[i % lines.size()], kLimit, &out);
    benchmark::DoNotOptimize(out.data());
  });
}

void LookupJson(benchmark::State& state) {
  RunSession(state, LineSession::Protocol::kRemoteJson,
             RequestsFor(SizeOf(state)).json);
}

void LookupPipe(benchmark::State& state) {
  RunSession(state, LineSession::Protocol::kPipeAbi,
             RequestsFor(SizeOf(state)).pipe);
}

// From the parsed request on: reading the message is the transport's.
void LookupHttp(benchmark::State& state) {
  World& world = WorldOf(SizeOf(state));
  const auto handler = world.NewHandler();
  backend::Exchange exchange(handler.get());
  std::vector<backend::HttpRequest> requests;
  for (const std::string& text : RequestsFor(SizeOf(state)).http) {
    backend::HttpRequest request;
    request.verb = "POST";
    request.target = "/dns";
    request.body = text.substr(text.find("\r\n\r\n") + 4);
    requests.push_back(std::move(request));
  }
  std::string fault;
  AskInTurn(state, &world, [&](size_t i) {
    benchmark::DoNotOptimize(
        AnswerRemoteHttp(requests[i % requests.size()], &exchange, &fault));
  });
}

// Through the C interface, its engine answering from a state file.
void LookupEmbedded(benchmark::State& state) {
  static groupring_session* const session = OpenEmbedded(SizeOf(state));
  const auto requests = EmbeddedRequestsFor(SizeOf(state));
  for (const EmbeddedRequest& request : requests) AskEmbedded(session, request);
  AskInTurn(state, /*world=*/nullptr, [&](size_t i) {
    benchmark::DoNotOptimize(
        AskEmbedded(session, requests[i % requests.size()]));
  });
}

// Alone, without any protocol.
void Resolve(benchmark::State& state) {
  World& world = WorldOf(SizeOf(state));
  const auto handler = world.NewHandler();
  std::vector<backend::Request> requests;
  for (size_t i = 0; i < 4096; ++i) {
    backend::Request request;
    request.method = backend::Method::kLookup;
    request.qname =
        "n" + std::to_string(i * 7919 % SizeOf(state).names) + ".example.org.";
    request.qtype = "ANY";
    request.remote = "127.0.0.1";
    request.real_remote = std::to_string(20 + i % 120) + "." +
                          std::to_string(i / 256) + "." +
                          std::to_string(i % 256) + ".0/24";
    requests.push_back(std::move(request));
  }
  backend::Reply reply;
  for (const backend::Request& request : requests) {
    reply.Clear();
    handler->Handle(request, &reply);
  }
  AskInTurn(state, &world, [&](size_t i) {
    reply.Clear();
    handler->Handle(requests[i % requests.size()], &reply);
    benchmark::DoNotOptimize(reply.records.data());
  });
}

// groups, names, addresses of each group and family
void Sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"groups", "names", "addresses"});
  for (const int64_t groups : {3, 10, 100, 1000}) {
    benchmark->Args({groups, 10, 4});
  }
  for (const int64_t names : {1000, 10000, 100000, 1000000}) {
    benchmark->Args({3, names, 4});
  }
  for (const int64_t addresses : {1, 100, 10000}) {
    benchmark->Args({3, 10, addresses});
  }
  benchmark->Args({1000, 10000, 100});
}

BENCHMARK(LookupJson)->Apply(Sizes);
BENCHMARK(LookupPipe)->Args({3, 10, 4})->Args({1000, 10000, 100});
BENCHMARK(LookupHttp)->Args({3, 10, 4});
BENCHMARK(LookupEmbedded)->Args({3, 10, 4});
BENCHMARK(Resolve)
    ->Args({3, 10, 4})
    ->Args({1000, 10, 4})
    ->Args({3, 10000, 4})
    ->Args({1000, 10000, 100});

// The snapshot after one group has changed: what the store's thread does
// while queries go on.
void ApplyOneChange(benchmark::State& state) {
  World& world = WorldOf(SizeOf(state));
  for (auto _ : state) world.ChangeOneGroup();
}
BENCHMARK(ApplyOneChange)
    ->Args({3, 10, 4})
    ->Args({1000, 10000, 100})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace groupring::bench
