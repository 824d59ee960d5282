// One fault after another, at random, for a long time. Run by
// tests/faults/soak.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/faults/stage.h"
#include "tests/support/catch.h"
#include "tests/support/sample_data.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

using std::chrono::steady_clock;

struct Fault {
  const char* name;
  std::function<void(FaultStage*)> happens;
};

void GroupOut(FaultStage* stage, const std::string& out,
              const std::string& back) {
  stage->load().ExpectEither({}, {"alpha"});
  stage->redis().Run(out);
  stage->Endure();
  stage->redis().Run(back);
}

const std::vector<Fault>& Faults() {
  static const std::vector<Fault> faults = {
      {"killed",
       [](FaultStage* stage) {
         stage->redis().Run("SAVE");
         stage->redis().process().Signal(SIGKILL);
         stage->redis().process().Wait();
         stage->Endure();
         stage->redis().Start();
       }},
      {"paused",
       [](FaultStage* stage) {
         stage->redis().process().Signal(SIGSTOP);
         stage->Endure();
         stage->redis().process().Signal(SIGCONT);
       }},
      {"100 ms a command",
       [](FaultStage* stage) {
         stage->proxy().Delay(std::chrono::milliseconds(100));
         stage->Endure();
         stage->proxy().Delay(std::chrono::milliseconds(0));
       }},
      {"5 s a command",
       [](FaultStage* stage) {
         stage->proxy().Delay(std::chrono::seconds(5));
         stage->Endure();
         stage->proxy().Delay(std::chrono::milliseconds(0));
       }},
      {"connection reset", [](FaultStage* stage) { stage->proxy().Reset(); }},
      {"FLUSHALL",
       [](FaultStage* stage) {
         stage->redis().Run("FLUSHALL");
         stage->Endure();
         stage->redis().Run(SampleData(false));
       }},
      {"restarted empty",
       [](FaultStage* stage) {
         stage->redis().Run("FLUSHALL\nSAVE");
         stage->redis().process().Signal(SIGKILL);
         stage->redis().process().Wait();
         stage->redis().Start();
         stage->Endure();
         stage->redis().Run(SampleData(false));
       }},
      {"out of memory",
       [](FaultStage* stage) {
         stage->redis().Run("CONFIG SET maxmemory 1");
         stage->Endure();
         stage->redis().Run("CONFIG SET maxmemory 0");
       }},
      {"read-only replica",
       [](FaultStage* stage) {
         stage->redis().Run("REPLICAOF 127.0.0.1 1");
         stage->Endure();
         stage->redis().Run("REPLICAOF NO ONE");
       }},
      {"group of a wrong type",
       [](FaultStage* stage) {
         GroupOut(
             stage, "SET alpha:A nonsense\nSET alpha:AAAA nonsense",
             "MULTI\nDEL alpha:A alpha:AAAA\n" + SampleData(false) + "\nEXEC");
       }},
      {"group emptied",
       [](FaultStage* stage) {
         GroupOut(stage, "DEL alpha:A alpha:AAAA", SampleData(false));
       }},
      {"group disabled",
       [](FaultStage* stage) {
         GroupOut(stage, "HSET alpha:STATE state disabled", "DEL alpha:STATE");
       }},
  };
  return faults;
}

int FromEnvironment(const char* name, int otherwise) {
  const char* const value = std::getenv(name);
  return value == nullptr ? otherwise : std::atoi(value);
}

TEMPLATE_TEST_CASE("soak: one random fault after another", "[.soak]",
                   EVERY_HOST) {
  const auto seed =
      static_cast<unsigned>(FromEnvironment("GROUPRING_SOAK_SEED", 1));
  const auto end = steady_clock::now() + std::chrono::minutes(FromEnvironment(
                                             "GROUPRING_SOAK_MINUTES", 20));
  struct Row {
    int times = 0;
    size_t asked = 0;
    size_t bad = 0;
    double slowest_millis = 0;
  };
  std::map<std::string, Row> rows;
  std::mt19937 random(seed);
  auto stage = FaultStage::For(TestType());
  size_t most_resident_kib = 0;
  while (steady_clock::now() < end) {
    const Fault& fault = Faults()[random() % Faults().size()];
    const LoadReport before = stage.load().Report();
    fault.happens(&stage);
    const double noticed = stage.SeesChanges();
    const LoadReport after = stage.load().Report();
    Row& row = rows[fault.name];
    ++row.times;
    row.asked += after.asked - before.asked;
    row.bad += after.failed + after.empty + after.wrong - before.failed -
               before.empty - before.wrong;
    row.slowest_millis = std::max(row.slowest_millis, noticed);
    most_resident_kib =
        std::max(most_resident_kib, stage.Measure().resident_kib);
  }
  std::printf("seed %u\n%-24s %6s %10s %10s %24s\n", seed, "fault", "times",
              "asked", "not right", "change noticed within");
  for (const auto& [name, row] : rows) {
    std::printf("%-24s %6d %10zu %10zu %21.0f ms\n", name.c_str(), row.times,
                row.asked, row.bad, row.slowest_millis);
  }
  std::printf("resident at most %zu KiB\n", most_resident_kib);
  stage.Conclude("all of these", 0);
}

}  // namespace
}  // namespace groupring::testing
