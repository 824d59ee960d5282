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
constexpr Named<WithheldCause> kNames<WithheldCause>[] = {
    {WithheldCause::kOperator, "operator"},
    {WithheldCause::kHealth, "health"},
    {WithheldCause::kTooFewUp, "too_few_up"}};
template <>
constexpr Named<AnswerMode> kNames<AnswerMode>[] = {
    {AnswerMode::kGroupConsistentHash, "group_consistent_hash"},
    {AnswerMode::kRandom, "random"},
    {AnswerMode::kConsistentHash, "consistent_hash"}};
template <>
constexpr Named<OnEmpty> kNames<OnEmpty>[] = {{OnEmpty::kFailOpen, "fail_open"},
                                              {OnEmpty::kServfail, "servfail"},
                                              {OnEmpty::kNodata, "nodata"}};
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
    {ConfigField::kPanic, "PANIC"},     {ConfigField::kRecords, "RECORDS"}};
template <>
constexpr Named<ChangeKind> kNames<ChangeKind>[] = {
    {ChangeKind::kGroupEnable, "group enable"},
    {ChangeKind::kGroupDisable, "group disable"},
    {ChangeKind::kGroupDrain, "group drain"},
    {ChangeKind::kGroupFill, "group fill"},
    {ChangeKind::kGroupWeight, "group weight"},
    {ChangeKind::kBalance, "balance"},
    {ChangeKind::kNameSet, "name set"},
    {ChangeKind::kNameAddGroup, "name add-group"},
    {ChangeKind::kNameRemoveGroup, "name remove-group"},
    {ChangeKind::kNameRemove, "name remove"},
    {ChangeKind::kAddressAdd, "address add"},
    {ChangeKind::kAddressRemove, "address remove"},
    {ChangeKind::kAddressDisable, "address disable"},
    {ChangeKind::kAddressEnable, "address enable"},
    {ChangeKind::kAddressBlock, "address block"},
    {ChangeKind::kAddressUnblock, "address unblock"},
    {ChangeKind::kHealthPause, "health pause"},
    {ChangeKind::kHealthResume, "health resume"},
    {ChangeKind::kAffinityAdd, "affinity add"},
    {ChangeKind::kAffinityRemove, "affinity remove"},
    {ChangeKind::kAffinityImport, "affinity import"},
    {ChangeKind::kSnapshotAccept, "snapshot accept"},
    {ChangeKind::kSnapshotRestore, "snapshot restore"}};

template <>
constexpr Named<Schema> kNames<Schema>[] = {{Schema::kGroupring, "groupring"},
                                            {Schema::kRazor, "razor"}};
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

template <>
constexpr Named<CheckField> kNames<CheckField>[] = {
    {CheckField::kProbes, "PROBES"},
    {CheckField::kInterval, "INTERVAL"},
    {CheckField::kTimeout, "TIMEOUT"},
    {CheckField::kRise, "RISE"},
    {CheckField::kFall, "FALL"},
    {CheckField::kPassive, "PASSIVE"},
    {CheckField::kPassivePorts, "PASSIVE_PORTS"},
    {CheckField::kPassiveAddresses, "PASSIVE_ADDRESSES"},
    {CheckField::kLogin, "LOGIN"},
    {CheckField::kTlsName, "TLS_NAME"},
    {CheckField::kTlsVerify, "TLS_VERIFY"},
    {CheckField::kCertDays, "CERT_DAYS"},
    {CheckField::kProxy, "PROXY"},
    {CheckField::kStatus, "STATUS"},
    {CheckField::kMinUp, "MIN_UP"},
    {CheckField::kReturn, "RETURN"},
    {CheckField::kMode, "MODE"},
    {CheckField::kPausedUntil, "PAUSED_UNTIL"},
    {CheckField::kPanic, "PANIC"},
    {CheckField::kStale, "STALE"}};
template <>
constexpr Named<ProbeKind> kNames<ProbeKind>[] = {
    {ProbeKind::kTcp, "tcp"},
    {ProbeKind::kFtp, "ftp"},
    {ProbeKind::kFtps, "ftps"},
    {ProbeKind::kFtpsImplicit, "ftps-implicit"},
    {ProbeKind::kHttp, "http"},
    {ProbeKind::kHttps, "https"},
    {ProbeKind::kHeartbeat, "heartbeat"}};
template <>
constexpr Named<PassiveCheck> kNames<PassiveCheck>[] = {
    {PassiveCheck::kOff, "off"},
    {PassiveCheck::kAddress, "address"},
    {PassiveCheck::kConnect, "connect"}};
template <>
constexpr Named<TlsVerify> kNames<TlsVerify>[] = {{TlsVerify::kNo, "no"},
                                                  {TlsVerify::kYes, "yes"}};
template <>
constexpr Named<ProxyHeader> kNames<ProxyHeader>[] = {
    {ProxyHeader::kOff, "off"},
    {ProxyHeader::kV1, "v1"},
    {ProxyHeader::kV2, "v2"}};
