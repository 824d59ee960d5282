// What commands have changed, as `groupring:audit` records it.
#ifndef GROUPRING_REDIS_MODEL_AUDIT_ENTRY_H_
#define GROUPRING_REDIS_MODEL_AUDIT_ENTRY_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace groupring::redis {

// The kinds of change that commands make. schema/enum_names.h has their names.
enum class ChangeKind {
  kGroupEnable,
  kGroupDisable,
  kGroupDrain,
  kGroupFill,
  kGroupWeight,
  kBalance,
  kNameSet,
  kNameAddGroup,
  kNameRemoveGroup,
  kNameRemove,
  kAddressAdd,
  kAddressRemove,
  kAddressDisable,
  kAddressEnable,
  kAddressBlock,
  kAddressUnblock,
  kHealthPause,
  kHealthResume,
  kAffinityAdd,
  kAffinityRemove,
  kAffinityImport,
  kSnapshotAccept,
  kSnapshotRestore,
};

// One entry of the stream, which is trimmed to about kMaxAuditEntries.
inline constexpr size_t kMaxAuditEntries = 10000;
struct AuditEntry {
  std::string id;           // the stream's; not used when writing
  int64_t unix_millis = 0;  // of the id; not used when writing
  std::string who;          // user@host
  std::string what;         // the name of a ChangeKind; may be any text if
                            // another version or redis-cli wrote it
  std::string target;       // "g1"
  std::string reason;       // may be empty
  std::string before;       // the target's state before and after, in words
  std::string after;
  bool forced = false;
  int64_t generation = 0;  // not used when writing
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_AUDIT_ENTRY_H_
