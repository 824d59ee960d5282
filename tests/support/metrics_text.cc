#include "tests/support/metrics_text.h"

#include <sstream>

namespace groupring::testing {

double SeriesValue(const std::string& metrics, const std::string& series) {
  std::istringstream lines(metrics);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(series + " ")) {
      return std::stod(line.substr(series.size() + 1));
    }
  }
  return 0;
}

double MetricSum(const std::string& metrics, const std::string& metric) {
  double sum = 0;
  std::istringstream lines(metrics);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(metric + " ") || line.starts_with(metric + "{")) {
      sum += std::stod(line.substr(line.rfind(' ') + 1));
    }
  }
  return sum;
}

}  // namespace groupring::testing
