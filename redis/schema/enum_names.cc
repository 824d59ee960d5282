#include "redis/schema/enum_names.h"

#include "redis/base/text.h"

namespace groupring::redis {
namespace {

template <typename Enum>
struct Named {
  Enum value;
  std::string_view name;
};

// In the order in which messages list them.
template <typename Enum>
constexpr Named<Enum> kNames[1] = {};
template <>
constexpr Named<AdminState> kNames<AdminState>[] = {
    {AdminState::kEnabled, "enabled"},
    {AdminState::kDisabled, "disabled"},
    {AdminState::kDraining, "draining"},
    {AdminState::kFilling, "filling"}};
template <>
constexpr Named<AnswerMode> kNames<AnswerMode>[] = {
    {AnswerMode::kGroupConsistentHash, "group_consistent_hash"},
    {AnswerMode::kRandom, "random"},
    {AnswerMode::kConsistentHash, "consistent_hash"}};
template <>
constexpr Named<OnEmpty> kNames<OnEmpty>[] = {{OnEmpty::kFailOpen, "fail_open"},
                                              {OnEmpty::kServfail, "servfail"}};
template <>
constexpr Named<DataOrigin> kNames<DataOrigin>[] = {
    {DataOrigin::kLive, "live"},
    {DataOrigin::kHeld, "held"},
    {DataOrigin::kDoubted, "doubted"}};

template <>
constexpr Named<ConfigField> kNames<ConfigField>[] = {
    {ConfigField::kSoa, "SOA"},         {ConfigField::kNs, "NS"},
    {ConfigField::kTtl, "TTL"},         {ConfigField::kAnswer, "ANSWER"},
    {ConfigField::kAnswers, "ANSWERS"}, {ConfigField::kOnEmpty, "ON_EMPTY"},
    {ConfigField::kRecords, "RECORDS"}};
template <>
constexpr Named<ChangeKind> kNames<ChangeKind>[] = {
    {ChangeKind::kGroupEnable, "group enable"},
    {ChangeKind::kGroupDisable, "group disable"},
    {ChangeKind::kGroupDrain, "group drain"},
    {ChangeKind::kGroupFill, "group fill"},
    {ChangeKind::kGroupWeight, "group weight"},
    {ChangeKind::kNameSet, "name set"},
    {ChangeKind::kNameAddGroup, "name add-group"},
    {ChangeKind::kNameRemoveGroup, "name remove-group"},
    {ChangeKind::kNameRemove, "name remove"},
    {ChangeKind::kAddressAdd, "address add"},
    {ChangeKind::kAddressRemove, "address remove"},
    {ChangeKind::kAddressBlock, "address block"},
    {ChangeKind::kAddressUnblock, "address unblock"},
    {ChangeKind::kSnapshotAccept, "snapshot accept"}};

template <>
constexpr Named<NodeKind> kNames<NodeKind>[] = {
    {NodeKind::kDaemon, "daemon"},
    {NodeKind::kCoprocess, "coprocess"},
    {NodeKind::kEmbedded, "embedded"}};
template <>
constexpr Named<NodeState> kNames<NodeState>[] = {
    {NodeState::kUp, "up"},
    {NodeState::kSilent, "silent"},
    {NodeState::kStopped, "stopped"}};

template <typename Enum>
std::string_view NameOf(Enum value) {
  for (const Named<Enum>& known : kNames<Enum>) {
    if (known.value == value) return known.name;
  }
  return {};
}

}  // namespace

std::string_view ToText(AdminState state) { return NameOf(state); }
std::string_view ToText(AnswerMode mode) { return NameOf(mode); }
std::string_view ToText(OnEmpty on_empty) { return NameOf(on_empty); }
std::string_view ToText(DataOrigin origin) { return NameOf(origin); }
std::string_view ToText(ConfigField field) { return NameOf(field); }
std::string_view ToText(ChangeKind kind) { return NameOf(kind); }
std::string_view ToText(NodeKind kind) { return NameOf(kind); }
std::string_view ToText(NodeState state) { return NameOf(state); }

template <typename Enum>
std::optional<Enum> Parse(std::string_view text) {
  for (const Named<Enum>& known : kNames<Enum>) {
    if (EqualsIgnoreCase(text, known.name)) return known.value;
  }
  return std::nullopt;
}

template <typename Enum>
std::string AllNames() {
  std::string all;
  for (const Named<Enum>& known : kNames<Enum>) {
    if (!all.empty()) all += ", ";
    all += known.name;
  }
  return all;
}

template std::optional<AdminState> Parse<AdminState>(std::string_view);
template std::optional<AnswerMode> Parse<AnswerMode>(std::string_view);
template std::optional<OnEmpty> Parse<OnEmpty>(std::string_view);
template std::optional<DataOrigin> Parse<DataOrigin>(std::string_view);
template std::optional<ConfigField> Parse<ConfigField>(std::string_view);
template std::optional<ChangeKind> Parse<ChangeKind>(std::string_view);
template std::optional<NodeKind> Parse<NodeKind>(std::string_view);
template std::optional<NodeState> Parse<NodeState>(std::string_view);
template std::string AllNames<AdminState>();
template std::string AllNames<AnswerMode>();
template std::string AllNames<OnEmpty>();
template std::string AllNames<DataOrigin>();
template std::string AllNames<ConfigField>();
template std::string AllNames<ChangeKind>();
template std::string AllNames<NodeKind>();
template std::string AllNames<NodeState>();

}  // namespace groupring::redis
