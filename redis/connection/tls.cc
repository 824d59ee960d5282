#include "redis/connection/tls.h"

namespace groupring::redis {

bool HasTls() {
#ifdef GROUPRING_HIREDIS_TLS
  return true;
#else
  return false;
#endif
}

}  // namespace groupring::redis
