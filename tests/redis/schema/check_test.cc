#include "redis/schema/check.h"

#include "redis/schema/enum_names.h"
#include "tests/redis/schema/raw_values.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using Strings = std::vector<std::string>;

// The error for the value; "" when it is taken.
std::string ErrorOf(CheckField field, std::string_view value) {
  CheckSettings settings;
  const absl::Status status = SetCheckField(field, value, &settings);
  if (!status.ok()) CHECK(settings == CheckSettings());
  return std::string(status.message());
}

// The text that the field has after the value was put into it.
std::string ReadBack(CheckField field, std::string_view value) {
  CheckSettings settings;
  REQUIRE(SetCheckField(field, value, &settings).ok());
  return CheckFieldText(field, settings);
}

TEST_CASE("probes are read and written as PROBES has them") {
  struct Case {
    const char* text;
    ProbeSpec probe;
    const char* shortest;
  };
  const std::vector<Case> cases = {
      {"tcp", {ProbeKind::kTcp, 21, ""}, "tcp"},
      {"TCP:990", {ProbeKind::kTcp, 990, ""}, "tcp:990"},
      {"ftp:21", {ProbeKind::kFtp, 21, ""}, "ftp"},
      {"ftps", {ProbeKind::kFtps, 21, ""}, "ftps"},
      {"ftps-implicit", {ProbeKind::kFtpsImplicit, 990, ""}, "ftps-implicit"},
      {"http", {ProbeKind::kHttp, 80, "/"}, "http"},
      {"https:8443/health?a=b:c/d",
       {ProbeKind::kHttps, 8443, "/health?a=b:c/d"},
       "https:8443/health?a=b:c/d"},
      {"heartbeat", {ProbeKind::kHeartbeat, 0, ""}, "heartbeat"}};
  for (const Case& one : cases) {
    INFO(one.text);
    const auto probe = ParseProbe(one.text);
    REQUIRE(probe.ok());
    CHECK(*probe == one.probe);
    CHECK(ToText(*probe) == one.shortest);
  }
}

TEST_CASE("a text that is no probe is refused with what was expected") {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"",
       "is no probe: expected one of tcp, ftp, ftps, ftps-implicit, http, "
       "https, heartbeat"},
      {"smtp",
       "is no probe: expected one of tcp, ftp, ftps, ftps-implicit, "
       "http, https, heartbeat"},
      {"ftp:", "is no probe: the port is no number from 1 to 65535"},
      {"ftp:0", "is no probe: the port is no number from 1 to 65535"},
      {"ftp:65536", "is no probe: the port is no number from 1 to 65535"},
      {"ftp/x", "is no probe: only http and https have a path"},
      {"http/a b",
       "is no probe: the path is no printable ASCII without spaces"},
      {"http/\r\nX: y",
       "is no probe: the path is no printable ASCII without spaces"},
      {"heartbeat:1", "is no probe: heartbeat has no port"}};
  for (const auto& [text, error] : cases) {
    INFO(text);
    const auto probe = ParseProbe(text);
    REQUIRE_FALSE(probe.ok());
    CHECK(probe.status().message() == error);
  }
}

