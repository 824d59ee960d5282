// Probes over TLS, against a server with every fault of that.
#include <chrono>
#include <memory>
#include <optional>

#include "backend/health/probe_runner.h"
#include "redis/schema/enum_names.h"
#include "tests/backend/health/dialogue_script.h"
#include "tests/backend/health/probing.h"
#include "tests/support/catch.h"
#include "tests/support/scripted_server.h"

namespace groupring::backend {
namespace {

using redis::ProbeKind;
using redis::VerdictReason;
using std::chrono::hours;
using testing::Await;
using testing::AwaitAny;
using testing::AwaitEnd;
using testing::ClientEnd;
using testing::Close;
using testing::Plain;
using testing::Reset;
using testing::ScriptedServer;
using testing::Send;
using testing::ServerStep;
using testing::TestCertificates;
using testing::Tls;
using Kind = ProbeWarning::Kind;
using Script = std::vector<ServerStep>;

const TestCertificates& Certificates() {
  // Made once. Its destructor removes their directory.
  static const TestCertificates certificates;
  return certificates;
}

const Script kInOrder = {Send("220 hello\r\n"),
                         Await("AUTH TLS"),
                         Send("234 go on\r\n"),
                         Tls(),
                         Await("PBSZ 0"),
                         Send("200 ok\r\n"),
                         Await("PROT P"),
                         Send("200 ok\r\n"),
                         Await("QUIT"),
                         Send("221 bye\r\n"),
                         AwaitEnd(),
                         Close()};

struct Setting {
  ProbeKind kind = ProbeKind::kFtps;
  std::string ca_file = Certificates().ca_file();
  std::string tls_name = "ftp.example.org";
  redis::TlsVerify verify = redis::TlsVerify::kYes;
  hours later{0};  // than the certificate was made
};

struct Outcome {
  ProbeResult result;
  std::vector<ClientEnd> ended;
};

Outcome Probe(const Script& script, const Setting& setting = {}) {
  Probing probing(setting.ca_file, setting.later);
  ScriptedServer server(script, &Certificates());
  ProbeRequest request = RequestTo(server, setting.kind);
  request.check.tls_name = setting.tls_name;
  request.check.tls_verify = setting.verify;
  probing.Start(request);
  probing.RunWith(&server);
  Outcome outcome;
  REQUIRE(probing.result.has_value());
  outcome.result = probing.result->value();
  outcome.ended = server.ended();
  return outcome;
}

TEST_CASE("AUTH TLS: a sound certificate is up, and the end is clean") {
  const Outcome outcome = Probe(kInOrder);
  INFO(outcome.result.text);
  CHECK(outcome.result.reason == VerdictReason::kOk);
  CHECK(outcome.result.warnings.empty());
  CHECK(outcome.result.certificate_not_after.has_value());
  // The client says close_notify, and ends the connection without a reset.
  CHECK(outcome.ended == std::vector<ClientEnd>{{false, true}});
}

TEST_CASE("implicit TLS and https: as after AUTH TLS") {
  Setting setting;
  setting.kind = ProbeKind::kFtpsImplicit;
  CHECK(
      Probe({Tls(), Send("220 hello\r\n"), Await("PBSZ 0"), Send("200 ok\r\n"),
             Await("PROT P"), Send("200 ok\r\n"), Await("QUIT"), Close()},
            setting)
          .result.reason == VerdictReason::kOk);
  setting.kind = ProbeKind::kHttps;
  CHECK(Probe({Tls(), Await("GET / HTTP/1.1"), Send("HTTP/1.1 200 OK\r\n\r\n"),
               Close()},
              setting)
            .result.reason == VerdictReason::kOk);
}

TEST_CASE("what is wrong with a certificate is the verdict where it counts") {
  struct Case {
    const char* what;
    Setting setting;
    VerdictReason reason;
    Kind warning;
  };
  Setting name;
  name.tls_name = "other.example.org";
  Setting old;
  old.later = hours(24 * 31);
  Setting young;
  young.later = hours(-24);
  Setting stranger;
  stranger.ca_file = "";
  const std::vector<Case> cases = {
      {"for another name", name, VerdictReason::kCertificateName,
       Kind::kCertificateName},
      {"expired", old, VerdictReason::kCertificateExpired,
       Kind::kCertificateExpired},
      {"not valid yet", young, VerdictReason::kCertificateExpired,
       Kind::kCertificateExpired},
      {"signed by nobody we know", stranger,
       VerdictReason::kCertificateUntrusted, Kind::kCertificateUntrusted}};
  for (const Case& one : cases) {
    INFO(one.what);
    Setting setting = one.setting;
    const Script leaves = {Send("220 hello\r\n"),
                           Await("AUTH TLS"),
                           Send("234 go on\r\n"),
                           Tls(),
                           Await("QUIT"),
                           Send("221 bye\r\n"),
                           AwaitEnd(),
                           Close()};
    const Outcome strict = Probe(leaves, setting);
    CHECK(redis::ToText(strict.result.reason) == redis::ToText(one.reason));
    // The handshake was finished all the same, and QUIT said.
    CHECK(strict.ended == std::vector<ClientEnd>{{false, true}});

    setting.verify = redis::TlsVerify::kNo;
    const Outcome lenient = Probe(kInOrder, setting);
    CHECK(lenient.result.reason == VerdictReason::kOk);
    REQUIRE_FALSE(lenient.result.warnings.empty());
    CHECK(lenient.result.warnings[0].kind == one.warning);
  }
}

TEST_CASE("days left of a certificate are a warning, and never more") {
  Setting setting;
  setting.later = hours(24 * 20);
  const Outcome outcome = Probe(kInOrder, setting);
  CHECK(outcome.result.reason == VerdictReason::kOk);
  REQUIRE(outcome.result.warnings.size() == 1);
  CHECK(outcome.result.warnings[0].kind == Kind::kCertificateExpiresSoon);
}

TEST_CASE("names with a wildcard are for one label") {
  Setting setting;
  setting.tls_name = "a.files.example.org";
  CHECK(Probe(kInOrder, setting).result.reason == VerdictReason::kOk);
  setting.tls_name = "a.b.files.example.org";
  setting.verify = redis::TlsVerify::kNo;
  CHECK(Probe(kInOrder, setting).result.warnings.size() == 1);
}

TEST_CASE("without a name none is compared") {
  Setting setting;
  setting.tls_name = "";
  CHECK(Probe(kInOrder, setting).result.reason == VerdictReason::kOk);
}

TEST_CASE("what breaks TLS has its verdict") {
  const Script auth = {Send("220 hello\r\n"), Await("AUTH TLS"),
                       Send("234 go on\r\n"), AwaitAny()};
  const auto after_auth = [&auth](Script more) {
    more.insert(more.begin(), auth.begin(), auth.end());
    return more;
  };
  struct Case {
    const char* what;
    Script script;
    ProbeKind kind;
    std::string text;
  };
  const std::vector<Case> cases = {
      {"an alert",
       after_auth(
           {Plain(std::string("\x15\x03\x03\x00\x02\x02\x28", 7)), Close()}),
       ProbeKind::kFtps, "alert handshake failure"},
      {"an alert of TLS 1",
       after_auth(
           {Plain(std::string("\x15\x03\x03\x00\x02\x02\x46", 7)), Close()}),
       ProbeKind::kFtps, "alert protocol version"},
      {"an end", after_auth({Close()}), ProbeKind::kFtps,
       "closed by the server: no handshake"},
      {"a reset", after_auth({Reset()}), ProbeKind::kFtps,
       "Connection reset by peer: no handshake"},
      {"plain FTP where TLS is expected",
       {Send("220 hello\r\n"), AwaitEnd(), Close()},
       ProbeKind::kFtpsImplicit,
       "wrong version number: what is spoken there is not TLS"}};
  for (const Case& one : cases) {
    INFO(one.what);
    Setting setting;
    setting.kind = one.kind;
    const Outcome outcome = Probe(one.script, setting);
    CHECK(redis::ToText(outcome.result.reason) == "tls_failed");
    CHECK(outcome.result.text == one.text);
  }
}

TEST_CASE("a file of authorities that is none is named") {
  const auto tls = TlsContext::Create("/nonexistent/ca.pem");
  REQUIRE_FALSE(tls.ok());
  CHECK(std::string(tls.status().message())
            .starts_with("/nonexistent/ca.pem: no certificates of authorities "
                         "in PEM can be read"));
}

}  // namespace
}  // namespace groupring::backend
