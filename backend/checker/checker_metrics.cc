#include "backend/checker/checker_metrics.h"

#include <cstdint>
#include <utility>

#include "backend/metrics/exposition.h"
#include "backend/node/options.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using Labels = Exposition::Labels;

void Single(MetricKind kind, const char* name, const char* help, double value,
            Exposition* out) {
  out->Begin(kind, name, help);
  out->Add(value);
}

void AddAddresses(const CheckerFacts& facts, Exposition* out) {
  out->Begin(MetricKind::kGauge, "groupring_checker_addresses",
             "Addresses of groups by the verdict on them; unknown: there is "
             "none yet.");
  const std::pair<const char*, size_t> counts[] = {{"up", facts.up},
                                                   {"busy", facts.busy},
                                                   {"draining", facts.draining},
                                                   {"down", facts.down},
                                                   {"unknown", facts.unknown}};
  for (const auto& [verdict, count] : counts) {
    out->Add(static_cast<double>(count), Labels{{"verdict", verdict}});
  }
}

void AddProbes(const CheckerFacts& facts, Exposition* out) {
  Single(MetricKind::kCounter, "groupring_checker_probes_total",
         "Connections made.", static_cast<double>(facts.probes), out);
  out->Begin(MetricKind::kCounter, "groupring_checker_rounds_total",
             "Rounds of all probes of an address, by what they came to.");
  for (size_t i = 0; i < kVerdictReasons; ++i) {
    const auto reason = static_cast<redis::VerdictReason>(i);
    out->Add(static_cast<double>(facts.rounds[i]),
             Labels{{"reason", std::string(redis::ToText(reason))}});
  }
  Single(MetricKind::kCounter, "groupring_checker_rounds_not_made_total",
         "Rounds that this host could not make, of which nothing follows.",
         static_cast<double>(facts.not_made), out);
  Single(MetricKind::kGauge, "groupring_checker_lag_seconds",
         "By how much the latest probe of the last second was late.",
         static_cast<double>(facts.lag_millis) / 1000, out);
}

void AddGroups(const CheckerFacts& facts, Exposition* out) {
  const auto for_each = [&](const auto& visit) {
    size_t shown = 0;
    for (const auto& [name, group] : facts.groups) {
      if (++shown > kMaxCheckedGroupsWithSeries) return;
      visit(name, group);
    }
  };
  out->Begin(MetricKind::kGauge, "groupring_checker_group_addresses",
             "Addresses of the group that are checked.");
  for_each([&](const std::string& name, const CheckedGroup& group) {
    out->Add(static_cast<double>(group.addresses), Labels{{"group", name}});
  });
  out->Begin(MetricKind::kGauge, "groupring_checker_group_addresses_down",
             "Of these, those that this checker calls down.");
  for_each([&](const std::string& name, const CheckedGroup& group) {
    out->Add(static_cast<double>(group.down), Labels{{"group", name}});
  });
  out->Begin(MetricKind::kGauge, "groupring_checker_group_certificate_days",
             "Days left of the certificate that ends first; negative: it has "
             "expired.");
  for_each([&](const std::string& name, const CheckedGroup& group) {
    if (!group.certificate_days) return;
    out->Add(*group.certificate_days, Labels{{"group", name}});
  });
  const size_t left_out =
      facts.groups.size() > kMaxCheckedGroupsWithSeries
          ? facts.groups.size() - kMaxCheckedGroupsWithSeries
          : 0;
  Single(MetricKind::kGauge, "groupring_checker_groups_without_series",
         "Groups beyond the first 2,000.", static_cast<double>(left_out), out);
}

}  // namespace

std::string CheckerMetrics(const CheckerFacts& facts) {
  Exposition out;
  out.Begin(MetricKind::kGauge, "groupring_build_info", "1, with the version.");
  out.Add(1, Labels{{"version", kVersion}});
  Single(MetricKind::kGauge, "groupring_start_time_seconds",
         "When the checker was started, or its settings were read again.",
         static_cast<double>(facts.started_unix_millis) / 1000, &out);
  Single(MetricKind::kGauge, "groupring_ready", "1: /readyz says ok.",
         NotReady(facts).empty() ? 1 : 0, &out);
  Single(MetricKind::kGauge, "groupring_checker_doubts",
         "1: it doubts itself, and its verdicts do not count.",
         facts.doubt.empty() ? 0 : 1, &out);
  Single(MetricKind::kGauge, "groupring_checker_redis_writable",
         "1: Redis takes its verdicts.", facts.writes ? 1 : 0, &out);
  AddAddresses(facts, &out);
  AddProbes(facts, &out);
  AddGroups(facts, &out);
  return out.Text();
}

}  // namespace groupring::backend
