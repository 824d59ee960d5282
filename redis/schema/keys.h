// The names of the keys. redis/README.md documents them.
#ifndef GROUPRING_REDIS_SCHEMA_KEYS_H_
#define GROUPRING_REDIS_SCHEMA_KEYS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "redis/model/address.h"

namespace groupring::redis {

enum class KeyKind {
  kConfig,    // <name>:CONFIG
  kGroups,    // <name>:GROUPS
  kWeights,   // <name>:WEIGHTS
  kState,     // <group>:STATE
  kCheck,     // <group>:CHECK
  kDisabled,  // <group>:DISABLED
  kMembers,   // <name or group>:A, <name or group>:AAAA
  kSkipList,  // <name>:A:SKIPLIST, <name>:AAAA:SKIPLIST
};

struct ParsedKey {
  KeyKind kind = KeyKind::kConfig;
  Family family = Family::kA;  // of kMembers and kSkipList
  std::string_view owner;      // a name or a group; part of the parsed text
};

// Nothing for a key of another application.
std::optional<ParsedKey> ParseKey(std::string_view key);

// `family` is used for kMembers and kSkipList only.
std::string MakeKey(std::string_view owner, KeyKind kind,
                    Family family = Family::kA);

// The suffixes of the keys, with the colon, the longest first.
std::vector<std::string> KeySuffixes();

// Matches every <name>:CONFIG and <name>:GROUPS and little else: one SCAN
// finds both.
inline constexpr std::string_view kDiscoveryPattern =
    "*:[CG][OR][NO][FU][IP][GS]";

// Also matches every <name>:A and <name>:AAAA: under razor's rules these keys
// make names.
inline constexpr std::string_view kRazorDiscoveryPattern = "*:*[AGS]";

// Fields of `<name>:WEIGHTS` besides those of groups, while weights change
// gradually: since when (unix seconds), for how long (seconds), and with a
// group's name behind it, that group's weight before.
inline constexpr std::string_view kCourseStartField = "groupring:start";
inline constexpr std::string_view kCourseDurationField = "groupring:duration";
inline constexpr std::string_view kWeightBeforePrefix = "groupring:from:";
// What they begin with; no group is called so.
inline constexpr std::string_view kOwnFieldPrefix = "groupring:";

// Whether the owner of a key is a name in canonical form (see dns_name.h). The
// root and names with a colon cannot own keys.
enum class NameForm {
  kStored,       // may be the owner of a CONFIG or GROUPS key
  kUpperCase,    // would be, but for letters in upper case
  kTrailingDot,  // would be, but for its trailing dot
  kNoName,       // no DNS name, so the key is another application's
};
NameForm FormOfName(std::string_view owner);

// groupring's own keys. They cannot be mistaken for keys of names and groups,
// because they do not end in one of the suffixes above: a node's name has no
// colon.

// Integer: how many changes commands have made.
inline constexpr std::string_view kGenerationKey = "groupring:generation";

// Stream: the newest of those changes.
inline constexpr std::string_view kAuditKey = "groupring:audit";

// Fields of an entry that programs read.
inline constexpr std::string_view kAuditGeneration = "generation";
// The NamesWritten (write_batch.h) of the change, separated by spaces.
inline constexpr std::string_view kAuditNames = "names";
// Its AffinityEditsText (affinity_edits.h); missing: it wrote no entry.
inline constexpr std::string_view kAuditAffinity = "affinity";

// Hash: an operator's confirmation that what Redis holds is intended.
inline constexpr std::string_view kAcceptedKey = "groupring:accepted";

// Set: addresses of name servers, "192.0.2.53" or "192.0.2.53:5300", that are
// asked before a group is called safe to upgrade.
inline constexpr std::string_view kNameServersKey = "groupring:nameservers";

// Hash: prefix → label; networks that hash as one client (schema/affinity.h).
inline constexpr std::string_view kAffinityKey = "groupring:affinity";

// Hash: how addresses are checked, for all groups (schema/check.h).
inline constexpr std::string_view kCheckKey = "groupring:check";

// Sorted set: the checkers by the time (unix milliseconds) they were last seen.
inline constexpr std::string_view kCheckersKey = "groupring:checkers";

// Prefix of the hash of one checker, which expires; the checker's id follows.
inline constexpr std::string_view kCheckerKeyPrefix = "groupring:checker:";

// Stream: the newest changes of verdicts and of health.
inline constexpr std::string_view kHealthLogKey = "groupring:health:log";

// Prefix of a string that a proxy keeps from expiring; its address follows.
inline constexpr std::string_view kAliveKeyPrefix = "groupring:alive:";

// Hash: address → verdict, of one checker on one group. Ids have no colon.
std::string VerdictsKey(std::string_view checker, std::string_view group);

struct VerdictsOwner {
  std::string_view checker;  // parts of the parsed text
  std::string_view group;
};
// Nothing for any other key.
std::optional<VerdictsOwner> ParseVerdictsKey(std::string_view key);

// Whether a node may have read the key in order to answer by it.
bool IsFollowedKey(std::string_view key);

// Sorted set: the nodes, as "<name>:<instance>", by the time (unix
// milliseconds) they were last seen. Versions before 0.2 write the name alone.
inline constexpr std::string_view kNodesKey = "groupring:nodes";

// Prefix of the hash of one node; its member of the sorted set follows.
inline constexpr std::string_view kNodeKeyPrefix = "groupring:node:";

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_KEYS_H_
