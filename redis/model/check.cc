#include "redis/model/check.h"

namespace groupring::redis {

uint16_t DefaultPort(ProbeKind kind) {
  switch (kind) {
    case ProbeKind::kTcp:
    case ProbeKind::kFtp:
    case ProbeKind::kFtps:
      return 21;
    case ProbeKind::kFtpsImplicit:
      return 990;
    case ProbeKind::kHttp:
      return 80;
    case ProbeKind::kHttps:
      return 443;
    case ProbeKind::kHeartbeat:
      return 0;
  }
  return 0;
}

std::vector<NumberRange> SuccessCodes() { return {NumberRange{200, 399}}; }

}  // namespace groupring::redis
