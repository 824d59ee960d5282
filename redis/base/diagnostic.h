// One finding that an operator should read: about the data in Redis, about a
// node, or about the set-up around them.
#ifndef GROUPRING_REDIS_BASE_DIAGNOSTIC_H_
#define GROUPRING_REDIS_BASE_DIAGNOSTIC_H_

#include <string>
#include <string_view>
#include <vector>

#include "redis/base/log.h"

namespace groupring {

// What was found. Programs evaluate it, and JSON contains its name.
enum class DiagnosticCode {
  // The data in Redis.
  kMalformedValue,
  kNameServerWithoutAddress,
  kNoNames,
  kNameOutsideZones,
  kNameWithoutGroups,
  kNameWithoutAddresses,
  kEverythingSkipped,
  kLastKnownGood,
  kNoGroupInService,
  kSingleGroup,
  kUnevenFamilies,
  kGroupWithoutAddresses,
  kFamilyLost,
  kGroupTakenOut,
  kNearlyRightKey,
  kUnaskableName,
  kWeightWithoutGroup,
  kUnreachableAddress,
  kDataInOrder,
  // A node and its Redis.
  kRedisNotLoaded,
  kRedisAway,
  kRedisSilent,
  kChangesNotAnnounced,
  kTrackingOverflow,
  kLossDoubted,
  kClockOff,
  kClockUnknown,
  kStateNotSaved,
  kHealthOld,  // health is that of the state file
  kNotListening,
  // The nodes as Redis lists them.
  kNodesUnreadable,
  kNoNodes,
  kNodeSilent,
  kNodeStopped,
  kNodeTrouble,
  kNodeInOrder,
  // The servers of Redis.
  kRedisUnreachable,
  kRedisVersion,
  kRedisRights,
  kRedisRole,
  kRedisEviction,
  kRedisPersistence,
  kSentinel,
  // Checkers and what they find.
  kNoChecker,
  kCheckerSilent,
  kCheckerDoubts,
  kCheckerLate,
  kCheckerVersion,
  kCheckerInOrder,
  kHealthIgnored,  // a panic, or verdicts that are too old
  kGroupNotProbed,
  kCertificateEnds,
  kProbeTimesOut,
  // PowerDNS and what it answers.
  kPdnsUnreadable,
  kPdnsSetting,
  kPdnsSocket,     // where PowerDNS looks for groupring
  kPdnsRights,     // whether PowerDNS' user may connect there
  kBackendAnswer,  // a question asked there as PowerDNS asks it
  kDnsUnreachable,
  kDnsFailure,
  kDnsEmptyAnswer,
  kDnsAnswer,
  kDnsScope,
  // Who asks.
  kHeavyClient,  // makes a large part of a group's questions
  // Something that was not checked.
  kNotChecked,
};

// "malformed_value", "group_without_addresses", …: part of the JSON format.
std::string_view ToText(DiagnosticCode code);

struct Diagnostic {
  Severity severity = Severity::kInfo;  // kInfo: nothing is wrong
  DiagnosticCode code = DiagnosticCode::kDataInOrder;
  std::string subject;  // a key, name, group, node or server; may be empty
  std::string message;  // what was found about the subject
  std::string advice;   // what to do; may be empty

  bool operator==(const Diagnostic&) const = default;
};
using Diagnostics = std::vector<Diagnostic>;

// "<subject>: <message>; <advice>", without what is empty.
std::string ToText(const Diagnostic& diagnostic);

// The highest severity; kInfo if there are no diagnostics.
Severity GravestOf(const Diagnostics& diagnostics);

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_DIAGNOSTIC_H_