TEST_CASE("each field is read, and written as it would be in Redis") {
  using F = CheckField;
  CHECK(ReadBack(F::kProbes, "ftp, ftps:2121  http/x") ==
        "ftp,ftps:2121,http/x");
  CHECK(ReadBack(F::kProbes, "None") == "none");
  CHECK(ReadBack(F::kInterval, "3600") == "3600");
  CHECK(ReadBack(F::kTimeout, " 10 ") == "10");
  CHECK(ReadBack(F::kRise, "1") == "1");
  CHECK(ReadBack(F::kFall, "100") == "100");
  CHECK(ReadBack(F::kPassive, "Connect") == "connect");
  CHECK(ReadBack(F::kPassivePorts, "21000-21199") == "21000-21199");
  CHECK(ReadBack(F::kPassivePorts, "21000") == "21000");
  CHECK(ReadBack(F::kPassivePorts, "").empty());
  CHECK(ReadBack(F::kPassiveAddresses, " 192.0.2.1  192.0.2.2,192.0.2.3") ==
        "192.0.2.1,192.0.2.2,192.0.2.3");
  CHECK(ReadBack(F::kPassiveAddresses, "").empty());
  CHECK(ReadBack(F::kLogin, "probe") == "probe");
  CHECK(ReadBack(F::kTlsName, "FTP.example.org.") == "ftp.example.org");
  CHECK(ReadBack(F::kTlsVerify, "YES") == "yes");
  CHECK(ReadBack(F::kCertDays, "0") == "0");
  CHECK(ReadBack(F::kProxy, "V2") == "v2");
  CHECK(ReadBack(F::kStatus, "200, 300-399") == "200,300-399");
  CHECK(ReadBack(F::kMinUp, "2") == "2");
  CHECK(ReadBack(F::kMinUp, "50%") == "50%");
  CHECK(ReadBack(F::kReturn, "0") == "0");
  CHECK(ReadBack(F::kMode, "observe") == "observe");
  CHECK(ReadBack(F::kPausedUntil, "1767225600") == "1767225600");
  CHECK(ReadBack(F::kPanic, "0") == "0");
  CHECK(ReadBack(F::kStale, "0") == "0");
}

TEST_CASE("a value that makes no sense says what was expected") {
  using F = CheckField;
  const auto number = [](const char* meaning, const char* bounds) {
    return std::string("is no ") + meaning + " (a whole number from " + bounds +
           ")";
  };
  CHECK(ErrorOf(F::kProbes, "") ==
        "is no list of 1 to 8 probes such as ftps, http:8080/health; none "
        "switches the check off");
  CHECK(ErrorOf(F::kProbes, "ftp,ftp:x") ==
        "is no list of probes: \"ftp:x\" is no probe: the port is no number "
        "from 1 to 65535");
  CHECK(ErrorOf(F::kInterval, "0") == number("number of seconds", "1 to 3600"));
  CHECK(ErrorOf(F::kInterval, "5s") ==
        number("number of seconds", "1 to 3600"));
  CHECK(ErrorOf(F::kPausedUntil, "+1h").starts_with("is no time in unix sec"));
  CHECK(ErrorOf(F::kPanic, "101") == number("percentage", "0 to 100"));
  CHECK(ErrorOf(F::kStale, "-1") ==
        number("number of seconds", "0 to 2592000"));
  CHECK(ErrorOf(F::kTimeout, "61") == number("number of seconds", "1 to 60"));
  CHECK(ErrorOf(F::kRise, "-1") == number("number of probes", "1 to 100"));
  CHECK(ErrorOf(F::kFall, "0") == number("number of probes", "1 to 100"));
  CHECK(ErrorOf(F::kPassive, "on") == "is none of off, address, connect");
  for (const char* ports : {"0-5", "5-4", "1-65536", "a", "1-", "-"}) {
    INFO(ports);
    CHECK(ErrorOf(F::kPassivePorts, ports) ==
          "is no range of ports such as 21000-21199, from 1 to 65535");
  }
  for (const char* addresses : {"192.0.2.0/24", "2001:db8::1",
                                "192.0.2.1,ftp.example.org", "0.0.0.0"}) {
    INFO(addresses);
    CHECK(ErrorOf(F::kPassiveAddresses, addresses) ==
          "is no list of IPv4 addresses such as 203.0.113.11");
  }
  std::string many;
  for (int i = 1; i <= 65; ++i) {
    many += "192.0.2." + std::to_string(i) + ",";
    if (i == 64) CHECK(ErrorOf(F::kPassiveAddresses, many + many).empty());
  }
  CHECK(ErrorOf(F::kPassiveAddresses, many) == "has more than 64 addresses");
  CHECK(ErrorOf(F::kLogin, "a b") ==
        "is no name of a login (printable ASCII without spaces)");
  CHECK(ErrorOf(F::kTlsName, "a..b") ==
        "is no DNS name such as ftp.example.org");
  CHECK(ErrorOf(F::kTlsVerify, "true") == "is none of no, yes");
  CHECK(ErrorOf(F::kCertDays, "x") == number("number of days", "0 to 3650"));
  CHECK(ErrorOf(F::kProxy, "v3") == "is none of off, v1, v2");
  for (const char* status : {"", "99", "600", "2xx", "399-200"}) {
    INFO(status);
    CHECK(ErrorOf(F::kStatus, status) ==
          "is no list of HTTP codes from 100 to 599 such as 200,300-399");
  }
  for (const char* least : {"0", "0%", "101%", "%", "-1", "half"}) {
    INFO(least);
    CHECK(ErrorOf(F::kMinUp, least) ==
          "is neither a number of addresses from 1 on nor 1% to 100%");
  }
  CHECK(ErrorOf(F::kReturn, "86401") ==
        number("number of seconds", "0 to 86400"));
  CHECK(ErrorOf(F::kMode, "dry-run") == "is none of observe, act");
}

