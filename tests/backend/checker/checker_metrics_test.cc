#include "backend/checker/checker_metrics.h"

#include <cstddef>
#include <map>
#include <string>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

bool Has(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

size_t CountOf(const std::string& text, const std::string& what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != text.npos;
       at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

AddressDamping Damping(const std::string& address, redis::Verdict verdict,
                       std::optional<int> days = std::nullopt) {
  redis::AddressVerdict said;
  said.address = address;
  said.verdict = verdict;
  said.certificate_days = days;
  return AddressDamping(said);
}

TEST_CASE("checker metrics: verdicts, by group and in all") {
  std::map<CheckerState::Place, AddressDamping> all;
  using redis::Verdict;
  all.emplace(CheckerState::Place("g1", "192.0.2.1"),
              Damping("192.0.2.1", Verdict::kUp, 30));
  all.emplace(CheckerState::Place("g1", "192.0.2.2"),
              Damping("192.0.2.2", Verdict::kDown, -2));
  all.emplace(CheckerState::Place("g2", "192.0.2.3"),
              Damping("192.0.2.3", Verdict::kBusy));
  all.emplace(CheckerState::Place("g2", "192.0.2.4"),
              AddressDamping("192.0.2.4"));
  CheckerFacts facts;
  facts.has_data = true;
  facts.writes = true;
  facts.probes = 17;
  facts.rounds[static_cast<size_t>(redis::VerdictReason::kGreetingTimeout)] = 3;
  facts.lag_millis = 1500;
  CountVerdicts(all, &facts);
  const std::string text = CheckerMetrics(facts);
  for (const char* line :
       {"groupring_ready 1", "groupring_checker_doubts 0",
        "groupring_checker_addresses{verdict=\"up\"} 1",
        "groupring_checker_addresses{verdict=\"busy\"} 1",
        "groupring_checker_addresses{verdict=\"down\"} 1",
        "groupring_checker_addresses{verdict=\"unknown\"} 1",
        "groupring_checker_probes_total 17",
        "groupring_checker_rounds_total{reason=\"greeting_timeout\"} 3",
        "groupring_checker_lag_seconds 1.5",
        "groupring_checker_group_addresses{group=\"g1\"} 2",
        "groupring_checker_group_addresses_down{group=\"g1\"} 1",
        "groupring_checker_group_addresses_down{group=\"g2\"} 0",
        "groupring_checker_group_certificate_days{group=\"g1\"} -2"}) {
    INFO(line);
    CHECK(Has(text, line));
  }
  CHECK(CountOf(text, "certificate_days{") == 1);
}

TEST_CASE("checker metrics: a checker that doubts itself is not ready") {
  CheckerFacts facts;
  facts.has_data = true;
  facts.writes = true;
  facts.doubt = "it doubts itself: cut off";
  const std::string text = CheckerMetrics(facts);
  CHECK(Has(text, "groupring_ready 0"));
  CHECK(Has(text, "groupring_checker_doubts 1"));
  CHECK(Has(text, "groupring_checker_redis_writable 1"));
}

TEST_CASE("checker metrics: however many groups, there are 2000 with series") {
  CheckerFacts facts;
  for (size_t i = 0; i < kMaxCheckedGroupsWithSeries + 5; ++i) {
    facts.groups["g" + std::to_string(i)].addresses = 1;
  }
  const std::string text = CheckerMetrics(facts);
  CHECK(CountOf(text, "groupring_checker_group_addresses{") ==
        kMaxCheckedGroupsWithSeries);
  CHECK(Has(text, "groupring_checker_groups_without_series 5"));
}

}  // namespace
}  // namespace groupring::backend
