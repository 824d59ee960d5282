// The remote backend's JSON: one object asks, one object answers.
//
//   {"method": "lookup", "parameters": {"qname": "www.example.org.", …}}
//   {"result":[{"qtype":"A","qname":"www.example.org.",…}]}
//
// Pure functions; any thread.
#ifndef GROUPRING_BACKEND_PROTOCOL_REMOTE_JSON_H_
#define GROUPRING_BACKEND_PROTOCOL_REMOTE_JSON_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "backend/protocol/reply.h"
#include "backend/protocol/request.h"

namespace groupring::backend {

// Arrays and objects within each other beyond which a text is refused.
inline constexpr int kMaxJsonDepth = 16;

// Reads a whole request into `request`, which is cleared first. Members that
// this backend has no use for are skipped. kInvalidArgument: not JSON, not
// UTF-8, nested too deep, or without a method.
absl::Status ParseRemoteJson(std::string_view text, Request* request);

// Reads only the object of parameters, adding to `request`.
absl::Status ParseRemoteJsonParameters(std::string_view text, Request* request);

// Appends the answer, without a newline. Whatever bytes the reply holds, the
// result is valid JSON: bytes that are no UTF-8 become U+FFFD.
void AppendRemoteJson(const Reply& reply, std::string* out);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_REMOTE_JSON_H_
