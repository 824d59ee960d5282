// Metrics as text for Prometheus.
#ifndef GROUPRING_BACKEND_METRICS_EXPOSITION_H_
#define GROUPRING_BACKEND_METRICS_EXPOSITION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace groupring::backend {

enum class MetricKind { kCounter, kGauge, kHistogram };

// Collects families of series one after another. Not thread-safe.
class Exposition {
 public:
  using Labels = std::vector<std::pair<std::string, std::string>>;

  static constexpr const char* kContentType =
      "text/plain; version=0.0.4; charset=utf-8";

  Exposition();
  ~Exposition();
  Exposition(const Exposition&) = delete;
  Exposition& operator=(const Exposition&) = delete;

  // What is added from now on belongs to the metric `name`, which begins with
  // "groupring_". A metric without series is left out.
  void Begin(MetricKind kind, std::string name, std::string help);
  // Prometheus refuses a whole text for one byte that is no UTF-8: where the
  // value of a label has any, control characters or backslashes, it is written
  // with escapes (\xff), so that different values stay different.
  void Add(double value, const Labels& labels = {});

  // Of a histogram, in the base unit.
  struct Buckets {
    std::vector<double> bounds;    // upper ones, which belong to the bucket
    std::vector<uint64_t> counts;  // not cumulative; one more than bounds
    double sum = 0;
  };
  void Add(const Buckets& histogram, const Labels& labels);

  // Prometheus' text format 0.0.4.
  std::string Text() const;

 private:
  struct Families;
  const std::unique_ptr<Families> families_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_METRICS_EXPOSITION_H_
