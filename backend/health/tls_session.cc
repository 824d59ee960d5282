#include "backend/health/tls_session.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <climits>
#include <ctime>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

constexpr size_t kMaxNameText = 120;

template <auto Function>
struct FreedBy {
  template <typename T>
  void operator()(T* object) const {
    Function(object);
  }
};
using OwnedContext = std::unique_ptr<SSL_CTX, FreedBy<SSL_CTX_free>>;
using OwnedSsl = std::unique_ptr<SSL, FreedBy<SSL_free>>;
using OwnedBio = std::unique_ptr<BIO, FreedBy<BIO_free>>;
using OwnedNames = std::unique_ptr<GENERAL_NAMES, FreedBy<GENERAL_NAMES_free>>;

// What OpenSSL says was wrong last, in this thread; empties its list.
std::string LastError() {
  const unsigned long code = ERR_peek_last_error();
  const char* const reason =
      code == 0 ? nullptr : ERR_reason_error_string(code);
  std::string text = reason == nullptr ? "TLS failed" : reason;
  if (ERR_GET_REASON(code) == SSL_R_WRONG_VERSION_NUMBER) {
    text += ": what is spoken there is not TLS";
  }
  if (ERR_GET_REASON(code) >= SSL_AD_REASON_OFFSET) {
    // An alert. Before its name stand versions of TLS that need not be the one
    // that is spoken, and that differ between versions of OpenSSL.
    const size_t at = text.find("alert ");
    if (at != std::string::npos) text.erase(0, at);
  }
  ERR_clear_error();
  return text;
}

std::string TakeAll(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text;
  if (size > 0) text.assign(data, static_cast<size_t>(size));
  BIO_reset(bio);
  return text;
}

std::string NameText(const X509_NAME* name) {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253);
  return Printable(TakeAll(bio.get()), kMaxNameText);
}

// The DNS names of the certificate, with commas between.
std::string AlternativeNames(X509* certificate) {
  const OwnedNames names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string text;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get());
       ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS) continue;
    const ASN1_IA5STRING* const dns = name->d.dNSName;
    if (!text.empty()) text += ", ";
    text.append(reinterpret_cast<const char*>(ASN1_STRING_get0_data(dns)),
                static_cast<size_t>(ASN1_STRING_length(dns)));
  }
  return Printable(text, kMaxNameText);
}

int64_t UnixSeconds(const ASN1_TIME* time) {
  tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  return timegm(&parts);
}

}  // namespace

struct TlsSession::Impl {
  OwnedSsl ssl;
  BIO* input = nullptr;   // the ssl's
  BIO* output = nullptr;  // the ssl's
  std::string name;
  State state = State::kHandshake;
  std::string error;
  std::string plain;
  TlsFacts facts;
  std::string distrust;  // the first thing that is wrong with the chain

  // Called for each fault of the chain. The handshake goes on all the same:
  // what the certificate is worth is decided afterwards.
  static int OnChainFault(int is_fine, X509_STORE_CTX* chain) {
    if (is_fine == 1) return 1;
    const int fault = X509_STORE_CTX_get_error(chain);
    const bool is_own = X509_STORE_CTX_get_error_depth(chain) == 0;
    const bool is_time = fault == X509_V_ERR_CERT_HAS_EXPIRED ||
                         fault == X509_V_ERR_CERT_NOT_YET_VALID;
    auto* const ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(
        chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* const impl = static_cast<Impl*>(SSL_get_app_data(ssl));
    // The times of the server's own certificate are among the facts.
    if ((is_own && is_time) || !impl->distrust.empty()) return 1;
    impl->distrust = X509_verify_cert_error_string(fault);
    if (!is_own) impl->distrust += " (of an issuer)";
    return 1;
  }

  void Fail() {
    state = State::kFailed;
    error = LastError();
  }

  void Shake() {
    ERR_clear_error();
    const int done = SSL_do_handshake(ssl.get());
    if (done != 1) {
      if (SSL_get_error(ssl.get(), done) != SSL_ERROR_WANT_READ) Fail();
      return;
    }
    state = State::kOpen;
    facts.version = SSL_get_version(ssl.get());
    facts.cipher = SSL_get_cipher_name(ssl.get());
    X509* const own = SSL_get0_peer_certificate(ssl.get());
    if (own == nullptr) return;
    Certificate& certificate = facts.certificate;
    certificate.subject = NameText(X509_get_subject_name(own));
    certificate.issuer = NameText(X509_get_issuer_name(own));
    certificate.names = AlternativeNames(own);
    certificate.not_before = UnixSeconds(X509_get0_notBefore(own));
    certificate.not_after = UnixSeconds(X509_get0_notAfter(own));
    certificate.fits_name =
        name.empty() ||
        X509_check_host(own, name.data(), name.size(), 0, nullptr) == 1;
    certificate.distrust = distrust;
  }

  void Read() {
    std::array<char, 4096> buffer;
    while (state == State::kOpen) {
      ERR_clear_error();
      const int size = SSL_read(ssl.get(), buffer.data(), buffer.size());
      if (size > 0) {
        plain.append(buffer.data(), static_cast<size_t>(size));
        continue;
      }
      switch (SSL_get_error(ssl.get(), size)) {
        case SSL_ERROR_WANT_READ:
          return;
        case SSL_ERROR_ZERO_RETURN:
          state = State::kEnded;
          return;
        default:
          Fail();
      }
    }
  }
};

TlsSession::TlsSession(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  SSL_set_app_data(impl_->ssl.get(), impl_.get());
  impl_->Shake();
}

TlsSession::~TlsSession() = default;

void TlsSession::Receive(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto size = static_cast<int>(std::min<size_t>(bytes.size(), INT_MAX));
    if (BIO_write(impl_->input, bytes.data(), size) != size) {
      impl_->Fail();
      return;
    }
    bytes.remove_prefix(static_cast<size_t>(size));
  }
  if (impl_->state == State::kHandshake) impl_->Shake();
  impl_->Read();
}

