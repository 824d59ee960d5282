// FTP dialogues with a login: what comes after it.
#include "redis/schema/enum_names.h"
#include "tests/backend/health/dialogue_script.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using redis::PassiveCheck;
using redis::ProbeKind;
using redis::VerdictReason;
using Strings = std::vector<std::string>;

ProbeRequest LoggingIn(ProbeKind kind,
                       PassiveCheck passive = PassiveCheck::kOff,
                       std::string_view address = "192.0.2.1") {
  ProbeRequest request = RequestFor(kind, address);
  request.login = Credential{"probe", "s3cret word"};
  request.check.passive = passive;
  request.check.passive_ports = {21000, 21199};
  return request;
}

TEST_CASE("the login comes after TLS, and its password is shown nowhere") {
  const Strings script = {"220 hello\r\n", "234 go on\r\n", "*secured",
                          "200 ok\r\n",    "200 ok\r\n",    "331 pass?\r\n",
                          "230 hi\r\n",    "221 bye\r\n"};
  const Played played =
      Play(LoggingIn(ProbeKind::kFtps), script, SIZE_MAX, SoundFacts());
  CHECK(played.actions == Strings{"AUTH TLS", "*tls", "PBSZ 0", "PROT P",
                                  "USER probe", "PASS s3cret word", "QUIT",
                                  "*close"});
  CHECK(played.reason == VerdictReason::kOk);
  bool masked = false;
  for (const std::string& line : played.trace) {
    CHECK(line.find("s3cret") == line.npos);
    masked = masked || line == "> PASS ****";
  }
  CHECK(masked);
}

TEST_CASE("USER never goes in clear when TLS is wanted, whatever is replied") {
  for (const ProbeKind kind : {ProbeKind::kFtps, ProbeKind::kFtpsImplicit}) {
    for (const char* reply :
         {"220 x\r\n", "234 x\r\n", "200 x\r\n", "230 x\r\n", "331 x\r\n",
          "500 x\r\n", "421 x\r\n", "530 log in first\r\n"}) {
      INFO(redis::ToText(kind) << " " << reply);
      const Played played =
          Play(LoggingIn(kind),
               {reply, reply, reply, "220 x\r\n", reply, "*expire"});
      for (const std::string& action : played.actions) {
        CHECK_FALSE(action.starts_with("USER"));
        CHECK_FALSE(action.starts_with("PASS"));
      }
    }
  }
}

TEST_CASE("the login decides where there is one") {
  CheckCases(
      LoggingIn(ProbeKind::kFtp),
      {{"no password wanted",
        {"220 hello\r\n", "230 welcome\r\n", "221 bye\r\n"},
        {"USER probe", "QUIT", "*close"},
        VerdictReason::kOk,
        ""},
       {"wrong password",
        {"220 hello\r\n", "331 pass?\r\n", "530 Login incorrect.\r\n",
         "221 bye\r\n"},
        {"USER probe", "PASS s3cret word", "QUIT", "*close"},
        VerdictReason::kLoginFailed,
        "530 Login incorrect."},
       {"an account is wanted",
        {"220 hello\r\n", "332 account?\r\n", "*end"},
        {"USER probe", "QUIT", "*close"},
        VerdictReason::kLoginFailed,
        "332 account?"},
       {"ProFTPD full, which it says after PASS",
        {"220 hello\r\n", "331 pass?\r\n",
         "530 Sorry, the maximum number of clients (20) from your host are "
         "already connected.\r\n",
         "*end"},
        {"USER probe", "PASS s3cret word", "QUIT", "*close"},
        VerdictReason::kBusy,
        "530 Sorry, the maximum number of clients (20) from your host are "
        "already connected."},
       {"Pure-FTPd that wants TLS",
        {"220 hello\r\n",
         "421-Sorry, cleartext sessions and weak ciphers are not accepted on "
         "this server.\r\n421 Please reconnect using TLS security "
         "mechanisms.\r\n"},
        {"USER probe", "*close"},
        VerdictReason::kLoginFailed,
        "421 Sorry, cleartext sessions and weak ciphers are not accepted on "
        "this server. Please reconnect using TLS security mechanisms."},
       {"a store that hangs",
        {"220 hello\r\n", "331 pass?\r\n", "*expire"},
        {"USER probe", "PASS s3cret word", "*close"},
        VerdictReason::kLoginFailed,
        "no reply to PASS in time"},
       {"closed at USER",
        {"220 hello\r\n", "*reset"},
        {"USER probe", "*close"},
        VerdictReason::kLoginFailed,
        "Connection reset by peer: no reply to USER"}});
}

