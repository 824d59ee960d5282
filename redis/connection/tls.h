// Whether this build supports TLS.
#ifndef GROUPRING_REDIS_CONNECTION_TLS_H_
#define GROUPRING_REDIS_CONNECTION_TLS_H_

namespace groupring::redis {

// Whether hiredis had TLS when this was built.
bool HasTls();

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_TLS_H_
