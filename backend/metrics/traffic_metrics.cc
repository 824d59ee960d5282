#include "backend/metrics/traffic_metrics.h"

#include <cstddef>
#include <string>

#include "backend/resolver/query_counts.h"

namespace groupring::backend {
namespace {

std::string KindLabel(size_t kind) {
  return std::string(ToText(static_cast<TrafficKind>(kind)));
}

// What never happened has no series.
void AddCount(const Count& count, const Exposition::Labels& labels,
              Exposition* out) {
  if (count.value() == 0) return;
  out->Add(static_cast<double>(count.value()), labels);
}

template <typename Cause, size_t kCauses>
void AddCauses(
    const std::array<std::array<Count, kCauses>, kTrafficKinds>& counts,
    Exposition* out) {
  for (size_t k = 0; k < kTrafficKinds; ++k) {
    for (size_t c = 0; c < kCauses; ++c) {
      AddCount(counts[k][c],
               {{"transport", KindLabel(k)},
                {"cause", std::string(ToText(static_cast<Cause>(c)))}},
               out);
    }
  }
}

void AddConnections(const TrafficCounts& traffic, Exposition* out) {
  out->Begin(MetricKind::kGauge, "groupring_connections",
             "Connections that are open, by what is spoken on them.");
  for (size_t k = 0; k < kTrafficKinds; ++k) {
    if (traffic.opened[k].value() == 0) continue;
    out->Add(static_cast<double>(traffic.Open(k)),
             {{"transport", KindLabel(k)}});
  }
  out->Begin(MetricKind::kCounter, "groupring_connections_opened_total",
             "Connections that were accepted and served.");
  for (size_t k = 0; k < kTrafficKinds; ++k) {
    AddCount(traffic.opened[k], {{"transport", KindLabel(k)}}, out);
  }
  out->Begin(MetricKind::kCounter, "groupring_connections_refused_total",
             "Connections that were turned away at once, by cause. Of these "
             "the log has one line in ten seconds.");
  AddCauses<RefusalCause>(traffic.refused, out);
  out->Begin(MetricKind::kCounter, "groupring_connections_closed_total",
             "Connections that have ended, by cause. Of those that were closed "
             "for a fault the log has 20 lines in ten seconds.");
  AddCauses<CloseCause>(traffic.closed, out);
  out->Begin(MetricKind::kCounter, "groupring_connection_errors_total",
             "Requests that were answered with an error on a connection that "
             "went on. The log has 20 lines of these in ten seconds.");
  for (size_t k = 0; k < kTrafficKinds; ++k) {
    AddCount(traffic.errors[k], {{"transport", KindLabel(k)}}, out);
  }
}

}  // namespace

Exposition::Buckets BucketsOf(const LatencyCounts& latency) {
  constexpr double kMicros = 1e6;
  constexpr double kNanos = 1e9;
  Exposition::Buckets buckets;
  for (const int64_t micros : LatencyCounts::kBoundsMicros) {
    buckets.bounds.push_back(static_cast<double>(micros) / kMicros);
  }
  for (const Count& count : latency.buckets) {
    buckets.counts.push_back(count.value());
  }
  buckets.sum = static_cast<double>(latency.nanos.value()) / kNanos;
  return buckets;
}

void AddTraffic(const TrafficCounts& traffic, Exposition* out) {
  AddConnections(traffic, out);
  out->Begin(MetricKind::kHistogram, "groupring_answer_seconds",
             "How long answers took, from when a request had been read until "
             "its answer was written. A sample: one of 64 on average. Lists, "
             "searches and pages are not among them.");
  for (size_t t = 0; t < kTransports; ++t) {
    if (traffic.latency[t].samples() == 0) continue;
    out->Add(BucketsOf(traffic.latency[t]),
             {{"transport", std::string(ToText(static_cast<Transport>(t)))}});
  }
}

}  // namespace groupring::backend
