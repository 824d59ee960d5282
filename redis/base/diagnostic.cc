#include "redis/base/diagnostic.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace groupring {
namespace {

using Code = DiagnosticCode;

struct Name {
  Code code;
  std::string_view text;
};
constexpr Name kNames[] = {
    {Code::kMalformedValue, "malformed_value"},
    {Code::kNameServerWithoutAddress, "name_server_without_address"},
    {Code::kNoNames, "no_names"},
    {Code::kNameOutsideZones, "name_outside_zones"},
    {Code::kNameWithoutGroups, "name_without_groups"},
    {Code::kNameWithoutAddresses, "name_without_addresses"},
    {Code::kEverythingSkipped, "everything_skipped"},
    {Code::kLastKnownGood, "last_known_good"},
    {Code::kNoGroupInService, "no_group_in_service"},
    {Code::kSingleGroup, "single_group"},
    {Code::kUnevenFamilies, "uneven_families"},
    {Code::kGroupWithoutAddresses, "group_without_addresses"},
    {Code::kFamilyLost, "family_lost"},
    {Code::kGroupTakenOut, "group_taken_out"},
    {Code::kNearlyRightKey, "nearly_right_key"},
    {Code::kUnaskableName, "unaskable_name"},
    {Code::kWeightWithoutGroup, "weight_without_group"},
    {Code::kUnreachableAddress, "unreachable_address"},
    {Code::kDataInOrder, "data_in_order"},
    {Code::kRedisNotLoaded, "redis_not_loaded"},
    {Code::kRedisAway, "redis_away"},
    {Code::kRedisSilent, "redis_silent"},
    {Code::kChangesNotAnnounced, "changes_not_announced"},
    {Code::kTrackingOverflow, "tracking_overflow"},
    {Code::kLossDoubted, "loss_doubted"},
    {Code::kClockOff, "clock_off"},
    {Code::kClockUnknown, "clock_unknown"},
    {Code::kStateNotSaved, "state_not_saved"},
    {Code::kHealthOld, "health_old"},
    {Code::kNotListening, "not_listening"},
    {Code::kNodesUnreadable, "nodes_unreadable"},
    {Code::kNoNodes, "no_nodes"},
    {Code::kNodeSilent, "node_silent"},
    {Code::kNodeStopped, "node_stopped"},
    {Code::kNodeTrouble, "node_trouble"},
    {Code::kNodeInOrder, "node_in_order"},
    {Code::kRedisUnreachable, "redis_unreachable"},
    {Code::kRedisVersion, "redis_version"},
    {Code::kRedisRights, "redis_rights"},
    {Code::kRedisRole, "redis_role"},
    {Code::kRedisEviction, "redis_eviction"},
    {Code::kRedisPersistence, "redis_persistence"},
    {Code::kSentinel, "sentinel"},
    {Code::kNoChecker, "no_checker"},
    {Code::kCheckerSilent, "checker_silent"},
    {Code::kCheckerDoubts, "checker_doubts"},
    {Code::kCheckerLate, "checker_late"},
    {Code::kCheckerVersion, "checker_version"},
    {Code::kCheckerInOrder, "checker_in_order"},
    {Code::kHealthIgnored, "health_ignored"},
    {Code::kGroupNotProbed, "group_not_probed"},
    {Code::kCertificateEnds, "certificate_ends"},
    {Code::kProbeTimesOut, "probe_times_out"},
    {Code::kPdnsUnreadable, "pdns_unreadable"},
    {Code::kPdnsSetting, "pdns_setting"},
    {Code::kPdnsSocket, "pdns_socket"},
    {Code::kPdnsRights, "pdns_rights"},
    {Code::kBackendAnswer, "backend_answer"},
    {Code::kDnsUnreachable, "dns_unreachable"},
    {Code::kDnsFailure, "dns_failure"},
    {Code::kDnsEmptyAnswer, "dns_empty_answer"},
    {Code::kDnsAnswer, "dns_answer"},
    {Code::kDnsScope, "dns_scope"},
    {Code::kHeavyClient, "heavy_client"},
    {Code::kNotChecked, "not_checked"},
};

// Whether each code has its name, in the order of the codes.
constexpr bool IsComplete() {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (static_cast<size_t>(kNames[i].code) != i) return false;
  }
  return std::size(kNames) == static_cast<size_t>(Code::kNotChecked) + 1;
}
static_assert(IsComplete());

}  // namespace

std::string_view ToText(DiagnosticCode code) {
  return kNames[static_cast<size_t>(code)].text;
}

std::string ToText(const Diagnostic& diagnostic) {
  std::string text = diagnostic.subject;
  if (!text.empty()) text += ": ";
  text += diagnostic.message;
  if (!diagnostic.advice.empty()) text += "; " + diagnostic.advice;
  return text;
}

Severity GravestOf(const Diagnostics& diagnostics) {
  Severity gravest = Severity::kInfo;
  for (const Diagnostic& diagnostic : diagnostics) {
    gravest = std::max(gravest, diagnostic.severity);
  }
  return gravest;
}

}  // namespace groupring
