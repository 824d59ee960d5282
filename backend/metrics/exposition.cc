#include "backend/metrics/exposition.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>

#include "absl/strings/escaping.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

std::string LabelText(const std::string& text) {
  const bool plain =
      text.find('\\') == std::string::npos && Printable(text) == text;
  return plain ? text : absl::CHexEscape(text);
}

prometheus::MetricType TypeOf(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter:
      return prometheus::MetricType::Counter;
    case MetricKind::kHistogram:
      return prometheus::MetricType::Histogram;
    case MetricKind::kGauge:
      break;
  }
  return prometheus::MetricType::Gauge;
}

}  // namespace

struct Exposition::Families {
  std::vector<prometheus::MetricFamily> all;

  // Of the last one.
  prometheus::ClientMetric* AddMetric(const Labels& labels) {
    prometheus::ClientMetric& metric = all.back().metric.emplace_back();
    for (const auto& [name, text] : labels) {
      metric.label.push_back({name, LabelText(text)});
    }
    return &metric;
  }
};

Exposition::Exposition() : families_(std::make_unique<Families>()) {}
Exposition::~Exposition() = default;

void Exposition::Begin(MetricKind kind, std::string name, std::string help) {
  prometheus::MetricFamily family;
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = TypeOf(kind);
  families_->all.push_back(std::move(family));
}

void Exposition::Add(double value, const Labels& labels) {
  prometheus::ClientMetric* const metric = families_->AddMetric(labels);
  if (families_->all.back().type == prometheus::MetricType::Counter) {
    metric->counter.value = value;
  } else {
    metric->gauge.value = value;
  }
}

void Exposition::Add(const Buckets& histogram, const Labels& labels) {
  prometheus::ClientMetric::Histogram& made =
      families_->AddMetric(labels)->histogram;
  for (size_t i = 0; i < histogram.counts.size(); ++i) {
    made.sample_count += histogram.counts[i];
    made.bucket.push_back(
        {made.sample_count, i < histogram.bounds.size()
                                ? histogram.bounds[i]
                                : std::numeric_limits<double>::infinity()});
  }
  made.sample_sum = histogram.sum;
}

std::string Exposition::Text() const {
  std::vector<prometheus::MetricFamily> with_series;
  std::copy_if(families_->all.begin(), families_->all.end(),
               std::back_inserter(with_series),
               [](const auto& family) { return !family.metric.empty(); });
  return prometheus::TextSerializer().Serialize(with_series);
}

}  // namespace groupring::backend
