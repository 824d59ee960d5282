// A pdns_server of the test's own, run with a file of pdns-config/.
#ifndef GROUPRING_TESTS_SUPPORT_PDNS_SERVER_H_
#define GROUPRING_TESTS_SUPPORT_PDNS_SERVER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/free_port.h"
#include "tests/support/groupring_server.h"
#include "tests/support/process.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {

class PdnsServer {
 public:
  using Edits = std::vector<std::pair<std::string, std::string>>;

  // `file` is the name of a file of pdns-config/, which PowerDNS reads as it
  // is; only where it names a path or port of the installed system does an
  // option name the one of `settings`. `options` follow ("--cache-ttl=0").
  // "" is Debian's own pdns.conf, which launches nothing; `options` name an
  // include-dir with more.
  // `edits` are further replacements, from and to, in what the file says.
  // Waits until it answers.
  //
  // Questions from kBalancer carry a PROXY protocol header.
  PdnsServer(const std::string& file, const GroupringSettings& settings,
             std::vector<std::string> options = {}, Edits edits = {});

  uint16_t port() const { return port_->number(); }
  Process& process() { return *process_; }

  // pdns_control COMMAND; its output.
  std::string Control(const std::vector<std::string>& command);

  static constexpr const char* kBalancer = "127.255.0.1";

 private:
  std::vector<std::string> Overrides(const std::string& file,
                                     const GroupringSettings& settings,
                                     const Edits& edits);
  bool Start(const std::vector<std::string>& options);

  TempDirectory directory_;
  std::optional<FreePort> port_;
  std::optional<Process> process_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_PDNS_SERVER_H_
