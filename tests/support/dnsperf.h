// Steady load on a name server.
#ifndef GROUPRING_TESTS_SUPPORT_DNSPERF_H_
#define GROUPRING_TESTS_SUPPORT_DNSPERF_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {

// Asks from its making until Stop, a bounded number of times a second, on
// behalf of one EDNS Client Subnet.
class Dnsperf {
 public:
  // `questions` are of the form "www.example.org A".
  Dnsperf(uint16_t port, const std::vector<std::string>& questions,
          int per_second);

  struct Result {
    int64_t sent = 0;
    int64_t completed = 0;  // with whatever response
    int64_t no_error = 0;
    std::string report;
  };
  Result Stop();

 private:
  TempDirectory directory_;
  std::optional<Process> process_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_DNSPERF_H_
