// The header of the PROXY protocol, which tells a server behind a proxy whose
// connection it is.
#ifndef GROUPRING_BACKEND_HEALTH_PROXY_HEADER_H_
#define GROUPRING_BACKEND_HEALTH_PROXY_HEADER_H_

#include <string>

#include "backend/health/endpoint.h"
#include "redis/model/check.h"

namespace groupring::backend {

// The bytes that go before everything else, TLS too; "" when it is off. Says
// the truth: a connection from `source`, which is ours, to `destination`. Both
// are of one family.
std::string ProxyHeaderBytes(redis::ProxyHeader header,
                             const AddressAndPort& source,
                             const AddressAndPort& destination);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_PROXY_HEADER_H_
