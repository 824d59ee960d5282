// The names that the model's enums have in Redis.
#ifndef GROUPRING_REDIS_SCHEMA_ENUM_NAMES_H_
#define GROUPRING_REDIS_SCHEMA_ENUM_NAMES_H_

#include <optional>
#include <string>
#include <string_view>

#include "redis/model/audit_entry.h"
#include "redis/model/check.h"
#include "redis/model/dataset.h"
#include "redis/model/node_status.h"
#include "redis/model/verdict.h"

namespace groupring::redis {

// The name as it is written: "razor", "draining", "group_consistent_hash",
// "fail_open", "live", "ON_EMPTY", "group disable", "coprocess", "stopped",
// "ftps-implicit", "PASSIVE_PORTS", "down", "closed_without_greeting". Empty
// for DataOrigin::kUnknown, ConfigField::kOther and NodeKind::kUnknown.
std::string_view ToText(Schema schema);
std::string_view ToText(AdminState state);
std::string_view ToText(WithheldCause cause);
std::string_view ToText(AnswerMode mode);
std::string_view ToText(OnEmpty on_empty);
std::string_view ToText(DataOrigin origin);
std::string_view ToText(ConfigField field);
std::string_view ToText(ChangeKind kind);
std::string_view ToText(NodeKind kind);
std::string_view ToText(NodeState state);
std::string_view ToText(CheckField field);
std::string_view ToText(ProbeKind kind);
std::string_view ToText(PassiveCheck passive);
std::string_view ToText(TlsVerify verify);
std::string_view ToText(ProxyHeader header);
std::string_view ToText(CheckMode mode);
std::string_view ToText(Verdict verdict);
std::string_view ToText(VerdictReason reason);

// The value with that name, in any case; nothing if there is none. Defined for
// each of these enums.
template <typename Enum>
std::optional<Enum> Parse(std::string_view text);

// All names of the enum, for messages that say what was expected: "enabled,
// disabled, draining, filling". Defined for each of these enums.
template <typename Enum>
std::string AllNames();

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_ENUM_NAMES_H_
