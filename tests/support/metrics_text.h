// What /metrics says, as a test looks at it.
#ifndef GROUPRING_TESTS_SUPPORT_METRICS_TEXT_H_
#define GROUPRING_TESTS_SUPPORT_METRICS_TEXT_H_

#include <string>

namespace groupring::testing {

// The value of a series, "groupring_ready" or "…{family=\"A\"}" with all its
// labels; 0: there is no such series.
double SeriesValue(const std::string& metrics, const std::string& series);

// The sum over all series of the metric.
double MetricSum(const std::string& metrics, const std::string& metric);

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_METRICS_TEXT_H_