TEST_CASE("without the key everything is inherited") {
  CheckSettings defaults;
  defaults.probes = {{ProbeKind::kFtps, 21, ""}};
  defaults.fall = 7;
  Complaints complaints;
  CHECK(ParseCheck("g:CHECK", {}, defaults, nullptr, &complaints) == defaults);
  CHECK(complaints.empty());
}

TEST_CASE("fields of the group go before those of the defaults") {
  Complaints complaints;
  const CheckSettings defaults =
      ParseCheck("groupring:check",
                 Holding({"PROBES", "ftps", "FALL", "7", "LOGIN", "probe",
                          "PASSIVE", "address"}),
                 CheckSettings(), nullptr, &complaints);
  const CheckSettings group = ParseCheck(
      "g:CHECK", Holding({"fall", "2", "passive", "connect", "other", "x"}),
      defaults, nullptr, &complaints);
  CHECK(complaints.empty());
  CHECK(group.fall == 2);
  CHECK(group.passive == PassiveCheck::kConnect);
  CHECK(group.login == "probe");
  CHECK(group.probes == defaults.probes);
  const CheckSettings off = ParseCheck("g:CHECK", Holding({"PROBES", "none"}),
                                       defaults, nullptr, &complaints);
  CHECK(off.probes.empty());
}

TEST_CASE("where a field makes no sense, what was in force stays") {
  CheckSettings defaults;
  CheckSettings before;
  before.fall = 9;
  Complaints complaints;
  const RawValue raw = Holding({"FALL", "many", "RISE", "4"});
  const CheckSettings known =
      ParseCheck("g:CHECK", raw, defaults, &before, &complaints);
  CHECK(known.fall == 9);
  CHECK(known.rise == 4);
  CHECK(ParseCheck("g:CHECK", raw, defaults, nullptr, &complaints).fall == 3);
  CHECK(Lines(complaints) ==
        Strings{"g:CHECK: field \"FALL\": \"many\" is no number of probes (a "
                "whole number from 1 to 100); \"9\" is used instead",
                "g:CHECK: field \"FALL\": \"many\" is no number of probes (a "
                "whole number from 1 to 100); \"3\" is used instead"});
}

TEST_CASE("a key that could not be read leaves what was in force") {
  CheckSettings before;
  before.probes = {{ProbeKind::kFtps, 21, ""}};
  Complaints complaints;
  CHECK(ParseCheck("g:CHECK", OfWrongType(), CheckSettings(), &before,
                   &complaints) == before);
  CHECK(ParseCheck("g:CHECK", Denied(), CheckSettings(), nullptr,
                   &complaints) == CheckSettings());
  const std::string stand_in =
      "what could be read last is used instead, or else the defaults";
  CHECK(Lines(complaints) ==
        Strings{"g:CHECK: is no hash; " + stand_in,
                "g:CHECK: " + std::string(kDeniedText) + stand_in});
}

TEST_CASE("passive ports without a login are not asked for") {
  Complaints complaints;
  const CheckSettings settings =
      ParseCheck("g:CHECK", Holding({"PASSIVE", "connect"}), CheckSettings(),
                 nullptr, &complaints);
  CHECK(settings.passive == PassiveCheck::kOff);
  CHECK(Lines(complaints) ==
        Strings{
            "g:CHECK: field \"PASSIVE\": \"connect\" needs a LOGIN, since "
            "no server names a passive port before one; off is used instead"});
}

}  // namespace
}  // namespace groupring::redis
