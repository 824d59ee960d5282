// Probes over sockets, against a server with every fault.
#include "backend/health/probe_runner.h"

#include <chrono>
#include <memory>
#include <optional>

#include "backend/health/address_check.h"
#include "redis/schema/enum_names.h"
#include "tests/backend/health/dialogue_script.h"
#include "tests/backend/health/probing.h"
#include "tests/support/catch.h"
#include "tests/support/scripted_server.h"

namespace groupring::backend {
namespace {

using redis::PassiveCheck;
using redis::ProbeKind;
using redis::VerdictReason;
using std::chrono::seconds;
using testing::Await;
using testing::AwaitAny;
using testing::AwaitEnd;
using testing::ClientEnd;
using testing::Close;
using testing::Do;
using testing::Reset;
using testing::ScriptedServer;
using testing::Send;
using testing::ServerStep;
using Script = std::vector<ServerStep>;

struct Fault {
  const char* what;
  Script script;
  VerdictReason reason;
};

void CheckFaults(ProbeKind kind, const std::vector<Fault>& faults,
                 PassiveCheck passive = PassiveCheck::kOff) {
  for (const Fault& fault : faults) {
    INFO(fault.what);
    ScriptedServer server(fault.script);
    Probing probing;
    ProbeRequest request = RequestTo(server, kind);
    if (passive != PassiveCheck::kOff) {
      request.login = Credential{"probe", "secret"};
      request.check.passive = passive;
    }
    probing.Start(request);
    probing.RunWith(&server);
    REQUIRE(probing.result->ok());
    CHECK(redis::ToText((*probing.result)->reason) ==
          redis::ToText(fault.reason));
  }
}

TEST_CASE("over a connection each greeting has its verdict") {
  CheckFaults(
      ProbeKind::kFtp,
      {{"in order",
        {Send("220 hello\r\n"), Await("QUIT"), Send("221 bye\r\n"), Close()},
        VerdictReason::kOk},
       {"in pieces",
        {Send("2"), Send("20-a\r"), Send("\n220"), Send(" b\r\n"),
         Await("QUIT"), Close()},
        VerdictReason::kOk},
       {"lines without codes",
        {Send("220-a\r\nb\r\nc\r\n220 d\r\n"), Await("QUIT"), Close()},
        VerdictReason::kOk},
       {"120",
        {Send("120 in a minute\r\n"), Send("220 now\r\n"), Await("QUIT"),
         Close()},
        VerdictReason::kOk},
       {"421", {Send("421 too many\r\n"), Close()}, VerdictReason::kBusy},
       {"530",
        {Send("530 Sorry, the maximum number of connections (2) for your host "
              "are already connected.\r\n"),
         Close()},
        VerdictReason::kBusy},
       {"500", {Send("500 OOPS\r\n"), Close()}, VerdictReason::kBadGreeting},
       {"500 under ftpshut, then a reset",
        {Send("500 FTP server shut down (x) -- please try again later\r\n"),
         Reset()},
        VerdictReason::kShuttingDown},
       {"an end", {Close()}, VerdictReason::kClosedUngreeted},
       {"a reset", {Reset()}, VerdictReason::kClosedUngreeted},
       {"an endless line",
        {Send("220 " + std::string(100'000, 'x')), AwaitEnd()},
        VerdictReason::kBadGreeting},
       {"NUL",
        {Send(std::string("\0\0\r\n", 4)), AwaitEnd()},
        VerdictReason::kBadGreeting}});
}

TEST_CASE("endless lines in endless replies are not read forever") {
  std::string lines = "220-\r\n";
  while (lines.size() < 200'000) lines += "more\r\n";
  CheckFaults(ProbeKind::kFtp,
              {{"", {Send(lines), AwaitEnd()}, VerdictReason::kBadGreeting}});
}

TEST_CASE("a server that talks on after QUIT is left when its time is over") {
  ScriptedServer server(
      {Send("220 hello\r\n"), Await("QUIT"), Send("200 never mind\r\n")});
  Probing probing;
  probing.Start(RequestTo(server, ProbeKind::kFtp));
  while (server.received().empty() || server.received()[0] != "QUIT\r\n") {
    server.Pump();
    probing.runner->Run(probing.clock->Steady());
  }
  CHECK(probing.runner->running() == 1);
  probing.clock->Advance(ProbeConnection::kLeaveTime);
  probing.RunWith(&server);
  CHECK((*probing.result)->reason == VerdictReason::kOk);
}

TEST_CASE("silence, and a byte a second, are over when TIMEOUT is") {
  for (const bool is_silent : {true, false}) {
    INFO("silent: " << is_silent);
    Probing probing;
    Script script;
    for (int i = 0; i < 4; ++i) {
      if (!is_silent) script.push_back(Send(std::string(1, "220 "[i])));
      script.push_back(Do([&probing] { probing.clock->Advance(seconds(1)); }));
    }
    ScriptedServer server(script);
    probing.Start(RequestTo(server, ProbeKind::kFtp));
    probing.RunWith(&server);
    REQUIRE(probing.result->ok());
    CHECK((*probing.result)->reason == VerdictReason::kGreetingTimeout);
    CHECK((*probing.result)->elapsed >= seconds(3));
  }
}

TEST_CASE("a connection that nobody answers is over when TIMEOUT is") {
  ScriptedServer server({});
  server.FillQueue();
  Probing probing;
  probing.Start(RequestTo(server, ProbeKind::kFtp));
  probing.runner->Run(probing.clock->Steady());
  CHECK(probing.runner->running() == 1);
  CHECK(probing.runner->NextDeadline() == probing.clock->Steady() + seconds(3));
  probing.clock->Advance(seconds(3));
  probing.RunWith(&server);
  CHECK((*probing.result)->reason == VerdictReason::kConnectTimeout);
}

TEST_CASE("a port that nobody listens at refuses") {
  ScriptedServer server({});
  Probing probing;
  ProbeRequest request = RequestTo(server, ProbeKind::kTcp);
  request.probe.port = server.closed_port();
  probing.Start(request);
  probing.RunWith(nullptr);
  CHECK((*probing.result)->reason == VerdictReason::kRefused);
}

TEST_CASE("tcp: who accepts is up, and is not reset") {
  ScriptedServer server({Send("220 hello\r\n"), AwaitEnd(), Close()});
  Probing probing;
  probing.Start(RequestTo(server, ProbeKind::kTcp));
  probing.RunWith(&server);
  CHECK((*probing.result)->reason == VerdictReason::kOk);
  CHECK(server.ended() == std::vector<ClientEnd>{{false, false}});
}

TEST_CASE("passive ports are connected to, and compared") {
  const auto script = [](const std::string& pasv, const std::string& epsv) {
    Script steps = {Send("220 hello\r\n"), Await("USER probe"),
                    Send("331 pass?\r\n"), Await("PASS secret"),
                    Send("230 hi\r\n"),    Await("PASV"),
                    Send(pasv + "\r\n")};
    if (!epsv.empty()) {
      steps.push_back(Await("EPSV"));
      steps.push_back(Send(epsv + "\r\n"));
    }
    steps.push_back(Await("QUIT"));
    steps.push_back(Close());
    return steps;
  };
  CheckFaults(ProbeKind::kFtp,
              {{"in order", script("227 ({pasv}).", "229 ok (|||{epsv}|)"),
                VerdictReason::kOk},
               {"elsewhere", script("227 (10,0,0,1,80,0)", ""),
                VerdictReason::kPassiveAddress},
               {"a closed port", script("227 ({closed})", ""),
                VerdictReason::kPassiveConnect},
               {"malformed", script("227 (1,78,43).", ""),
                VerdictReason::kPassiveRefused}},
              PassiveCheck::kConnect);
}

TEST_CASE("over IPv6 EPSV alone is asked, and its port connected to") {
  ScriptedServer server(
      {Send("220 hello\r\n"), Await("USER probe"), Send("230 hi\r\n"),
       Await("EPSV"), Send("229 ok (|||{epsv}|)\r\n"), Await("QUIT"), Close()},
      nullptr, redis::Family::kAaaa);
  Probing probing;
  ProbeRequest request = RequestFor(ProbeKind::kFtp, "::1");
  request.probe.port = server.port();
  request.login = Credential{"probe", "secret"};
  request.check.passive = PassiveCheck::kConnect;
  probing.Start(request);
  probing.RunWith(&server);
  CHECK((*probing.result)->reason == VerdictReason::kOk);
}

TEST_CASE("a PROXY header comes before everything, TLS too") {
  for (const ProbeKind kind : {ProbeKind::kFtp, ProbeKind::kFtpsImplicit}) {
    INFO(redis::ToText(kind));
    ScriptedServer server({AwaitAny(), Close()});
    Probing probing;
    ProbeRequest request = RequestTo(server, kind);
    request.check.proxy = redis::ProxyHeader::kV1;
    probing.Start(request);
    probing.RunWith(&server);
    REQUIRE(server.received().size() == 1);
    const std::string seen = server.received()[0];
    CHECK(seen.starts_with("PROXY TCP4 127.0.0.1 127.0.0.1 "));
    CHECK(seen.find(" " + std::to_string(server.port()) + "\r\n") !=
          std::string::npos);
  }
}

TEST_CASE("what is our own fault is no verdict") {
  ScriptedServer server({});
  Probing probing;
  ProbeRequest request = RequestTo(server, ProbeKind::kFtp);
  // An address that this host does not have.
  request.source = redis::ParseMember(redis::Family::kA, "192.0.2.77")->first;
  probing.Start(request);
  CHECK_FALSE(probing.result);
  probing.RunWith(&server);
  REQUIRE(probing.result);
  CHECK_FALSE(probing.result->ok());

  probing.Start(RequestTo(server, ProbeKind::kHeartbeat));
  probing.RunWith(&server);
  CHECK(absl::IsInvalidArgument(probing.result->status()));
}

TEST_CASE("hundreds of probes run at once") {
  ScriptedServer server({Send("220 hello\r\n"), Await("QUIT"),
                         Send("221 bye\r\n"), AwaitEnd(), Close()});
  Probing probing;
  int up = 0;
  for (int i = 0; i < 300; ++i) {
    probing.runner->Start(RequestTo(server, ProbeKind::kFtp),
                          [&up](const absl::StatusOr<ProbeResult>& result) {
                            if (result->reason == VerdictReason::kOk) ++up;
                          });
  }
  CHECK(probing.runner->running() == 300);
  probing.RunWith(&server);
  CHECK(up == 300);
  for (const ClientEnd& end : server.ended()) CHECK_FALSE(end.reset);
}

TEST_CASE("all probes of a check have to pass, one after the other") {
  ScriptedServer server({Send("220 hello\r\n"), Await("QUIT"), Close()});
  Probing probing;
  ProbeRequest request = RequestTo(server, ProbeKind::kFtp);
  std::optional<CheckResult> result;
  const auto check = [&](std::vector<redis::ProbeSpec> probes) {
    request.check.probes = std::move(probes);
    result.reset();
    StartAddressCheck(
        request, probing.runner.get(),
        [&result](CheckResult done) { result = std::move(done); });
    probing.RunWith(&server);
    REQUIRE(result);
  };
  const redis::ProbeSpec works{ProbeKind::kFtp, server.port(), ""};
  const redis::ProbeSpec fails{ProbeKind::kFtp, server.closed_port(), ""};
  check({works, works});
  CHECK(result->result->reason == VerdictReason::kOk);
  CHECK(server.received().size() == 2);
  check({works, fails, works});
  CHECK(result->result->reason == VerdictReason::kRefused);
  CHECK(result->probe == fails);
  CHECK(server.received().size() == 3);
  check({{ProbeKind::kHeartbeat, 0, ""}});
  CHECK(absl::IsFailedPrecondition(result->result.status()));
}

TEST_CASE("a check has the warnings of all its probes") {
  // Without EPSV.
  ScriptedServer server(
      {Send("220 hello\r\n"), Await("USER probe"), Send("331 pass?\r\n"),
       Await("PASS secret"), Send("230 hi\r\n"), Await("PASV"),
       Send("227 Entering Passive Mode (127,0,0,1,82,8)\r\n"), Await("EPSV"),
       Send("500 what?\r\n"), Await("QUIT"), Send("221 bye\r\n"), Close()});
  Probing probing;
  ProbeRequest request = RequestTo(server, ProbeKind::kFtp);
  request.login = Credential{"probe", "secret"};
  request.check.passive = PassiveCheck::kAddress;
  request.check.passive_ports = {21000, 21199};
  const redis::ProbeSpec probe{ProbeKind::kFtp, server.port(), ""};
  request.check.probes = {probe, probe};
  std::optional<CheckResult> result;
  StartAddressCheck(request, probing.runner.get(),
                    [&result](CheckResult done) { result = std::move(done); });
  probing.RunWith(&server);
  REQUIRE(result);
  REQUIRE(result->result.ok());
  CHECK(result->result->reason == VerdictReason::kOk);
  CHECK(result->result->warnings.size() == 2);
}

}  // namespace
}  // namespace groupring::backend
