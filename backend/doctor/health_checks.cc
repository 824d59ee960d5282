#include "backend/doctor/health_checks.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "redis/base/printable.h"
#include "redis/base/words.h"
#include "redis/model/check.h"

namespace groupring::backend {
namespace {

using Code = DiagnosticCode;
using redis::AddressConclusion;
using redis::CheckSettings;
using redis::GroupHealth;
using redis::VerdictReason;

// By so much probes may come late before it is told.
constexpr int64_t kLateMillis = 1000;
constexpr size_t kMaxListed = 3;

// "a, b, c and 2 more".
std::string Listed(const std::vector<std::string>& all) {
  const size_t shown = std::min(all.size(), kMaxListed);
  std::string text = absl::StrJoin(
      all.begin(), std::next(all.begin(), static_cast<ptrdiff_t>(shown)), ", ");
  if (all.size() > shown) {
    text += absl::StrFormat(" and %d more", all.size() - shown);
  }
  return text;
}

Diagnostic OfTrouble(const HealthTrouble& trouble) {
  using Kind = HealthTroubleKind;
  const std::string subject = trouble.checker.empty()
                                  ? "health"
                                  : "checker " + Printable(trouble.checker);
  switch (trouble.kind) {
    case Kind::kNoChecker:
      return {Severity::kError, Code::kNoChecker, subject, trouble.text,
              "start one beside each name server: systemctl enable --now "
              "groupring-checker"};
    case Kind::kStale:
    case Kind::kExpired:
      return {Severity::kError, Code::kHealthIgnored, subject, trouble.text,
              "start the checkers: systemctl start groupring-checker; their "
              "log says why they ended"};
    case Kind::kCheckerSilent:
      return {Severity::kWarning, Code::kCheckerSilent, subject,
              "is silent, so its verdicts do not count",
              absl::StrFormat("start it again, or if it is gone forever: "
                              "groupring health forget %s",
                              Printable(trouble.checker))};
    case Kind::kCheckerDoubts:
      return {Severity::kWarning, Code::kCheckerDoubts, subject, trouble.text,
              "look at its network; its log and /readyz say more"};
    case Kind::kPanic:
      break;
  }
  return {Severity::kError, Code::kHealthIgnored, subject, trouble.text,
          "groupring health list; it ends by itself when enough is up"};
}

void AddChecker(const redis::CheckerStatus& checker, std::string_view version,
                Diagnostics* findings) {
  const std::string subject = "checker " + Printable(checker.id);
  const auto add = [&](Severity severity, Code code, std::string message,
                       std::string advice) {
    findings->push_back(
        {severity, code, subject, std::move(message), std::move(advice)});
  };
  if (!checker.version.empty() && checker.version != version) {
    add(Severity::kWarning, Code::kCheckerVersion,
        absl::StrFormat("is of version %s, this is %s",
                        Printable(checker.version), std::string(version)),
        "install the same version everywhere: what is new of CHECK is not "
        "known to older checkers");
  }
  if (checker.lag_millis > kLateMillis) {
    add(Severity::kWarning, Code::kCheckerLate,
        absl::StrFormat("makes its probes up to %.1f s late",
                        static_cast<double>(checker.lag_millis) / 1000),
        "its host is busy or it has too much to do: raise INTERVAL, or "
        "[checker] "
        "per_host_per_second where one host has many addresses");
  }
  add(Severity::kInfo, Code::kCheckerInOrder,
      absl::StrFormat(
          "lives%s%s",
          checker.host.empty() ? "" : " on " + Printable(checker.host),
          checker.version.empty() ? ""
                                  : ", version " + Printable(checker.version)),
      "");
}

// What the checkers whose verdicts count say of the certificates of a group.
void AddCertificates(const std::string& group, const GroupHealth& health,
                     const CheckSettings& check, Diagnostics* findings) {
  std::map<std::string, int> days;  // by address, the fewest
  for (const auto& [checker, verdicts] : health.inputs.verdicts->by_checker) {
    if (!std::binary_search(health.inputs.voters.begin(),
                            health.inputs.voters.end(), checker)) {
      continue;
    }
    for (const redis::AddressVerdict& verdict : *verdicts) {
      if (!verdict.certificate_days) continue;
      const auto [known, is_new] =
          days.try_emplace(verdict.address, *verdict.certificate_days);
      known->second = std::min(known->second, *verdict.certificate_days);
    }
  }
  std::vector<std::string> expired;
  std::vector<std::string> soon;
  for (const auto& [address, left] : days) {
    if (left < 0) {
      expired.push_back(Printable(address));
    } else if (left < static_cast<int64_t>(check.cert_days)) {
      soon.push_back(
          absl::StrFormat("%s (%s)", Printable(address), Counted(left, "day")));
    }
  }
  const std::string advice =
      "renew them on the proxies; nothing is withheld for that unless "
      "TLS_VERIFY is yes";
  if (!expired.empty()) {
    findings->push_back({Severity::kError, Code::kCertificateEnds, group,
                         "certificates have expired: " + Listed(expired),
                         advice});
  }
  if (!soon.empty()) {
    findings->push_back({Severity::kWarning, Code::kCertificateEnds, group,
                         "certificates expire soon: " + Listed(soon), advice});
  }
}

bool IsFtp(const redis::ProbeSpec& probe) {
  return probe.kind == redis::ProbeKind::kFtp ||
         probe.kind == redis::ProbeKind::kFtps ||
         probe.kind == redis::ProbeKind::kFtpsImplicit;
}

void AddUnchecked(const std::string& group, const CheckSettings& check,
                  const std::vector<std::string>& ranges,
                  Diagnostics* findings) {
  if (!ranges.empty()) {
    findings->push_back(
        {Severity::kInfo, Code::kNotChecked, group,
         "ranges are not probed, and count as up: " + Listed(ranges), ""});
  }
  if (check.passive == redis::PassiveCheck::kConnect ||
      std::none_of(check.probes.begin(), check.probes.end(), IsFtp)) {
    return;
  }
  findings->push_back(
      {Severity::kInfo, Code::kNotChecked, group,
       "its passive ports are not connected to, so that a firewall which drops "
       "them is not noticed",
       absl::StrFormat("HSET %s:CHECK LOGIN <name> PASSIVE connect, with the "
                       "login in [checker] logins_file",
                       group)});
}

void AddGroup(const std::string& name, const GroupHealth& health, bool is_live,
              Diagnostics* findings) {
  const CheckSettings& check = *health.inputs.verdicts->check;
  const std::string group = Printable(name);
  std::vector<std::string> ranges;
  std::vector<std::string> timed_out;
  size_t singles = 0;
  size_t known = 0;
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    const auto& members = health.inputs.sets[f]->members();
    for (size_t i = 0; i < members.size(); ++i) {
      const AddressConclusion& one = health.families[f].addresses[i];
      if (!members[i].is_single()) {
        ranges.push_back(members[i].text);
        continue;
      }
      ++singles;
      if (one.verdict == nullptr) continue;
      ++known;
      if (one.verdict->reason == VerdictReason::kConnectTimeout ||
          one.verdict->reason == VerdictReason::kGreetingTimeout) {
        timed_out.push_back(members[i].text);
      }
    }
  }
  if (is_live && singles > 0 && known == 0) {
    findings->push_back(
        {Severity::kError, Code::kGroupNotProbed, group,
         "has PROBES, and no checker that lives has a verdict on any of its "
         "addresses: it counts as up, whatever it is",
         "the log of the checkers says why: no route, a LOGIN that [checker] "
         "logins_file lacks, or they have only just started"});
  }
  if (!timed_out.empty()) {
    findings->push_back(
        {Severity::kWarning, Code::kProbeTimesOut, group,
         absl::StrFormat("probes take longer than TIMEOUT (%d s): %s",
                         check.timeout.count(), Listed(timed_out)),
         absl::StrFormat("groupring probe --group %s shows where the time "
                         "goes; HSET %s:CHECK TIMEOUT if they are only slow",
                         group, group)});
  }
  AddCertificates(group, health, check, findings);
  AddUnchecked(group, check, ranges, findings);
}

}  // namespace

Diagnostics CheckHealth(const HealthView& view, std::string_view version) {
  Diagnostics findings;
  if (view.conclusions->source == redis::HealthSource::kNothingChecked) {
    return findings;
  }
  for (const HealthTrouble& trouble : HealthTroubles(view)) {
    findings.push_back(OfTrouble(trouble));
  }
  for (const redis::CheckerStatus& checker : view.data->checkers) {
    const bool lives = view.unix_millis - checker.seen_unix_millis <=
                       redis::kCheckerLifeMillis;
    if (lives && !checker.doubts_itself) {
      AddChecker(checker, version, &findings);
    }
  }
  std::map<std::string, const GroupHealth*> sorted;
  for (const auto& [name, health] : view.conclusions->groups) {
    sorted[name] = health.get();
  }
  const bool is_live = view.conclusions->source == redis::HealthSource::kLive;
  for (const auto& [name, health] : sorted) {
    AddGroup(name, *health, is_live, &findings);
  }
  return findings;
}

}  // namespace groupring::backend
