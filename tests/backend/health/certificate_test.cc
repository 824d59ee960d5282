#include "backend/health/certificate.h"

#include "tests/backend/health/dialogue_script.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

constexpr int64_t kDay = 24 * 3600;

std::vector<std::string> Warnings(const Certificate& certificate,
                                  const redis::CheckSettings& check = {}) {
  std::vector<std::string> texts;
  for (const ProbeWarning& warning :
       CertificateWarnings(certificate, check, kProbeTime)) {
    texts.push_back(warning.text);
  }
  return texts;
}

TEST_CASE("a certificate in order is worth no warning") {
  CHECK(Warnings(SoundFacts().certificate).empty());
}

TEST_CASE("days left are counted, and warned of below CERT_DAYS") {
  Certificate certificate = SoundFacts().certificate;
  certificate.not_after = kProbeTime + 14 * kDay;
  CHECK(Warnings(certificate).empty());
  certificate.not_after -= 1;
  CHECK(Warnings(certificate) ==
        std::vector<std::string>{"the certificate expires in 13 days, on "
                                 "2023-11-28T22:13:19Z"});
  redis::CheckSettings check;
  check.cert_days = 0;
  CHECK(Warnings(certificate, check).empty());
}

TEST_CASE("everything that is wrong is said, the gravest first") {
  Certificate certificate = SoundFacts().certificate;
  certificate.not_after = kProbeTime - 1;
  certificate.fits_name = false;
  certificate.names = "a.example.org, b.example.org";
  certificate.distrust = "self-signed certificate";
  redis::CheckSettings check;
  check.tls_name = "ftp.example.org";
  CHECK(Warnings(certificate, check) ==
        std::vector<std::string>{
            "the certificate has expired on 2023-11-14T22:13:19Z",
            "the certificate is for a.example.org, b.example.org, not for "
            "ftp.example.org",
            "the certificate is not trusted: self-signed certificate"});
}

TEST_CASE("a certificate that is not valid yet is as good as expired") {
  Certificate certificate = SoundFacts().certificate;
  certificate.not_before = kProbeTime + 1;
  const auto warnings = CertificateWarnings(certificate, {}, kProbeTime);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].kind == ProbeWarning::Kind::kCertificateExpired);
  CHECK(warnings[0].text ==
        "the certificate is not valid before 2023-11-14T22:13:21Z");
}

TEST_CASE("a certificate is described in one line") {
  CHECK(CertificateText(SoundFacts().certificate, kProbeTime) ==
        "CN=ftp.example.org, issued by CN=Authority, valid until "
        "2024-02-12T22:13:20Z (90 days)");
  CHECK(CertificateText(SoundFacts().certificate, kProbeTime + 100 * kDay) ==
        "CN=ftp.example.org, issued by CN=Authority, valid until "
        "2024-02-12T22:13:20Z (expired)");
}

}  // namespace
}  // namespace groupring::backend
