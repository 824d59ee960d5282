// A server's certificate, and what is wrong with it.
#ifndef GROUPRING_BACKEND_HEALTH_CERTIFICATE_H_
#define GROUPRING_BACKEND_HEALTH_CERTIFICATE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "backend/health/probe.h"
#include "redis/model/check.h"

namespace groupring::backend {

struct Certificate {
  std::string subject;     // "CN=ftp.example.org"; printable
  std::string issuer;      // likewise
  std::string names;       // "ftp.example.org, *.example.net"; likewise
  int64_t not_before = 0;  // unix seconds
  int64_t not_after = 0;   // unix seconds
  // For the name that was asked for; true when none was.
  bool fits_name = true;
  // Why it is not trusted ("self-signed certificate"), apart from its times and
  // name; "": a trusted authority vouches for it.
  std::string distrust;
};

// What a TLS handshake came to.
struct TlsFacts {
  std::string version;  // "TLSv1.3"
  std::string cipher;   // "TLS_AES_256_GCM_SHA384"
  Certificate certificate;
};

// "CN=ftp.example.org, issued by CN=R11, valid until 2027-03-01T…Z (93 days)".
std::string CertificateText(const Certificate& certificate,
                            int64_t unix_seconds);

// Everything that is wrong at that time, the gravest first.
std::vector<ProbeWarning> CertificateWarnings(const Certificate& certificate,
                                              const redis::CheckSettings& check,
                                              int64_t unix_seconds);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_CERTIFICATE_H_