TEST_CASE("passive ports are asked for by PASV and EPSV, and connected to") {
  const Strings login = {"220 hello\r\n", "331 pass?\r\n", "230 hi\r\n"};
  const auto after = [&login](Strings more) {
    more.insert(more.begin(), login.begin(), login.end());
    return more;
  };
  const auto says = [](Strings more) {
    more.insert(more.begin(), {"USER probe", "PASS s3cret word", "PASV"});
    return more;
  };
  const std::string pasv = "227 Entering Passive Mode (192,0,2,1,82,8).\r\n";
  const std::string epsv = "229 Extended Passive mode OK (|||21001|)\r\n";
  CheckCases(
      LoggingIn(ProbeKind::kFtp, PassiveCheck::kConnect),
      {{"both work", after({pasv, "*data", epsv, "*data", "221 bye\r\n"}),
        says({"*data 21000", "EPSV", "*data 21001", "QUIT", "*close"}),
        VerdictReason::kOk, ""},
       {"an address elsewhere",
        after({"227 Entering Passive Mode (10,0,0,1,82,8).\r\n", "*end"}),
        says({"QUIT", "*close"}), VerdictReason::kPassiveAddress,
        "PASV names 10.0.0.1 instead of 192.0.2.1: 227 Entering Passive Mode "
        "(10,0,0,1,82,8)."},
       {"a port outside the range",
        after({"227 Entering Passive Mode (192,0,2,1,200,0).\r\n", "*end"}),
        says({"QUIT", "*close"}), VerdictReason::kPassivePort,
        "PASV names port 51200, which is not in 21000-21199"},
       {"a port of EPSV outside the range",
        after({pasv, "*data", "229 ok (|||51200|)\r\n", "*end"}),
        says({"*data 21000", "EPSV", "QUIT", "*close"}),
        VerdictReason::kPassivePort,
        "EPSV names port 51200, which is not in 21000-21199"},
       {"a port that is closed", after({pasv, "*no-data", "221 bye\r\n"}),
        says({"*data 21000", "QUIT", "*close"}), VerdictReason::kPassiveConnect,
        "passive port 21000: Connection refused"},
       {"a port that swallows packets", after({pasv, "*expire"}),
        says({"*data 21000", "*close"}), VerdictReason::kPassiveConnect,
        "no connection to passive port 21000 in time"},
       {"malformed",
        after({"227 Entering Passive Mode (1,78,43).\r\n", "*end"}),
        says({"QUIT", "*close"}), VerdictReason::kPassiveRefused,
        "227 Entering Passive Mode (1,78,43)."},
       {"PASV refused", after({"500 OOPS: invalid pasv_address\r\n", "*end"}),
        says({"QUIT", "*close"}), VerdictReason::kPassiveRefused,
        "500 OOPS: invalid pasv_address"},
       {"no port left",
        after({"425 All reserved TCP ports are busy\r\n", "*end"}),
        says({"QUIT", "*close"}), VerdictReason::kBusy,
        "425 All reserved TCP ports are busy"},
       {"EPSV malformed", after({pasv, "*data", "229 ok (21001)\r\n", "*end"}),
        says({"*data 21000", "EPSV", "QUIT", "*close"}),
        VerdictReason::kPassiveRefused, "229 ok (21001)"}});
}

TEST_CASE(
    "PASV may name the addresses that the check allows, and is followed") {
  ProbeRequest request = LoggingIn(ProbeKind::kFtp, PassiveCheck::kConnect);
  request.check.passive_addresses = {
      RequestFor(ProbeKind::kFtp, "192.0.2.8").address,
      RequestFor(ProbeKind::kFtp, "192.0.2.9").address};
  const Strings login = {"220 hello\r\n", "230 hi\r\n"};
  const auto play = [&](const std::string& pasv) {
    return Play(request, {login[0], login[1], pasv, "*data",
                          "229 ok (|||21001|)\r\n", "*data", "221 bye\r\n"});
  };
  const Played other = play("227 ok (192,0,2,9,82,8)\r\n");
  CHECK(other.reason == VerdictReason::kOk);
  // EPSV names no address: that is the one of the control connection.
  CHECK(other.data_addresses ==
        std::vector<redis::AddressBytes>{request.check.passive_addresses[1],
                                         request.address});
  const Played own = play("227 ok (192,0,2,1,82,8)\r\n");
  CHECK(own.reason == VerdictReason::kOk);
  CHECK(own.data_addresses ==
        std::vector<redis::AddressBytes>{request.address, request.address});

  const Played foreign = play("227 ok (192,0,2,7,82,8)\r\n");
  CHECK(foreign.reason == VerdictReason::kPassiveAddress);
  CHECK(foreign.text ==
        "PASV names 192.0.2.7 instead of 192.0.2.1: 227 ok (192,0,2,7,82,8)");
}

