#include "redis/connection/tls.h"

#ifdef GROUPRING_HIREDIS_TLS
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_format.h"
#include "redis/base/errno_status.h"
#include "redis/base/status_macros.h"
#endif

namespace groupring::redis {

#ifndef GROUPRING_HIREDIS_TLS

bool HasTls() { return false; }

#else

namespace {

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;

// What OpenSSL says was wrong last, in this thread; empties its list.
std::string LastError() {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  std::string text = reason == nullptr ? "unknown error" : reason;
  ERR_clear_error();
  return text;
}

// What OpenSSL says of a file that is not there helps nobody.
absl::Status Unusable(const char* setting, const std::string& file) {
  const std::string reason = LastError();
  RETURN_IF_ERROR(
      access(file.c_str(), R_OK) == 0
          ? absl::OkStatus()
          : ErrnoStatus(errno, absl::StrFormat("%s %s", setting, file)));
  return absl::FailedPreconditionError(
      absl::StrFormat("%s %s: %s", setting, file, reason));
}

// A daemon has nobody to ask for the password of a key.
int NoPassword(char*, int, int, void*) { return 0; }

absl::Status LoadFiles(const Endpoint& endpoint, SSL_CTX* context) {
  const std::string& authorities = endpoint.tls_ca_file;
  if (authorities.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) != 1) {
      return absl::FailedPreconditionError("the system's authorities: " +
                                           LastError());
    }
  } else if (SSL_CTX_load_verify_file(context, authorities.c_str()) != 1) {
    return Unusable("tls_ca_file", authorities);
  }
  const std::string& certificate = endpoint.tls_cert_file;
  const std::string& key = endpoint.tls_key_file;
  if (certificate.empty() != key.empty()) {
    return absl::FailedPreconditionError(
        "tls_cert_file and tls_key_file belong together: set both or none");
  }
  if (certificate.empty()) return absl::OkStatus();
  if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1) {
    return Unusable("tls_cert_file", certificate);
  }
  SSL_CTX_set_default_passwd_cb(context, NoPassword);
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) !=
      1) {
    return Unusable("tls_key_file", key);
  }
  return absl::OkStatus();
}

const std::string& NameOf(const Endpoint& endpoint) {
  return endpoint.tls_server_name.empty() ? endpoint.host
                                          : endpoint.tls_server_name;
}

}  // namespace

bool HasTls() { return true; }

void FreeTls::operator()(ssl_st* session) const { SSL_free(session); }

absl::StatusOr<TlsSession> NewTlsSession(const Endpoint& endpoint) {
  ERR_clear_error();
  const Context context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) return absl::InternalError(LastError());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  RETURN_IF_ERROR(LoadFiles(endpoint, context.get()));
  TlsSession session(SSL_new(context.get()));
  if (session == nullptr) return absl::InternalError(LastError());
  const char* const name = NameOf(endpoint).c_str();
  // An address is looked for among the certificate's addresses, and is never
  // sent as a name (RFC 6066).
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session.get()), name) == 1) {
    return session;
  }
  ERR_clear_error();
  if (SSL_set1_host(session.get(), name) != 1 ||
      SSL_set_tlsext_host_name(session.get(), name) != 1) {
    return absl::InvalidArgumentError(
        absl::StrFormat("\"%s\" is no name for a certificate", name));
  }
  return session;
}

std::string WhyTlsFailed(const TlsSession& session, const Endpoint& endpoint,
                         const std::string& otherwise) {
  const long result = SSL_get_verify_result(session.get());
  const std::string reason = X509_verify_cert_error_string(result);
  switch (result) {
    case X509_V_OK:
      return otherwise;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return absl::StrFormat(
          "the server's certificate is not for %s; if it is the right server, "
          "set tls_server_name to a name that the certificate has",
          NameOf(endpoint));
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return absl::StrFormat(
          "the server's certificate is refused: %s, by the clock of this host",
          reason);
    default:
      return absl::StrFormat(
          "the server's certificate is refused: %s; tls_ca_file names the "
          "authorities that are trusted, else they are the system's",
          reason);
  }
}

#endif

}  // namespace groupring::redis
