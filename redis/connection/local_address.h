// Whether a server runs on this host.
#ifndef GROUPRING_REDIS_CONNECTION_LOCAL_ADDRESS_H_
#define GROUPRING_REDIS_CONNECTION_LOCAL_ADDRESS_H_

#include "redis/connection/endpoint.h"

namespace groupring::redis {

// A unix socket, "localhost", a loopback address, or one of an interface of
// ours. Other names are not looked up.
bool IsLocal(const Endpoint& endpoint);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_LOCAL_ADDRESS_H_
