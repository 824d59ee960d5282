#include "backend/health/server_words.h"

#include <initializer_list>
#include <string>
#include <string_view>

#include "redis/base/text.h"

namespace groupring::backend {
namespace {

bool HasAny(std::string_view text,
            std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (text.find(word) != text.npos) return true;
  }
  return false;
}

}  // namespace

Refusal RefusalOf(const FtpReply& reply) {
  const std::string text = ToLowerAscii(reply.Text());
  // ProFTPD under ftpshut: 421 to the session that is there, 500 to later ones.
  if (HasAny(text, {"shutting down", "shut down"})) {
    return Refusal::kShuttingDown;
  }
  // Pure-FTPd says 421 to USER without TLS, and when its -P makes no sense.
  if (HasAny(text, {"cleartext", "illegal forced ip"})) return Refusal::kOther;
  if (reply.code == 421) return Refusal::kBusy;
  // ProFTPD's MaxClients and MaxConnectionsPerHost: "530 Sorry, the maximum
  // number of connections (2) for your host are already connected."
  const bool counts = HasAny(text, {"maximum", "too many"});
  const bool of_clients =
      HasAny(text, {"connection", "connected", "client", "user", "session"});
  if (counts && of_clients) return Refusal::kBusy;
  // Pure-FTPd without a free passive port: "425 All reserved TCP ports are
  // busy".
  if (HasAny(text, {"ports are busy"})) return Refusal::kBusy;
  return Refusal::kOther;
}

}  // namespace groupring::backend