void TlsSession::Send(std::string_view plain) {
  if (impl_->state != State::kOpen || plain.empty()) return;
  ERR_clear_error();
  const int size =
      SSL_write(impl_->ssl.get(), plain.data(), static_cast<int>(plain.size()));
  if (size <= 0) impl_->Fail();
}

void TlsSession::Close() {
  if (impl_->state != State::kOpen && impl_->state != State::kEnded) return;
  ERR_clear_error();
  SSL_shutdown(impl_->ssl.get());
}

std::string TlsSession::TakeOutput() { return TakeAll(impl_->output); }

std::string TlsSession::TakePlain() { return std::exchange(impl_->plain, {}); }

TlsSession::State TlsSession::state() const { return impl_->state; }
const std::string& TlsSession::error() const { return impl_->error; }
const TlsFacts& TlsSession::facts() const { return impl_->facts; }

struct TlsContext::Impl {
  OwnedContext context;
};

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::~TlsContext() = default;

absl::StatusOr<std::unique_ptr<TlsContext>> TlsContext::Create(
    const std::string& ca_file) {
  ERR_clear_error();
  OwnedContext context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) return absl::InternalError(LastError());
  // Whether a server serves its clients is asked, not whether it serves them
  // well: a handshake must not fail because old versions or weak keys are
  // against a policy of this host.
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF |
                                         SSL_OP_LEGACY_SERVER_CONNECT);
  // Thousands of connections that are idle most of the time.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  const int trusted =
      ca_file.empty()
          ? SSL_CTX_set_default_verify_paths(context.get())
          : SSL_CTX_load_verify_file(context.get(), ca_file.c_str());
  if (trusted != 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: no certificates of authorities in PEM can be read: %s",
        ca_file.empty() ? "the system's store" : ca_file, LastError()));
  }
  auto impl = std::make_unique<Impl>();
  impl->context = std::move(context);
  return std::unique_ptr<TlsContext>(new TlsContext(std::move(impl)));
}

std::unique_ptr<TlsSession> TlsContext::NewSession(const std::string& name,
                                                   int64_t unix_seconds) const {
  auto impl = std::make_unique<TlsSession::Impl>();
  SSL* const ssl = SSL_new(impl_->context.get());
  impl->ssl.reset(ssl);
  impl->input = BIO_new(BIO_s_mem());
  impl->output = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl, impl->input, impl->output);
  SSL_set_connect_state(ssl);
  SSL_set_verify(ssl, SSL_VERIFY_NONE, &TlsSession::Impl::OnChainFault);
  X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl),
                             static_cast<time_t>(unix_seconds));
  if (!name.empty()) SSL_set_tlsext_host_name(ssl, name.c_str());
  impl->name = name;
  return std::unique_ptr<TlsSession>(new TlsSession(std::move(impl)));
}

}  // namespace groupring::backend
