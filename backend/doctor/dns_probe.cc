#include "backend/doctor/dns_probe.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/doctor/answer_fit.h"
#include "backend/report/explanation.h"
#include "redis/base/connect.h"
#include "redis/base/errno_status.h"
#include "redis/base/file_descriptor.h"
#include "redis/base/host_port.h"
#include "redis/base/random.h"

namespace groupring::backend {
namespace {

using Code = DiagnosticCode;

constexpr size_t kProbedNames = 3;

using AddressInfo = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

absl::StatusOr<AddressInfo> AddressOf(const std::string& server) {
  const std::optional<HostPort> parts = SplitHostPort(server);
  const std::string host(parts ? parts->host : "");
  const std::string port(parts ? parts->port.value_or("53") : "");
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) {
    return absl::InvalidArgumentError(
        server +
        " is no address of a name server; expected 127.0.0.1:53 or "
        "[::1]:53");
  }
  return AddressInfo(found, freeaddrinfo);
}

absl::StatusOr<FileDescriptor> Connect(const std::string& server) {
  const absl::StatusOr<AddressInfo> found = AddressOf(server);
  if (!found.ok()) return found.status();
  const addrinfo& address = **found;
  FileDescriptor fd(socket(address.ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd.valid() ||
      connect(fd.get(), address.ai_addr, address.ai_addrlen) != 0) {
    return absl::UnavailableError(server + ": " + ErrnoText(errno));
  }
  return fd;
}

}  // namespace

absl::Status CheckServerAddress(const std::string& server) {
  return AddressOf(server).status();
}

absl::Status ExchangeDns(const std::string& server, const std::string& query,
                         std::chrono::milliseconds timeout,
                         const std::function<bool(std::string_view)>& take) {
  absl::StatusOr<FileDescriptor> fd = Connect(server);
  if (!fd.ok()) return fd.status();
  if (send(fd->get(), query.data(), query.size(), MSG_NOSIGNAL) < 0) {
    return absl::UnavailableError(server + ": " + ErrnoText(errno));
  }
  const Deadline deadline = std::chrono::steady_clock::now() + timeout;
  std::array<char, 4096> buffer;
  for (;;) {
    if (!WaitFor(fd->get(), POLLIN, deadline).ok()) {
      return absl::DeadlineExceededError(server + " does not answer");
    }
    const ssize_t size = recv(fd->get(), buffer.data(), buffer.size(), 0);
    if (size < 0) {
      return absl::UnavailableError(server + ": " + ErrnoText(errno));
    }
    if (take(std::string_view(buffer.data(), static_cast<size_t>(size)))) {
      return absl::OkStatus();
    }
  }
}

absl::StatusOr<DnsAnswer> AskDns(const std::string& server,
                                 const std::string& name,
                                 const std::array<uint8_t, 3>& subnet,
                                 redis::Family family,
                                 std::chrono::milliseconds timeout) {
  Mt19937Random random;
  const auto id = static_cast<uint16_t>(random.Below(65536));
  const absl::StatusOr<std::string> query =
      EncodeQuery(id, name, subnet, family);
  if (!query.ok()) return query.status();
  std::optional<DnsAnswer> answer;
  absl::Status status =
      ExchangeDns(server, *query, timeout, [&](std::string_view message) {
        answer = DecodeAnswer(id, message);
        return answer.has_value();
      });
  if (!status.ok()) return status;
  return *answer;
}

Diagnostics CheckDnsAnswer(const Snapshot& snapshot, const std::string& name,
                           redis::Family family,
                           const std::array<uint8_t, 3>& subnet,
                           const DnsAnswer& answer, const std::string& server,
                           int64_t unix_millis) {
  const std::string type(FamilyName(family));
  const std::string about = name + " " + type + " at " + server;
  const std::string client = SubnetText(subnet);
  if (answer.rcode != 0) {
    const std::string rcode = RcodeName(answer.rcode);
    return {{Severity::kError, Code::kDnsFailure, about,
             rcode + " for " + client,
             answer.rcode == 5
                 ? "PowerDNS does not know the zone: wait for its zone cache, "
                   "or run `pdns_control rediscover`"
                 : "look into PowerDNS' log and groupring's: is the connection "
                   "between them up?"}};
  }
  const auto explanation = Explain(snapshot, name, client, "", unix_millis);
  const AnswerFit fit = FitOf(explanation, family, answer.addresses);
  Diagnostics findings;
  switch (fit) {
    case AnswerFit::kNone:
      return {{Severity::kInfo, Code::kDnsAnswer, about,
               "no " + type + ", as it should be", ""}};
    case AnswerFit::kEmpty:
      return {{Severity::kError, Code::kDnsEmptyAnswer, about,
               "no address for " + client,
               "an empty answer is cached for everybody: run `pdns_control "
               "purge " +
                   name + "$`, then `groupring explain " + name + " " + client +
                   "`"}};
    case AnswerFit::kExpected:
    case AnswerFit::kForeign:
      break;
  }
  const bool expected = fit == AnswerFit::kExpected;
  findings.push_back(
      {expected ? Severity::kInfo : Severity::kError, Code::kDnsAnswer, about,
       absl::StrFormat("%s for %s, %s", absl::StrJoin(answer.addresses, " "),
                       client,
                       expected ? VerdictText(*explanation)
                                : "which is of another group than Redis says"),
       expected ? ""
                : "does that PowerDNS ask another groupring, or one that "
                  "follows another Redis? See `groupring nodes`"});
  if (answer.ecs_scope != 24) {
    findings.push_back(
        {Severity::kError, Code::kDnsScope, about,
         answer.ecs_scope.has_value()
             ? absl::StrFormat("scope /%d instead of /24", *answer.ecs_scope)
             : std::string("the client's subnet is not echoed"),
         "set edns-subnet-processing=yes in pdns.conf"});
  }
  return findings;
}

Diagnostics ProbeDns(const Snapshot& snapshot, const std::string& server,
                     std::chrono::milliseconds timeout, int64_t unix_millis) {
  Diagnostics findings;
  for (const std::string& name : NamesToAsk(snapshot, kProbedNames)) {
    for (const auto& subnet : kProbeSubnets) {
      for (const redis::Family family :
           {redis::Family::kA, redis::Family::kAaaa}) {
        const auto answer = AskDns(server, name, subnet, family, timeout);
        if (!answer.ok()) {
          findings.push_back({Severity::kError, Code::kDnsUnreachable,
                              absl::StrCat(name, " at ", server),
                              std::string(answer.status().message()),
                              "is PowerDNS running there?"});
          return findings;
        }
        for (Diagnostic& finding :
             CheckDnsAnswer(snapshot, name, family, subnet, *answer, server,
                            unix_millis)) {
          findings.push_back(std::move(finding));
        }
      }
    }
  }
  return findings;
}

}  // namespace groupring::backend