template <>
constexpr Named<CheckMode> kNames<CheckMode>[] = {
    {CheckMode::kObserve, "observe"}, {CheckMode::kAct, "act"}};
template <>
constexpr Named<Verdict> kNames<Verdict>[] = {{Verdict::kUp, "up"},
                                              {Verdict::kBusy, "busy"},
                                              {Verdict::kDraining, "draining"},
                                              {Verdict::kDown, "down"}};
template <>
constexpr Named<VerdictReason> kNames<VerdictReason>[] = {
    {VerdictReason::kOk, "ok"},
    {VerdictReason::kRefused, "refused"},
    {VerdictReason::kConnectTimeout, "connect_timeout"},
    {VerdictReason::kGreetingTimeout, "greeting_timeout"},
    {VerdictReason::kClosedUngreeted, "closed_without_greeting"},
    {VerdictReason::kBadGreeting, "bad_greeting"},
    {VerdictReason::kBusy, "busy"},
    {VerdictReason::kShuttingDown, "shutting_down"},
    {VerdictReason::kAuthTlsRefused, "auth_tls_refused"},
    {VerdictReason::kTlsFailed, "tls_failed"},
    {VerdictReason::kCertificateName, "certificate_name"},
    {VerdictReason::kCertificateExpired, "certificate_expired"},
    {VerdictReason::kCertificateUntrusted, "certificate_untrusted"},
    {VerdictReason::kLoginFailed, "login_failed"},
    {VerdictReason::kPassiveRefused, "passive_refused"},
    {VerdictReason::kPassiveAddress, "passive_address"},
    {VerdictReason::kPassivePort, "passive_port"},
    {VerdictReason::kPassiveConnect, "passive_connect"},
    {VerdictReason::kHttpStatus, "http_status"},
    {VerdictReason::kHeartbeatExpired, "heartbeat_expired"}};

template <typename Enum>
std::string_view NameOf(Enum value) {
  for (const Named<Enum>& known : kNames<Enum>) {
    if (known.value == value) return known.name;
  }
  return {};
}

}  // namespace

std::string_view ToText(AdminState state) { return NameOf(state); }
std::string_view ToText(WithheldCause cause) { return NameOf(cause); }
std::string_view ToText(AnswerMode mode) { return NameOf(mode); }
std::string_view ToText(OnEmpty on_empty) { return NameOf(on_empty); }
std::string_view ToText(DataOrigin origin) { return NameOf(origin); }
std::string_view ToText(Schema schema) { return NameOf(schema); }
std::string_view ToText(ConfigField field) { return NameOf(field); }
std::string_view ToText(ChangeKind kind) { return NameOf(kind); }
std::string_view ToText(NodeKind kind) { return NameOf(kind); }
std::string_view ToText(NodeState state) { return NameOf(state); }
std::string_view ToText(CheckField field) { return NameOf(field); }
std::string_view ToText(ProbeKind kind) { return NameOf(kind); }
std::string_view ToText(PassiveCheck passive) { return NameOf(passive); }
std::string_view ToText(TlsVerify verify) { return NameOf(verify); }
std::string_view ToText(ProxyHeader header) { return NameOf(header); }
std::string_view ToText(CheckMode mode) { return NameOf(mode); }
std::string_view ToText(Verdict verdict) { return NameOf(verdict); }
std::string_view ToText(VerdictReason reason) { return NameOf(reason); }

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
template std::optional<Schema> Parse<Schema>(std::string_view);
template std::optional<NodeKind> Parse<NodeKind>(std::string_view);
template std::optional<NodeState> Parse<NodeState>(std::string_view);
template std::optional<CheckField> Parse<CheckField>(std::string_view);
template std::optional<ProbeKind> Parse<ProbeKind>(std::string_view);
template std::optional<PassiveCheck> Parse<PassiveCheck>(std::string_view);
template std::optional<TlsVerify> Parse<TlsVerify>(std::string_view);
template std::optional<ProxyHeader> Parse<ProxyHeader>(std::string_view);
template std::optional<CheckMode> Parse<CheckMode>(std::string_view);
template std::optional<Verdict> Parse<Verdict>(std::string_view);
template std::optional<VerdictReason> Parse<VerdictReason>(std::string_view);
template std::string AllNames<AdminState>();
template std::string AllNames<AnswerMode>();
template std::string AllNames<OnEmpty>();
template std::string AllNames<DataOrigin>();
template std::string AllNames<ConfigField>();
template std::string AllNames<ChangeKind>();
template std::string AllNames<Schema>();
template std::string AllNames<NodeKind>();
template std::string AllNames<NodeState>();
template std::string AllNames<CheckField>();
template std::string AllNames<ProbeKind>();
template std::string AllNames<PassiveCheck>();
template std::string AllNames<TlsVerify>();
template std::string AllNames<ProxyHeader>();
template std::string AllNames<CheckMode>();
template std::string AllNames<Verdict>();
template std::string AllNames<VerdictReason>();

}  // namespace groupring::redis
