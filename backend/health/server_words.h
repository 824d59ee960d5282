// What FTP servers mean when they refuse. RFC 959 has one code, 421, for all
// reasons to stop; servers use it for some of them, and other codes as well.
#ifndef GROUPRING_BACKEND_HEALTH_SERVER_WORDS_H_
#define GROUPRING_BACKEND_HEALTH_SERVER_WORDS_H_

#include "backend/health/ftp_reply.h"

namespace groupring::backend {

enum class Refusal {
  kBusy,          // it serves as many as it may
  kShuttingDown,  // it is about to stop
  kOther,
};

// Of a reply of 400 and above, to any command or as the greeting.
Refusal RefusalOf(const FtpReply& reply);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_SERVER_WORDS_H_
