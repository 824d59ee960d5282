#include "backend/metrics/exposition.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <iterator>

#include "absl/strings/escaping.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

std::string LabelText(const std::string& text) {
  const bool plain =
      text.find('\\') == std::string::npos && Printable(text) == text;
  return plain ? text : absl::CHexEscape(text);
}

}  // namespace

struct Exposition::Families {
  std::vector<prometheus::MetricFamily> all;
};

Exposition::Exposition() : families_(std::make_unique<Families>()) {}
Exposition::~Exposition() = default;

void Exposition::Begin(MetricKind kind, std::string name, std::string help) {
  prometheus::MetricFamily family;
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = kind == MetricKind::kCounter ? prometheus::MetricType::Counter
                                             : prometheus::MetricType::Gauge;
  families_->all.push_back(std::move(family));
}

void Exposition::Add(double value, const Labels& labels) {
  prometheus::MetricFamily& family = families_->all.back();
  prometheus::ClientMetric& metric = family.metric.emplace_back();
  for (const auto& [name, text] : labels) {
    metric.label.push_back({name, LabelText(text)});
  }
  if (family.type == prometheus::MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
}

std::string Exposition::Text() const {
  std::vector<prometheus::MetricFamily> with_series;
  std::copy_if(families_->all.begin(), families_->all.end(),
               std::back_inserter(with_series),
               [](const auto& family) { return !family.metric.empty(); });
  return prometheus::TextSerializer().Serialize(with_series);
}

}  // namespace groupring::backend
