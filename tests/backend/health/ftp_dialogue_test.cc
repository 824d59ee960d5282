#include "backend/health/ftp_dialogue.h"

#include "redis/schema/enum_names.h"
#include "tests/backend/health/dialogue_script.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using redis::ProbeKind;
using redis::VerdictReason;
using Strings = std::vector<std::string>;

TEST_CASE("ftp: the greeting decides") {
  const Strings closes = {"*close"};
  CheckCases(
      RequestFor(ProbeKind::kFtp),
      {{"ProFTPD",
        {"220 ProFTPD Server (Debian) [192.0.2.1]\r\n", "221 Goodbye.\r\n"},
        {"QUIT", "*close"},
        VerdictReason::kOk,
        ""},
       {"Pure-FTPd",
        {"220---------- Welcome to Pure-FTPd [privsep] [TLS] ----------\r\n"
         "220-You are user number 1 of 50 allowed.\r\n"
         "220 You will be disconnected after 15 minutes of inactivity.\r\n",
         "221-Goodbye. You uploaded 0 and downloaded 0 kbytes.\r\n"
         "221 Logout.\r\n"},
        {"QUIT", "*close"},
        VerdictReason::kOk,
        ""},
       {"lines without a code",
        {"220-Welcome\r\n to our server\r\nhave fun\r\n220 ready\r\n",
         "221 bye\r\n"},
        {"QUIT", "*close"},
        VerdictReason::kOk,
        ""},
       {"the server closes instead of saying 221",
        {"220 hello\r\n", "*end"},
        {"QUIT", "*close"},
        VerdictReason::kOk,
        ""},
       {"ready in some minutes, and then at once",
        {"120 Service ready in 0 minutes.\r\n", "220 hello\r\n", "*end"},
        {"QUIT", "*close"},
        VerdictReason::kOk,
        ""},
       {"ready in some minutes, and no more",
        {"120 Service ready in 5 minutes.\r\n", "*expire"},
        closes,
        VerdictReason::kGreetingTimeout,
        "no whole greeting (120 Service ready in 5 minutes.) in time"},
       {"silence", {"*expire"}, closes, VerdictReason::kGreetingTimeout, ""},
       {"a greeting that never ends",
        {"220-hello\r\n220-", "*expire"},
        closes,
        VerdictReason::kGreetingTimeout,
        "no whole greeting (220-hello) in time"},
       {"closed without a word",
        {"*end"},
        closes,
        VerdictReason::kClosedUngreeted,
        ""},
       {"reset without a word",
        {"*reset"},
        closes,
        VerdictReason::kClosedUngreeted,
        "Connection reset by peer"},
       {"closed within the greeting",
        {"220-hello\r\n", "*end"},
        closes,
        VerdictReason::kClosedUngreeted,
        "closed by the server: no whole greeting (220-hello)"},
       {"vsftpd full",
        {"421 There are too many connections from your internet address.\r\n"},
        closes,
        VerdictReason::kBusy,
        "421 There are too many connections from your internet address."},
       {"ProFTPD full",
        {"530 Sorry, the maximum number of connections (2) for your host are "
         "already connected.\r\n"},
        closes,
        VerdictReason::kBusy,
        "530 Sorry, the maximum number of connections (2) for your host are "
        "already connected."},
       {"421 without a reason that is known",
        {"421 Service not available.\r\n"},
        closes,
        VerdictReason::kBusy,
        "421 Service not available."},
       {"ProFTPD under ftpshut, the session that is there",
        {"421 FTP server shutting down - new disks\r\n"},
        closes,
        VerdictReason::kShuttingDown,
        "421 FTP server shutting down - new disks"},
       {"ProFTPD under ftpshut, later ones",
        {"500 FTP server shut down (new disks) -- please try again later\r\n"},
        closes,
        VerdictReason::kShuttingDown,
        "500 FTP server shut down (new disks) -- please try again later"},
       {"Pure-FTPd with a -P that makes no sense",
        {"421-Unable to start\r\n"
         "421 Illegal forced IP for passive connections\r\n"},
        closes,
        VerdictReason::kBadGreeting,
        "421 Unable to start Illegal forced IP for passive connections"},
       {"530 for another reason",
        {"530 Access denied\r\n"},
        closes,
        VerdictReason::kBadGreeting,
        "530 Access denied"},
       {"500",
        {"500 OOPS: vsftpd: refusing to run\r\n"},
        closes,
        VerdictReason::kBadGreeting,
        "500 OOPS: vsftpd: refusing to run"},
       {"another protocol",
        {"SSH-2.0-OpenSSH_9.2p1\r\n"},
        closes,
        VerdictReason::kBadGreeting,
        "not FTP, a line that begins with no code: SSH-2.0-OpenSSH_9.2p1"},
       {"control characters and NUL",
        {std::string("550 a\0b\x1b[31m\r\n", 14)},
        closes,
        VerdictReason::kBadGreeting,
        "550 a?b?[31m"}});
}

