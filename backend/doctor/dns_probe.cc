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
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
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
// Documentation networks (RFC 5737), which no real client is in.
constexpr std::array<std::array<uint8_t, 3>, 3> kSubnets = {
    {{192, 0, 2}, {198, 51, 100}, {203, 0, 113}}};

std::string SubnetText(const std::array<uint8_t, 3>& subnet) {
  return absl::StrFormat("%d.%d.%d.0/24", subnet[0], subnet[1], subnet[2]);
}

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

bool IsCandidate(const Explanation& explanation, const std::string& address) {
  for (const ExplainedFamily& family : explanation.families) {
    for (const std::string& candidate : family.candidates) {
      if (candidate == address) return true;
      const auto range = redis::ParseMember(redis::Family::kA, candidate);
      const auto single = redis::ParseMember(redis::Family::kA, address);
      if (!range.has_value() || !single.has_value()) continue;
      if (redis::SkipList({*range}).Covers(single->first)) return true;
    }
  }
  return false;
}

}  // namespace

absl::Status CheckServerAddress(const std::string& server) {
  return AddressOf(server).status();
}

absl::StatusOr<DnsAnswer> AskDns(const std::string& server,
                                 const std::string& name,
                                 const std::array<uint8_t, 3>& subnet,
                                 std::chrono::milliseconds timeout) {
  absl::StatusOr<FileDescriptor> fd = Connect(server);
  if (!fd.ok()) return fd.status();
  Mt19937Random random;
  const auto id = static_cast<uint16_t>(random.Below(65536));
  const absl::StatusOr<std::string> query = EncodeQuery(id, name, subnet);
  if (!query.ok()) return query.status();
  if (send(fd->get(), query->data(), query->size(), MSG_NOSIGNAL) < 0) {
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
    const auto answer = DecodeAnswer(
        id, std::string_view(buffer.data(), static_cast<size_t>(size)));
    if (answer.has_value()) return *answer;
  }
}

Diagnostics CheckDnsAnswer(const Snapshot& snapshot, const std::string& name,
                           const std::array<uint8_t, 3>& subnet,
                           const DnsAnswer& answer, const std::string& server,
                           int64_t unix_millis) {
  const std::string about = name + " at " + server;
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
  if (answer.a.empty()) {
    const bool has_a =
        explanation.has_value() && !explanation->families.empty() &&
        explanation->families[0].service != redis::Service::kNone;
    if (!has_a)
      return {{Severity::kInfo, Code::kDnsAnswer, about,
               "no A, as it should be", ""}};
    return {{Severity::kError, Code::kDnsEmptyAnswer, about,
             "no address for " + client,
             "an empty answer is cached for everybody: run `pdns_control "
             "purge " +
                 name + "$`, then `groupring explain " + name + " " + client +
                 "`"}};
  }
  Diagnostics findings;
  const bool expected =
      explanation.has_value() &&
      std::all_of(answer.a.begin(), answer.a.end(), [&](const auto& address) {
        return IsCandidate(*explanation, address);
      });
  findings.push_back(
      {expected ? Severity::kInfo : Severity::kError, Code::kDnsAnswer, about,
       absl::StrFormat("%s for %s, %s", absl::StrJoin(answer.a, " "), client,
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
  std::vector<std::string> names;
  for (const auto& [name, owner] : *snapshot.owners) {
    if (owner->dynamic != nullptr) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  names.resize(std::min(names.size(), kProbedNames));
  Diagnostics findings;
  for (const std::string& name : names) {
    for (const auto& subnet : kSubnets) {
      const auto answer = AskDns(server, name, subnet, timeout);
      if (!answer.ok()) {
        findings.push_back({Severity::kError, Code::kDnsUnreachable,
                            name + " at " + server,
                            std::string(answer.status().message()),
                            "is PowerDNS running there?"});
        return findings;
      }
      for (Diagnostic& finding : CheckDnsAnswer(snapshot, name, subnet, *answer,
                                                server, unix_millis)) {
        findings.push_back(std::move(finding));
      }
    }
  }
  return findings;
}

}  // namespace groupring::backend
