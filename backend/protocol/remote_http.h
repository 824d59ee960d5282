// The remote backend's HTTP connector, in its three forms:
//
//   GET  /dns/lookup/www%2eexample%2eorg%2e/ANY     (X-Remotebackend-* headers)
//   POST /dns/lookup    parameters=<JSON, URL-encoded>       (post=1)
//   POST /dns           {"method": …, "parameters": {…}} (post=1,post_json=1)
//
#ifndef GROUPRING_BACKEND_PROTOCOL_REMOTE_HTTP_H_
#define GROUPRING_BACKEND_PROTOCOL_REMOTE_HTTP_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "backend/protocol/handler.h"
#include "backend/protocol/http_message.h"
#include "backend/protocol/reply.h"
#include "backend/protocol/request.h"

namespace groupring::backend {

inline constexpr std::string_view kRemoteHttpBase = "/dns";

// Whether the path (still encoded) is the base path or below it.
bool IsRemoteHttpPath(std::string_view path);

// Reads a request with such a path into `request`, which is cleared first.
// kInvalidArgument: encoding or body broken, or no method.
absl::Status ParseRemoteHttp(const HttpRequest& http, Request* request);

// The status is 503 for an error, which PowerDNS turns into SERVFAIL, and 200
// for all else; why it is not 200 is left in `fault`.
HttpResponse RemoteHttpResponse(const Reply& reply, std::string* fault);

// Asks the handler of `exchange`. As RemoteHttpResponse; the status is 400 for
// a request that cannot be read.
HttpResponse AnswerRemoteHttp(const HttpRequest& http, Exchange* exchange,
                              std::string* fault);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_REMOTE_HTTP_H_
