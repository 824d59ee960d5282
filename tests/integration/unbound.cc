#include "tests/integration/unbound.h"

#include <stdexcept>

#include "tests/support/wait_until.h"

namespace groupring::testing {

Unbound::Unbound(uint16_t authority, const std::string& ds) {
  const std::string validation =
      ds.empty() ? "  module-config: \"subnetcache iterator\"\n"
                 : "  module-config: \"subnetcache validator iterator\"\n"
                   "  aggressive-nsec: yes\n"
                   "  trust-anchor-file: \"" +
                       directory_.Write("anchor", ds + "\n") + "\"\n";
  const std::string config =
      directory_.Write("unbound.conf",
                       "server:\n"
                       "  interface: 127.0.0.1@" +
                           std::to_string(port()) +
                           "\n"
                           "  access-control: 127.0.0.0/8 allow\n"
                           "  do-daemonize: no\n"
                           "  username: \"\"\n"
                           "  chroot: \"\"\n"
                           "  directory: \"" +
                           directory_.path() +
                           "\"\n"
                           "  pidfile: \"\"\n"
                           "  use-syslog: no\n"
                           "  do-not-query-localhost: no\n" +
                           validation +
                           "  send-client-subnet: 127.0.0.1\n"
                           "  client-subnet-always-forward: yes\n"
                           "  max-client-subnet-ipv4: 32\n"
                           "remote-control:\n"
                           "  control-enable: no\n"
                           "stub-zone:\n"
                           "  name: \"example.org\"\n"
                           "  stub-addr: 127.0.0.1@" +
                           std::to_string(authority) + "\n");
  process_.emplace(ProcessOptions{.argv = {"unbound", "-d", "-c", config},
                                  .log_file = directory_ / "log"});
  const auto answers = [&] {
    return RunCommand({"dig", "+short", "+tries=1", "-p",
                       std::to_string(port()), "@127.0.0.1", "example.org",
                       "SOA"})
               .output.find("ns1.") == 0;
  };
  if (!WaitUntil(answers)) {
    throw std::runtime_error("unbound does not start:\n" + Log());
  }
}

}  // namespace groupring::testing
