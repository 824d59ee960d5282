#include "tests/support/dnsperf.h"

#include <csignal>

namespace groupring::testing {
namespace {

// 198.51.100.0/24 as EDNS option 8.
constexpr char kClientSubnet[] = "8:00011800c63364";

// The number behind `label` in dnsperf's report; 0: it is not there.
int64_t NumberAfter(const std::string& report, const std::string& label) {
  const size_t at = report.find(label);
  return at == std::string::npos
             ? 0
             : std::atoll(report.c_str() + at + label.size());
}

}  // namespace

Dnsperf::Dnsperf(uint16_t port, const std::vector<std::string>& questions,
                 int per_second) {
  std::string data;
  for (const std::string& question : questions) data += question + "\n";
  process_.emplace(ProcessOptions{
      .argv = {"dnsperf", "-s", "127.0.0.1", "-p", std::to_string(port), "-d",
               directory_.Write("questions", data), "-c", "8", "-Q",
               std::to_string(per_second), "-l", "3600", "-t", "3", "-E",
               kClientSubnet},
      .log_file = directory_ / "log"});
}

Dnsperf::Result Dnsperf::Stop() {
  process_->Stop(SIGINT);
  Result result;
  result.report = process_->Log();
  result.sent = NumberAfter(result.report, "Queries sent:");
  result.completed = NumberAfter(result.report, "Queries completed:");
  result.no_error = NumberAfter(result.report, "NOERROR ");
  return result;
}

}  // namespace groupring::testing
