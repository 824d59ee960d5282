#include "backend/health/dialogue.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "backend/health/ftp_dialogue.h"
#include "backend/health/http_dialogue.h"
#include "backend/health/tcp_dialogue.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

using redis::ProbeKind;
using redis::VerdictReason;
using Kind = DialogueAction::Kind;

bool BeginsWithTls(ProbeKind kind) {
  return kind == ProbeKind::kFtpsImplicit || kind == ProbeKind::kHttps;
}

VerdictReason ReasonFor(ProbeWarning::Kind kind) {
  switch (kind) {
    case ProbeWarning::Kind::kCertificateExpired:
      return VerdictReason::kCertificateExpired;
    case ProbeWarning::Kind::kCertificateName:
      return VerdictReason::kCertificateName;
    case ProbeWarning::Kind::kCertificateUntrusted:
      return VerdictReason::kCertificateUntrusted;
    case ProbeWarning::Kind::kCertificateExpiresSoon:
    case ProbeWarning::Kind::kNoEpsv:
      return VerdictReason::kOk;
  }
  return VerdictReason::kOk;
}

}  // namespace

Dialogue::Dialogue(const ProbeRequest& request, Trace trace)
    : request_(request), trace_(std::move(trace)) {}

void Dialogue::Start() {
  if (BeginsWithTls(request_.probe.kind)) {
    StartTls();
    return;
  }
  begun_ = true;
  Begin();
}

void Dialogue::Secured(const TlsFacts& facts, int64_t unix_seconds) {
  tls_ = Tls::kStands;
  Note(TraceKind::kNote,
       absl::StrFormat("%s, %s", facts.version, facts.cipher));
  Note(TraceKind::kNote,
       absl::StrFormat("certificate %s",
                       CertificateText(facts.certificate, unix_seconds)));
  certificate_not_after_ = facts.certificate.not_after;
  for (ProbeWarning& warning :
       CertificateWarnings(facts.certificate, request_.check, unix_seconds)) {
    const VerdictReason reason = ReasonFor(warning.kind);
    if (request_.check.tls_verify == redis::TlsVerify::kYes &&
        reason != VerdictReason::kOk && !result_) {
      Conclude(reason, warning.text);
      Leave();
      continue;
    }
    Warn(std::move(warning));
  }
  if (result_) return;
  if (begun_) {
    AfterTls();
    return;
  }
  begun_ = true;
  Begin();
}

void Dialogue::TlsFailed(std::string_view why) {
  // Later than the handshake it is as if the connection had broken.
  if (tls_ != Tls::kStands) tls_ = Tls::kHandshake;
  if (!result_) {
    const Missing missing = MissingNow();
    Conclude(missing.when_ended,
             tls_ == Tls::kHandshake || missing.what.empty()
                 ? std::string(why)
                 : absl::StrFormat("%s: no %s", why, missing.what));
  }
  Close();
}

void Dialogue::Receive(std::string_view bytes) {
  if (!closed_ && tls_ != Tls::kHandshake) Read(bytes);
}

void Dialogue::End(std::string_view error) {
  if (!result_) {
    const Missing missing = MissingNow();
    const std::string_view how = error.empty() ? "closed by the server" : error;
    Conclude(missing.when_ended,
             missing.what.empty()
                 ? std::string(error)
                 : absl::StrFormat("%s: no %s", how, missing.what));
  }
  Close();
}

void Dialogue::Expire() {
  if (!result_) {
    const Missing missing = MissingNow();
    Conclude(missing.when_expired,
             missing.what.empty()
                 ? std::string()
                 : absl::StrFormat("no %s in time", missing.what));
  }
  Close();
}

Dialogue::Missing Dialogue::MissingNow() const {
  if (tls_ != Tls::kHandshake) return Lacks();
  return {VerdictReason::kTlsFailed, VerdictReason::kTlsFailed, "handshake"};
}

void Dialogue::DataConnected(const absl::Status& status) {
  if (!result_) AfterData(status);
}

std::vector<DialogueAction> Dialogue::TakeActions() {
  return std::exchange(actions_, {});
}

void Dialogue::Say(std::string_view line, std::string_view shown) {
  Note(TraceKind::kSent, shown);
  Act({Kind::kSend, absl::StrFormat("%s\r\n", line), 0});
}

void Dialogue::Note(TraceKind kind, std::string_view line) const {
  if (trace_ != nullptr) trace_(kind, line);
}

void Dialogue::Act(DialogueAction action) {
  if (!closed_) actions_.push_back(std::move(action));
}

void Dialogue::StartTls() {
  tls_ = Tls::kHandshake;
  Act({Kind::kStartTls, "", 0});
}

void Dialogue::Close() {
  Act({Kind::kClose, "", 0});
  closed_ = true;
}

void Dialogue::Warn(ProbeWarning warning) {
  warning.text = Printable(warning.text, kMaxProbeText);
  (result_ ? result_->warnings : warnings_).push_back(std::move(warning));
}

void Dialogue::Conclude(VerdictReason reason, std::string_view text) {
  if (result_) return;
  result_ = ProbeResult{reason,
                        Printable(text, kMaxProbeText),
                        std::move(warnings_),
                        certificate_not_after_,
                        {}};
}

std::unique_ptr<Dialogue> MakeDialogue(const ProbeRequest& request,
                                       Trace trace) {
  if (redis::IsFtp(request.probe.kind)) {
    return std::make_unique<FtpDialogue>(request, std::move(trace));
  }
  if (redis::IsHttp(request.probe.kind)) {
    return std::make_unique<HttpDialogue>(request, std::move(trace));
  }
  return std::make_unique<TcpDialogue>(request, std::move(trace));
}

}  // namespace groupring::backend
