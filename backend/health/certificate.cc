#include "backend/health/certificate.h"

#include "absl/strings/str_format.h"
#include "redis/base/words.h"

namespace groupring::backend {
namespace {

constexpr int64_t kDay = 24 * 3600;

}  // namespace

std::string CertificateText(const Certificate& certificate,
                            int64_t unix_seconds) {
  const int64_t left = certificate.not_after - unix_seconds;
  return absl::StrFormat("%s, issued by %s, valid until %s (%s)",
                         certificate.subject, certificate.issuer,
                         UtcTime(certificate.not_after),
                         left < 0 ? "expired" : Counted(left / kDay, "day"));
}

std::vector<ProbeWarning> CertificateWarnings(const Certificate& certificate,
                                              const redis::CheckSettings& check,
                                              int64_t unix_seconds) {
  std::vector<ProbeWarning> warnings;
  const auto warn = [&](ProbeWarning::Kind kind, std::string text) {
    warnings.push_back({kind, std::move(text)});
  };
  const int64_t left = certificate.not_after - unix_seconds;
  if (left < 0) {
    warn(ProbeWarning::Kind::kCertificateExpired,
         "the certificate has expired on " + UtcTime(certificate.not_after));
  } else if (unix_seconds < certificate.not_before) {
    warn(ProbeWarning::Kind::kCertificateExpired,
         "the certificate is not valid before " +
             UtcTime(certificate.not_before));
  }
  if (!certificate.fits_name) {
    warn(ProbeWarning::Kind::kCertificateName,
         absl::StrFormat("the certificate is for %s, not for %s",
                         certificate.names.empty() ? certificate.subject
                                                   : certificate.names,
                         check.tls_name));
  }
  if (!certificate.distrust.empty()) {
    warn(ProbeWarning::Kind::kCertificateUntrusted,
         "the certificate is not trusted: " + certificate.distrust);
  }
  if (left >= 0 && left < int64_t{check.cert_days} * kDay) {
    warn(ProbeWarning::Kind::kCertificateExpiresSoon,
         absl::StrFormat("the certificate expires in %s, on %s",
                         Counted(left / kDay, "day"),
                         UtcTime(certificate.not_after)));
  }
  return warnings;
}

}  // namespace groupring::backend
