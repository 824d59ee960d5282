// unbound in front of PowerDNS, as a resolver on the internet.
#ifndef GROUPRING_TESTS_INTEGRATION_UNBOUND_H_
#define GROUPRING_TESTS_INTEGRATION_UNBOUND_H_

#include <cstdint>
#include <optional>
#include <string>

#include "tests/support/free_port.h"
#include "tests/support/process.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {

// Asks the authority for example.org. It sends the client's subnet on, and
// keeps answers for as wide as their scope says.
class Unbound {
 public:
  // `ds`: the DS record of example.org, as a line of a zone file. With it
  // answers are validated, and proofs that were seen answer other questions,
  // too (RFC 8198).
  explicit Unbound(uint16_t authority, const std::string& ds = "");

  uint16_t port() const { return port_.number(); }
  std::string Log() const { return process_->Log(); }

 private:
  TempDirectory directory_;
  FreePort port_;
  std::optional<Process> process_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_INTEGRATION_UNBOUND_H_
