// Asks a name server on loopback for one name, each query for another client
// network, and says how many answers came, how soon, and whether they were
// right. With --rate also: for how long the machine itself stood still
// meanwhile, and how soon the answers came but for that.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/bench/load/client.h"
#include "tests/bench/load/stalls.h"

namespace {

using groupring::bench::Expectation;
using groupring::bench::Histogram;
using groupring::bench::Lifetime;
using groupring::bench::LoadOptions;
using groupring::bench::LoadResult;
using groupring::bench::Queries;
using groupring::bench::StallWatch;

constexpr const char* kUsage =
    "Usage: bench_load --port N --groups FILE [--name NAME]\n"
    "    [--expect ring|signed|any] [--seconds N] [--warm-up N] [--threads N]\n"
    "    [--sockets N] [--outstanding N] [--rate N]\n";

struct Arguments {
  LoadOptions load;
  std::string name = "ftp.example.org";
  std::string groups;
  Expectation expectation = Expectation::kRing;
  size_t threads = 1;
};

std::chrono::milliseconds Seconds(const char* text) {
  return std::chrono::milliseconds(
      static_cast<int64_t>(std::atof(text) * 1000));
}

bool Read(int argc, char** argv, Arguments* to) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view option = argv[i];
    const char* const value = argv[i + 1];
    if (option == "--port") {
      to->load.port = static_cast<uint16_t>(std::atoi(value));
    } else if (option == "--groups") {
      to->groups = value;
    } else if (option == "--name") {
      to->name = value;
    } else if (option == "--expect") {
      const std::string_view expected = value;
      to->expectation = expected == "any"      ? Expectation::kAny
                        : expected == "signed" ? Expectation::kSigned
                                               : Expectation::kRing;
    } else if (option == "--seconds") {
      to->load.duration = Seconds(value);
    } else if (option == "--warm-up") {
      to->load.warm_up = Seconds(value);
    } else if (option == "--threads") {
      to->threads = static_cast<size_t>(std::atoi(value));
    } else if (option == "--sockets") {
      to->load.sockets = std::atoi(value);
    } else if (option == "--outstanding") {
      to->load.outstanding = std::atoi(value);
    } else if (option == "--rate") {
      to->load.rate = std::atof(value);
    } else {
      return false;
    }
  }
  return argc % 2 == 1 && to->load.port != 0 && !to->groups.empty() &&
         to->threads > 0 && to->load.sockets > 0;
}

LoadResult Run(const Arguments& arguments) {
  const Queries queries(arguments.name, arguments.groups,
                        arguments.expectation);
  LoadOptions load = arguments.load;
  load.rate /= static_cast<double>(arguments.threads);
  std::vector<LoadResult> results(arguments.threads);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < arguments.threads; ++i) {
    threads.emplace_back([&, i] {
      results[i] =
          RunLoad(load, queries, i * queries.size() / arguments.threads);
    });
  }
  LoadResult all;
  for (size_t i = 0; i < threads.size(); ++i) {
    threads[i].join();
    all.Merge(results[i]);
  }
  return all;
}

double Micros(const Histogram& nanos, double quantile) {
  return static_cast<double>(nanos.Quantile(quantile)) / 1000;
}

void Print(const Arguments& arguments, const LoadResult& result) {
  const double seconds =
      std::chrono::duration<double>(arguments.load.duration).count();
  const Histogram& nanos = result.latency_nanos;
  std::printf(
      "{\"per_second\": %.0f, \"answered\": %lu, \"lost\": %lu, "
      "\"unsent\": %lu, \"checked\": %lu, \"p50_us\": %.0f, \"p99_us\": %.0f, "
      "\"p999_us\": %.0f, \"max_us\": %.0f, \"wrong\": {",
      static_cast<double>(result.answered) / seconds, result.answered,
      result.lost, result.unsent, result.checked, Micros(nanos, 0.5),
      Micros(nanos, 0.99), Micros(nanos, 0.999), Micros(nanos, 1));
  const char* comma = "";
  for (const auto& [what, count] : result.wrong) {
    std::printf("%s\"%s\": %lu", comma, what.c_str(), count);
    comma = ", ";
  }
  std::printf("}");
}

// The machine's stalls, and how long answers took without them: as if time had
// stood still meanwhile. What waits behind a stall still counts.
void PrintWithoutStalls(const std::vector<StallWatch::Stall>& stalls,
                        const std::vector<Lifetime>& lifetimes) {
  std::chrono::duration<double, std::milli> stood{0};
  for (const StallWatch::Stall& stall : stalls) {
    stood += stall.end - stall.begin;
  }
  Histogram nanos;
  for (const Lifetime& life : lifetimes) {
    const auto took =
        life.answered - life.due - Stalled(stalls, life.due, life.answered);
    nanos.Add(static_cast<uint64_t>(took / std::chrono::nanoseconds(1)));
  }
  std::printf(
      ", \"stalls\": %zu, \"stalls_ms\": %.1f, \"without_stalls\": {"
      "\"p50_us\": %.0f, \"p99_us\": %.0f, \"p999_us\": %.0f, "
      "\"max_us\": %.0f}",
      stalls.size(), stood.count(), Micros(nanos, 0.5), Micros(nanos, 0.99),
      Micros(nanos, 0.999), Micros(nanos, 1));
}

void Measure(const Arguments& arguments) {
  std::optional<StallWatch> watch;
  if (arguments.load.rate > 0) watch.emplace();
  const LoadResult result = Run(arguments);
  Print(arguments, result);
  if (watch) {
    const std::vector<StallWatch::Stall> stalls = watch->Stop();
    if (watch->Works()) PrintWithoutStalls(stalls, result.lifetimes);
  }
  std::printf("}\n");
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!Read(argc, argv, &arguments)) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  try {
    Measure(arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_load: %s\n", error.what());
    return 1;
  }
  return 0;
}
