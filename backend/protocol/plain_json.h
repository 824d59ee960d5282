// A reader for the plain requests that PowerDNS writes all the time, several
// times faster than a general JSON parser.
#ifndef GROUPRING_BACKEND_PROTOCOL_PLAIN_JSON_H_
#define GROUPRING_BACKEND_PROTOCOL_PLAIN_JSON_H_

#include <string_view>

#include "backend/protocol/request.h"

namespace groupring::backend {

// Reads {"method": "…", "parameters": {…}} where every parameter is an ASCII
// string without escapes, an integer or a boolean. true: `request`, which has
// been cleared before, is what a general parser would make of it. false: it is
// another request, or not a request; `request` may be filled in part.
bool ReadPlainRequest(std::string_view json, Request* request);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_PLAIN_JSON_H_
