#include "redis/schema/enum_names.h"

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

template <typename Enum>
struct Name {
  Enum value;
  const char* text;
  const char* other_case;
};

template <typename Enum, size_t n>
void CheckNames(const Name<Enum> (&names)[n]) {
  for (const Name<Enum>& name : names) {
    CAPTURE(name.text);
    CHECK(ToText(name.value) == name.text);
    CHECK(Parse<Enum>(name.text) == name.value);
    CHECK(Parse<Enum>(name.other_case) == name.value);
  }
  for (const char* text : {"", "nonsense", "enabled ", "rando", "serv_fail"}) {
    CAPTURE(text);
    CHECK_FALSE(Parse<Enum>(text));
  }
}

TEST_CASE("each value has its name in Redis, which is read in any case") {
  CheckNames<AdminState>({{AdminState::kEnabled, "enabled", "Enabled"},
                          {AdminState::kDisabled, "disabled", "DISABLED"},
                          {AdminState::kDraining, "draining", "drAining"},
                          {AdminState::kFilling, "filling", "Filling"}});
  CheckNames<AnswerMode>(
      {{AnswerMode::kRandom, "random", "Random"},
       {AnswerMode::kConsistentHash, "consistent_hash", "CONSISTENT_HASH"},
       {AnswerMode::kGroupConsistentHash, "group_consistent_hash",
        "Group_Consistent_Hash"}});
  CheckNames<Schema>({{Schema::kGroupring, "groupring", "GroupRing"},
                      {Schema::kRazor, "razor", "RAZOR"}});
  CheckNames<OnEmpty>({{OnEmpty::kFailOpen, "fail_open", "FAIL_OPEN"},
                       {OnEmpty::kServfail, "servfail", "SERVFAIL"},
                       {OnEmpty::kNodata, "nodata", "NoData"}});
  CheckNames<DataOrigin>({{DataOrigin::kLive, "live", "Live"},
                          {DataOrigin::kHeld, "held", "HELD"},
                          {DataOrigin::kDoubted, "doubted", "Doubted"}});
  CHECK(ToText(DataOrigin::kUnknown).empty());
  CheckNames<ChangeKind>(
      {{ChangeKind::kGroupEnable, "group enable", "Group Enable"},
       {ChangeKind::kGroupDisable, "group disable", "GROUP disable"},
       {ChangeKind::kGroupDrain, "group drain", "group Drain"},
       {ChangeKind::kGroupFill, "group fill", "group Fill"},
       {ChangeKind::kGroupWeight, "group weight", "group Weight"},
       {ChangeKind::kBalance, "balance", "Balance"},
       {ChangeKind::kNameSet, "name set", "Name Set"},
       {ChangeKind::kNameAddGroup, "name add-group", "name Add-Group"},
       {ChangeKind::kNameRemoveGroup, "name remove-group", "name Remove-group"},
       {ChangeKind::kNameRemove, "name remove", "name REMOVE"},
       {ChangeKind::kAddressAdd, "address add", "Address add"},
       {ChangeKind::kAddressRemove, "address remove", "Address remove"},
       {ChangeKind::kAddressBlock, "address block", "Address block"},
       {ChangeKind::kAddressUnblock, "address unblock", "Address unblock"},
       {ChangeKind::kSnapshotAccept, "snapshot accept", "SNAPSHOT accept"}});
}

TEST_CASE("verdicts and their reasons have their names in Redis") {
  using R = VerdictReason;
  CheckNames<Verdict>({{Verdict::kUp, "up", "Up"},
                       {Verdict::kBusy, "busy", "BUSY"},
                       {Verdict::kDraining, "draining", "Draining"},
                       {Verdict::kDown, "down", "DOWN"}});
  CheckNames<R>(
      {{R::kOk, "ok", "OK"},
       {R::kRefused, "refused", "Refused"},
       {R::kConnectTimeout, "connect_timeout", "CONNECT_timeout"},
       {R::kGreetingTimeout, "greeting_timeout", "Greeting_timeout"},
       {R::kClosedUngreeted, "closed_without_greeting",
        "Closed_without_greeting"},
       {R::kBadGreeting, "bad_greeting", "Bad_greeting"},
       {R::kBusy, "busy", "Busy"},
       {R::kShuttingDown, "shutting_down", "Shutting_down"},
       {R::kAuthTlsRefused, "auth_tls_refused", "AUTH_TLS_refused"},
       {R::kTlsFailed, "tls_failed", "TLS_failed"},
       {R::kCertificateName, "certificate_name", "Certificate_name"},
       {R::kCertificateExpired, "certificate_expired", "Certificate_expired"},
       {R::kCertificateUntrusted, "certificate_untrusted",
        "Certificate_untrusted"},
       {R::kLoginFailed, "login_failed", "Login_failed"},
       {R::kPassiveRefused, "passive_refused", "Passive_refused"},
       {R::kPassiveAddress, "passive_address", "Passive_address"},
       {R::kPassivePort, "passive_port", "Passive_port"},
       {R::kPassiveConnect, "passive_connect", "Passive_connect"},
       {R::kHttpStatus, "http_status", "HTTP_status"},
       {R::kHeartbeatExpired, "heartbeat_expired", "Heartbeat_expired"}});
}

TEST_CASE("only what serves nobody is down") {
  CHECK(VerdictOf(VerdictReason::kOk) == Verdict::kUp);
  CHECK(VerdictOf(VerdictReason::kBusy) == Verdict::kBusy);
  CHECK(VerdictOf(VerdictReason::kShuttingDown) == Verdict::kDraining);
  CHECK(VerdictOf(VerdictReason::kRefused) == Verdict::kDown);
  CHECK(VerdictOf(VerdictReason::kHeartbeatExpired) == Verdict::kDown);
}

TEST_CASE("messages list the names that there are") {
  CHECK(AllNames<AdminState>() == "enabled, disabled, draining, filling");
  CHECK(AllNames<AnswerMode>() ==
        "group_consistent_hash, random, consistent_hash");
  CHECK(AllNames<OnEmpty>() == "fail_open, servfail, nodata");
  CHECK(AllNames<DataOrigin>() == "live, held, doubted");
}

}  // namespace
}  // namespace groupring::redis
