// The codecs alone: a request read, a reply written.
#include <benchmark/benchmark.h>

#include <string>

#include "backend/protocol/http_message.h"
#include "backend/protocol/pipe_abi.h"
#include "backend/protocol/remote_http.h"
#include "backend/protocol/remote_json.h"
#include "tests/bench/in_process/allocations.h"
#include "tests/bench/in_process/world.h"

namespace groupring::bench {
namespace {

using backend::Reply;
using backend::Request;

Reply TwoAddresses() {
  Reply reply;
  reply.kind = Reply::Kind::kRecords;
  reply.domain_id = 1;
  reply.records = {
      {"n0.example.org", "A", "203.0.113.11", 60, 24},
      {"n0.example.org", "AAAA", "2001:db8:1::11", 60, 24},
  };
  return reply;
}

void ReadJson(benchmark::State& state) {
  const Requests requests = RequestsFor({});
  Request request;
  size_t i = 0;
  AllocationCounter counter(state);
  for (auto _ : state) {
    const std::string& line = requests.json[i++ % requests.json.size()];
    if (!backend::ParseRemoteJson(line, &request).ok()) std::abort();
    benchmark::DoNotOptimize(request.qname.data());
  }
}
BENCHMARK(ReadJson);

void WriteJson(benchmark::State& state) {
  const Reply reply = TwoAddresses();
  std::string out;
  AllocationCounter counter(state);
  for (auto _ : state) {
    out.clear();
    backend::AppendRemoteJson(reply, &out);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(WriteJson);

void ReadPipe(benchmark::State& state) {
  const Requests requests = RequestsFor({});
  backend::PipeAbi codec;
  Request request;
  std::string out;
  codec.ReadLine("HELO\t5", &request, &out);
  size_t i = 0;
  AllocationCounter counter(state);
  for (auto _ : state) {
    std::string_view line = requests.pipe[i++ % requests.pipe.size()];
    line.remove_suffix(1);
    codec.ReadLine(line, &request, &out);
    benchmark::DoNotOptimize(request.qname.data());
  }
}
BENCHMARK(ReadPipe);

void WritePipe(benchmark::State& state) {
  const Reply reply = TwoAddresses();
  backend::PipeAbi codec;
  Request request;
  std::string out;
  codec.ReadLine("HELO\t5", &request, &out);
  codec.ReadLine(
      "Q\tn0.example.org\tIN\tANY\t1\t127.0.0.1\t127.0.0.1\t"
      "198.51.100.0/24",
      &request, &out);
  AllocationCounter counter(state);
  for (auto _ : state) {
    out.clear();
    codec.AppendReply(request, reply, &out);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(WritePipe);

void ReadHttpForm(benchmark::State& state) {
  backend::HttpRequest http;
  http.verb = "GET";
  http.target = "/dns/lookup/n0%2eexample%2eorg%2e/ANY";
  http.headers = {{"X-RemoteBackend-remote", "127.0.0.1"},
                  {"X-RemoteBackend-real-remote", "198.51.100.0/24"},
                  {"X-RemoteBackend-zone-id", "1"}};
  Request request;
  AllocationCounter counter(state);
  for (auto _ : state) {
    if (!backend::ParseRemoteHttp(http, &request).ok()) std::abort();
    benchmark::DoNotOptimize(request.qname.data());
  }
}
BENCHMARK(ReadHttpForm);

}  // namespace
}  // namespace groupring::bench
