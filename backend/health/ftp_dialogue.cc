#include "backend/health/ftp_dialogue.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_format.h"
#include "backend/health/ftp_passive.h"
#include "backend/health/server_words.h"

namespace groupring::backend {
namespace {

using redis::PassiveCheck;
using redis::ProbeKind;
using redis::VerdictReason;

// The server does not know the command, or not for this network protocol.
bool IsUnknownCommand(int code) {
  return code == 500 || code == 501 || code == 502 || code == 504 ||
         code == 522;
}

}  // namespace

void FtpDialogue::Read(std::string_view bytes) {
  reader_.Feed(bytes);
  while (!closed()) {
    const std::optional<FtpReply> reply = reader_.Next();
    if (!reply) break;
    for (const std::string& line : reply->lines) {
      Note(TraceKind::kReceived, line);
    }
    Take(*reply);
  }
  if (!reader_.error().empty()) Malformed();
}

void FtpDialogue::Take(const FtpReply& reply) {
  const bool is_done = reply.code >= 200 && reply.code < 300;
  switch (step_) {
    case Step::kGreeting:
      TakeGreeting(reply);
      return;
    case Step::kAuthTls:
      if (reply.code != 234) return Refuse(reply);
      // What comes in clear after it would be taken for replies within TLS.
      if (reader_.HasMore()) {
        Conclude(VerdictReason::kTlsFailed,
                 "the server went on in clear after its reply to AUTH TLS");
        return Close();
      }
      step_ = Step::kHandshake;
      StartTls();
      return;
    case Step::kProtectionSize:
      if (!is_done) return Refuse(reply);
      Command(Step::kProtectionLevel, "PROT P");
      return;
    case Step::kProtectionLevel:
      if (!is_done) return Refuse(reply);
      LogIn();
      return;
    case Step::kUser:
      if (is_done) return AskPassive();
      if (reply.code != 331) return Refuse(reply);
      step_ = Step::kPassword;
      Say(absl::StrFormat("PASS %s", request().login->password), "PASS ****");
      return;
    case Step::kPassword:
      if (!is_done) return Refuse(reply);
      AskPassive();
      return;
    case Step::kPasv:
      if (reply.code != 227) return Refuse(reply);
      CheckPasv(reply);
      return;
    case Step::kEpsv:
      if (reply.code == 229) {
        const std::optional<uint16_t> port = ParseEpsv(reply.Text());
        if (!port) return Refuse(reply);
        CheckPort(request().address, *port, Step::kEpsvData);
      } else if (request().family == redis::Family::kA &&
                 IsUnknownCommand(reply.code)) {
        Warn({ProbeWarning::Kind::kNoEpsv,
              absl::StrFormat("the server does not know EPSV: %s",
                              reply.Text())});
        Done();
      } else {
        Refuse(reply);
      }
      return;
    case Step::kQuit:
      if (!has_result()) {
        // A server that takes the PROXY header for a command says so now.
        if (reply.code != 221) return Refuse(reply);
        Conclude(VerdictReason::kOk, "");
      }
      // To commands that were sent before QUIT, and the greeting, there may be
      // replies yet.
      if (reply.code == 221) Close();
      return;
    case Step::kHandshake:
    case Step::kPasvData:
    case Step::kEpsvData:
      // Nothing was asked.
      Refuse(reply);
      return;
  }
}

void FtpDialogue::TakeGreeting(const FtpReply& reply) {
  if (reply.code == 120) {  // ready in that many minutes: 220 follows then
    not_ready_ = reply.Text();
    return;
  }
  if (reply.code != 220) return Refuse(reply);
  if (request().probe.kind == ProbeKind::kFtps) {
    Command(Step::kAuthTls, "AUTH TLS");
  } else if (request().probe.kind == ProbeKind::kFtpsImplicit) {
    SecureData();
  } else {
    LogIn();
  }
}

void FtpDialogue::Refuse(const FtpReply& reply) {
  VerdictReason reason = Lacks().when_expired;
  if (step_ == Step::kGreeting || step_ == Step::kQuit) {
    reason = VerdictReason::kBadGreeting;
  }
  if (reply.code >= 400) {
    switch (RefusalOf(reply)) {
      case Refusal::kBusy:
        reason = VerdictReason::kBusy;
        break;
      case Refusal::kShuttingDown:
        reason = VerdictReason::kShuttingDown;
        break;
      case Refusal::kOther:
        break;
    }
  }
  const bool ends =
      step_ == Step::kGreeting || step_ == Step::kQuit || reply.code == 421;
  Conclude(reason, reply.Text());
  // These servers close the connection, or wait for nothing.
  if (ends) {
    Close();
  } else {
    Quit();
  }
}

void FtpDialogue::Malformed() {
  if (!has_result()) {
    const VerdictReason reason =
        step_ == Step::kGreeting || step_ == Step::kQuit
            ? VerdictReason::kBadGreeting
            : Lacks().when_expired;
    const std::string_view said = reader_.Unfinished();
    Conclude(reason,
             absl::StrFormat("not FTP, %s: %s", reader_.error(),
                             said.substr(0, said.find_first_of("\r\n"))));
  }
  Close();
}

Dialogue::Missing FtpDialogue::Lacks() const {
  const auto reply = [](VerdictReason reason, std::string_view command) {
    return Missing{reason, reason, absl::StrFormat("reply to %s", command)};
  };
  switch (step_) {
    case Step::kGreeting: {
      const std::string_view said =
          not_ready_.empty() ? reader_.Unfinished() : not_ready_;
      return {VerdictReason::kClosedUngreeted, VerdictReason::kGreetingTimeout,
              said.empty() ? std::string()
                           : absl::StrFormat("whole greeting (%s)", said)};
    }
    case Step::kAuthTls:
      return reply(VerdictReason::kAuthTlsRefused, "AUTH TLS");
    case Step::kHandshake:
      return {VerdictReason::kTlsFailed, VerdictReason::kTlsFailed,
              "handshake"};
    case Step::kProtectionSize:
      return reply(VerdictReason::kTlsFailed, "PBSZ");
    case Step::kProtectionLevel:
      return reply(VerdictReason::kTlsFailed, "PROT");
    case Step::kUser:
      return reply(VerdictReason::kLoginFailed, "USER");
    case Step::kPassword:
      return reply(VerdictReason::kLoginFailed, "PASS");
    case Step::kPasv:
      return reply(VerdictReason::kPassiveRefused, "PASV");
    case Step::kEpsv:
      return reply(VerdictReason::kPassiveRefused, "EPSV");
    case Step::kPasvData:
    case Step::kEpsvData:
      return {VerdictReason::kPassiveConnect, VerdictReason::kPassiveConnect,
              absl::StrFormat("connection to passive port %d", data_port_)};
    case Step::kQuit:
      return {VerdictReason::kOk, VerdictReason::kOk, ""};
  }
  return {VerdictReason::kOk, VerdictReason::kOk, ""};
}

void FtpDialogue::Command(Step step, std::string_view line) {
  step_ = step;
  Say(line);
}

void FtpDialogue::SecureData() { Command(Step::kProtectionSize, "PBSZ 0"); }

void FtpDialogue::LogIn() {
  if (!request().login) return Done();
  Command(Step::kUser, absl::StrFormat("USER %s", request().login->user));
}

void FtpDialogue::AskPassive() {
  if (request().check.passive == PassiveCheck::kOff) return Done();
  if (request().family == redis::Family::kAaaa) return AskExtendedPassive();
  Command(Step::kPasv, "PASV");
}

void FtpDialogue::AskExtendedPassive() { Command(Step::kEpsv, "EPSV"); }

void FtpDialogue::CheckPasv(const FtpReply& reply) {
  const std::optional<PassiveEndpoint> passive =
      ParsePasv(reply.Text().substr(3));
  if (!passive) return Refuse(reply);
  const auto& others = request().check.passive_addresses;
  if (passive->address != request().address &&
      std::find(others.begin(), others.end(), passive->address) ==
          others.end()) {
    const AddressAndPort named{redis::Family::kA, passive->address, 0};
    return Fail(
        VerdictReason::kPassiveAddress,
        absl::StrFormat("PASV names %s instead of %s: %s", AddressText(named),
                        AddressText(request().target()), reply.Text()));
  }
  CheckPort(passive->address, passive->port, Step::kPasvData);
}

void FtpDialogue::CheckPort(const redis::AddressBytes& address, uint16_t port,
                            Step data_step) {
  const redis::NumberRange& ports = request().check.passive_ports;
  if (!ports.Has(port)) {
    return Fail(VerdictReason::kPassivePort,
                absl::StrFormat("%s names port %d, which is not in %d-%d",
                                data_step == Step::kPasvData ? "PASV" : "EPSV",
                                port, ports.first, ports.last));
  }
  step_ = data_step;
  data_port_ = port;
  if (request().check.passive == PassiveCheck::kConnect) {
    Act({DialogueAction::Kind::kConnectData, "", port, address});
  } else {
    AfterData(absl::OkStatus());
  }
}

void FtpDialogue::AfterData(const absl::Status& status) {
  if (!status.ok()) {
    return Fail(
        VerdictReason::kPassiveConnect,
        absl::StrFormat("passive port %d: %s", data_port_, status.message()));
  }
  if (step_ == Step::kPasvData) {
    AskExtendedPassive();
  } else {
    Done();
  }
}

void FtpDialogue::Done() {
  // Nothing but the greeting has been seen yet: the reply to QUIT tells whether
  // the server knows what the header before it was.
  const bool is_certain = step_ != Step::kGreeting ||
                          request().check.proxy == redis::ProxyHeader::kOff;
  if (is_certain) Conclude(VerdictReason::kOk, "");
  Quit();
}

void FtpDialogue::Fail(VerdictReason reason, std::string_view text) {
  Conclude(reason, text);
  Quit();
}

void FtpDialogue::Quit() { Command(Step::kQuit, "QUIT"); }

}  // namespace groupring::backend
