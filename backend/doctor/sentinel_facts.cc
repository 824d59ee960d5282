#include "backend/doctor/sentinel_facts.h"

#include <cstddef>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace groupring::backend {
namespace {

// With fewer the loss of one leaves no majority.
constexpr size_t kSentinels = 3;

void CheckEach(const std::vector<SentinelFacts>& sentinels,
               Diagnostics* findings) {
  for (const SentinelFacts& facts : sentinels) {
    if (!facts.trouble.empty()) {
      findings->push_back({Severity::kError, DiagnosticCode::kSentinel,
                           facts.sentinel, facts.trouble,
                           "start it, or take it out of [redis] url; "
                           "sentinel_user and sentinel_password say who asks"});
    } else if (!facts.quorum_trouble.empty()) {
      findings->push_back({Severity::kError, DiagnosticCode::kSentinel,
                           facts.sentinel,
                           "no failover is possible: " + facts.quorum_trouble,
                           "start the other sentinels, and see that they "
                           "reach each other (sentinel announce-ip)"});
    } else {
      findings->push_back({Severity::kInfo, DiagnosticCode::kSentinel,
                           facts.sentinel,
                           "names " + facts.master + " the master", ""});
    }
  }
  if (sentinels.size() < kSentinels) {
    findings->push_back(
        {Severity::kWarning, DiagnosticCode::kSentinel, "sentinels",
         absl::StrFormat("[redis] url names %d", sentinels.size()),
         "name three or more, on different machines: the loss of one must not "
         "hide the master"});
  }
}

}  // namespace

Diagnostics CheckSentinels(const std::vector<SentinelFacts>& sentinels,
                           const std::vector<AnnouncedServer>& servers) {
  Diagnostics findings;
  CheckEach(sentinels, &findings);
  std::set<std::string> masters;
  for (const SentinelFacts& facts : sentinels) {
    if (!facts.master.empty()) masters.insert(facts.master);
  }
  if (masters.size() > 1) {
    findings.push_back(
        {Severity::kError, DiagnosticCode::kSentinel, "sentinels",
         "do not agree who the master is: " + absl::StrJoin(masters, ", "),
         "a failover is under way, or some are cut off"});
  }
  size_t replicas = 0;
  for (const AnnouncedServer& server : servers) {
    if (!server.is_master && server.trouble.empty()) ++replicas;
    if (!server.trouble.empty()) {
      findings.push_back(
          {Severity::kError, DiagnosticCode::kSentinel, server.address,
           "sentinels tell of it, but from here: " + server.trouble,
           "is it down? if its address is not for this host: "
           "replica-announce-ip, or sentinel announce-ip"});
    } else {
      findings.push_back({server.fits ? Severity::kInfo : Severity::kWarning,
                          DiagnosticCode::kSentinel, server.address,
                          server.role,
                          server.fits ? ""
                                      : "sentinels say otherwise: a failover "
                                        "is under way, or a link is down"});
    }
  }
  if (!servers.empty() && replicas == 0) {
    findings.push_back({Severity::kError, DiagnosticCode::kSentinel, "replicas",
                        "there is none that could take over",
                        "start replicas (replicaof), on other machines"});
  }
  return findings;
}

}  // namespace groupring::backend
