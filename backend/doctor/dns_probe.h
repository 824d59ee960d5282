// Asks a running PowerDNS and compares its answer with what it should be.
#ifndef GROUPRING_BACKEND_DOCTOR_DNS_PROBE_H_
#define GROUPRING_BACKEND_DOCTOR_DNS_PROBE_H_

#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/doctor/dns_message.h"
#include "backend/snapshot/snapshot.h"
#include "redis/base/diagnostic.h"

namespace groupring::backend {

// kInvalidArgument: `server` is no address as AskDns takes it.
absl::Status CheckServerAddress(const std::string& server);

// Sends the query over UDP to "ADDRESS", "ADDRESS:PORT" or "[ADDRESS]:PORT" and
// waits for a message that `take` takes. The errors are those of AskDns.
absl::Status ExchangeDns(const std::string& server, const std::string& query,
                         std::chrono::milliseconds timeout,
                         const std::function<bool(std::string_view)>& take);

// Sends one UDP query to "ADDRESS", "ADDRESS:PORT" or "[ADDRESS]:PORT" and
// waits for its answer. kInvalidArgument: no such address. kDeadlineExceeded:
// no answer.
absl::StatusOr<DnsAnswer> AskDns(const std::string& server,
                                 const std::string& name,
                                 const std::array<uint8_t, 3>& subnet,
                                 redis::Family family,
                                 std::chrono::milliseconds timeout);

// What the answer for that type of `name` on behalf of that subnet says about
// the set-up: whether it is an address that the snapshot would give, with its
// scope.
Diagnostics CheckDnsAnswer(const Snapshot& snapshot, const std::string& name,
                           redis::Family family,
                           const std::array<uint8_t, 3>& subnet,
                           const DnsAnswer& answer, const std::string& server,
                           int64_t unix_millis);

// Asks for A and AAAA of the first dynamic names of the snapshot, for a few
// subnets each.
Diagnostics ProbeDns(const Snapshot& snapshot, const std::string& server,
                     std::chrono::milliseconds timeout, int64_t unix_millis);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_DNS_PROBE_H_
