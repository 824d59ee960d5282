// What `groupring setup` takes.
#include "backend/program/commands.h"

namespace groupring::backend {

Command SetupCommand(const CommandParameter& config) {
  using Kind = CommandParameter::Kind;
  return {
      "setup",
      "Write the settings and a file for PowerDNS, after showing them; check "
      "them with doctor and through DNS; or take them back",
      {config,
       {Kind::kOption, "--redis",
        "Where Redis is, as in [redis] url (default: the first that answers "
        "of that in the settings and the usual ones)",
        "URL"},
       {Kind::kOption, "--mode",
        "How PowerDNS asks: remote-unix (default) or remote-http", "MODE"},
       {Kind::kOption, "--pdns-user",
        "Who PowerDNS runs as (default: setuid of its settings, or pdns)",
        "USER"},
       {Kind::kOption, "--node", "What this node is called ([node] name)",
        "NAME"},
       {Kind::kOption, "--pdns-conf", "PowerDNS' settings", "FILE",
        "/etc/powerdns/pdns.conf"},
       {Kind::kOption, "--dns", "Where PowerDNS answers, for the check",
        "ADDRESS:PORT", "127.0.0.1:53"},
       {Kind::kFlag, "--start",
        "Have systemd start groupring, and restart PowerDNS, before the check"},
       {Kind::kFlag, "--yes", "Ask nothing, and write"},
       {Kind::kFlag, "--dry-run", "Show what it would write, and end"},
       {Kind::kFlag, "--undo",
        "Take back what setup wrote, but no file that was changed since"}},
      Setup};
}

}  // namespace groupring::backend