TEST_CASE("a server that takes the PROXY header for a command is told") {
  ProbeRequest request = RequestFor(ProbeKind::kFtp);
  request.check.proxy = redis::ProxyHeader::kV1;
  CheckCases(request,
             {{"it does not know the header",
               {"220 hello\r\n", "500 PROXY not understood\r\n", "221 bye\r\n"},
               {"QUIT", "*close"},
               VerdictReason::kBadGreeting,
               "500 PROXY not understood"},
              {"it knows the header",
               {"220 hello\r\n", "221 bye\r\n"},
               {"QUIT", "*close"},
               VerdictReason::kOk,
               ""},
              {"it closes at QUIT",
               {"220 hello\r\n", "*end"},
               {"QUIT", "*close"},
               VerdictReason::kOk,
               ""}});
}

TEST_CASE("TLS that breaks later is the fault of what was asked then") {
  const Played played =
      Play(LoggingIn(ProbeKind::kFtps),
           {"220 hello\r\n", "234 go on\r\n", "*secured", "200 ok\r\n",
            "200 ok\r\n", "331 pass?\r\n", "*tls-failed"},
           SIZE_MAX, SoundFacts());
  CHECK(played.reason == VerdictReason::kLoginFailed);
  CHECK(played.text == "alert handshake failure: no reply to PASS");
}

TEST_CASE("with PASSIVE address nothing is connected to") {
  const Played played =
      Play(LoggingIn(ProbeKind::kFtp, PassiveCheck::kAddress),
           {"220 hello\r\n", "230 hi\r\n", "227 (192,0,2,1,82,8)\r\n",
            "229 (|||21001|)\r\n", "221 bye\r\n"});
  CHECK(played.actions ==
        Strings{"USER probe", "PASV", "EPSV", "QUIT", "*close"});
  CHECK(played.reason == VerdictReason::kOk);
}

TEST_CASE("a server without EPSV is up, with a warning") {
  const Played played =
      Play(LoggingIn(ProbeKind::kFtp, PassiveCheck::kAddress),
           {"220 hello\r\n", "230 hi\r\n", "227 (192,0,2,1,82,8)\r\n",
            "502 EPSV not implemented\r\n", "221 bye\r\n"});
  CHECK(played.reason == VerdictReason::kOk);
  REQUIRE(played.warnings.size() == 1);
  CHECK(played.warnings[0].kind == ProbeWarning::Kind::kNoEpsv);
  CHECK(played.warnings[0].text ==
        "the server does not know EPSV: 502 EPSV not implemented");
}

TEST_CASE("IPv6 is asked by EPSV only") {
  CheckCases(LoggingIn(ProbeKind::kFtp, PassiveCheck::kConnect, "2001:db8::1"),
             {{"in order",
               {"220 hello\r\n", "230 hi\r\n", "229 ok (|||21000|)\r\n",
                "*data", "221 bye\r\n"},
               {"USER probe", "EPSV", "*data 21000", "QUIT", "*close"},
               VerdictReason::kOk,
               ""},
              {"EPSV is all there is, so it has to be known",
               {"220 hello\r\n", "230 hi\r\n", "502 no EPSV\r\n", "*end"},
               {"USER probe", "EPSV", "QUIT", "*close"},
               VerdictReason::kPassiveRefused,
               "502 no EPSV"},
              {"227 in reply to EPSV, malformed as ProFTPD has it",
               {"220 hello\r\n", "230 hi\r\n",
                "227 Entering Passive Mode (1,78,43).\r\n", "*end"},
               {"USER probe", "EPSV", "QUIT", "*close"},
               VerdictReason::kPassiveRefused,
               "227 Entering Passive Mode (1,78,43)."}});
}

}  // namespace
}  // namespace groupring::backend