TEST_CASE("ftps: TLS is asked for, and stands before anything else is said") {
  CheckCases(
      RequestFor(ProbeKind::kFtps),
      {{"ProFTPD",
        {"220 hello\r\n", "234 AUTH TLS successful\r\n", "*secured",
         "200 PBSZ 0 successful\r\n", "200 Protection set to Private\r\n",
         "221 Goodbye.\r\n"},
        {"AUTH TLS", "*tls", "PBSZ 0", "PROT P", "QUIT", "*close"},
        VerdictReason::kOk,
        ""},
       {"not known",
        {"220 hello\r\n", "500 AUTH not understood\r\n", "221 bye\r\n"},
        {"AUTH TLS", "QUIT", "*close"},
        VerdictReason::kAuthTlsRefused,
        "500 AUTH not understood"},
       {"vsftpd without TLS",
        {"220 (vsFTPd 3.0.3)\r\n", "530 Please login with USER and PASS.\r\n",
         "221 Goodbye.\r\n"},
        {"AUTH TLS", "QUIT", "*close"},
        VerdictReason::kAuthTlsRefused,
        "530 Please login with USER and PASS."},
       {"no reply to AUTH TLS",
        {"220 hello\r\n", "*expire"},
        {"AUTH TLS", "*close"},
        VerdictReason::kAuthTlsRefused,
        "no reply to AUTH TLS in time"},
       {"closed at AUTH TLS",
        {"220 hello\r\n", "*end"},
        {"AUTH TLS", "*close"},
        VerdictReason::kAuthTlsRefused,
        "closed by the server: no reply to AUTH TLS"},
       {"busy at AUTH TLS",
        {"220 hello\r\n", "421 Too many users\r\n"},
        {"AUTH TLS", "*close"},
        VerdictReason::kBusy,
        "421 Too many users"},
       {"nonsense at AUTH TLS",
        {"220 hello\r\n", "oops\r\n"},
        {"AUTH TLS", "*close"},
        VerdictReason::kAuthTlsRefused,
        "not FTP, a line that begins with no code: oops"},
       {"a handshake that fails",
        {"220 hello\r\n", "234 go on\r\n", "*tls-failed"},
        {"AUTH TLS", "*tls", "*close"},
        VerdictReason::kTlsFailed,
        "alert handshake failure"},
       {"silence instead of a handshake",
        {"220 hello\r\n", "234 go on\r\n", "*expire"},
        {"AUTH TLS", "*tls", "*close"},
        VerdictReason::kTlsFailed,
        "no handshake in time"},
       {"closed in the handshake",
        {"220 hello\r\n", "234 go on\r\n", "*end"},
        {"AUTH TLS", "*tls", "*close"},
        VerdictReason::kTlsFailed,
        "closed by the server: no handshake"},
       {"PBSZ refused",
        {"220 hello\r\n", "234 go on\r\n", "*secured", "501 no\r\n", "*end"},
        {"AUTH TLS", "*tls", "PBSZ 0", "QUIT", "*close"},
        VerdictReason::kTlsFailed,
        "501 no"},
       {"PROT refused",
        {"220 hello\r\n", "234 go on\r\n", "*secured", "200 ok\r\n",
         "536 not P\r\n", "*end"},
        {"AUTH TLS", "*tls", "PBSZ 0", "PROT P", "QUIT", "*close"},
        VerdictReason::kTlsFailed,
        "536 not P"}});
}

TEST_CASE("what comes in clear after 234 is no reply within TLS") {
  const Played played =
      Play(RequestFor(ProbeKind::kFtps),
           {"220 hello\r\n", "234 go on\r\n200 injected\r\n"});
  CHECK(played.actions == Strings{"AUTH TLS", "*close"});
  CHECK(played.reason == VerdictReason::kTlsFailed);
}

TEST_CASE("ftps-implicit: TLS stands before the greeting") {
  CheckCases(RequestFor(ProbeKind::kFtpsImplicit),
             {{"in order",
               {"*secured", "220 hello\r\n", "200 ok\r\n", "200 ok\r\n",
                "221 bye\r\n"},
               {"*tls", "PBSZ 0", "PROT P", "QUIT", "*close"},
               VerdictReason::kOk,
               ""},
              {"no TLS there",
               {"*tls-failed"},
               {"*tls", "*close"},
               VerdictReason::kTlsFailed,
               "alert handshake failure"},
              {"no greeting within TLS",
               {"*secured", "*expire"},
               {"*tls", "*close"},
               VerdictReason::kGreetingTimeout,
               ""}});
}

TEST_CASE("a certificate is a warning, or with TLS_VERIFY the verdict") {
  TlsFacts facts = SoundFacts();
  facts.certificate.not_after = kProbeTime - 1;
  facts.certificate.distrust = "self-signed certificate";
  const Strings script = {"220 hello\r\n", "234 go on\r\n", "*secured",
                          "200 ok\r\n",    "200 ok\r\n",    "221 bye\r\n"};
  ProbeRequest request = RequestFor(ProbeKind::kFtps);
  const Played lenient = Play(request, script, SIZE_MAX, facts);
  CHECK(lenient.reason == VerdictReason::kOk);
  CHECK(lenient.warnings.size() == 2);

  request.check.tls_verify = redis::TlsVerify::kYes;
  const Played strict = Play(request, script, SIZE_MAX, facts);
  CHECK(strict.reason == VerdictReason::kCertificateExpired);
  CHECK(strict.text == "the certificate has expired on 2023-11-14T22:13:19Z");
  // The handshake is done, so the dialogue ends as it should.
  CHECK(strict.actions == Strings{"AUTH TLS", "*tls", "QUIT", "*close"});
}

TEST_CASE("the server's text is kept, printable and short") {
  const Played played = Play(RequestFor(ProbeKind::kFtp),
                             {"530 " + std::string(1000, 'x') + "\r\n"});
  CHECK(played.text.size() <= kMaxProbeText + std::string("…").size());
  CHECK(played.text.starts_with("530 xxx"));
}

}  // namespace
}  // namespace groupring::backend
