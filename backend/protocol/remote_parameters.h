// The parameters of the remote backend's methods by name, for both of its
// codecs: JSON members on the one side, URL parts and headers on the other.
#ifndef GROUPRING_BACKEND_PROTOCOL_REMOTE_PARAMETERS_H_
#define GROUPRING_BACKEND_PROTOCOL_REMOTE_PARAMETERS_H_

#include <cstdint>
#include <string_view>

#include "backend/protocol/request.h"

namespace groupring::backend {

enum class Parameter {
  kOther,  // of no use to this backend, or not known at all
  kQname,
  kQtype,
  kZoneId,
  kRemote,
  kRealRemote,
  kZone,
  kKind,
  kText,
  kLimit,
};

// Case, '-' and '_' make no difference: "zone-id" is sent, "zone_id"
// documented, and HTTP headers say "Zone-Id".
Parameter ParameterFromName(std::string_view name);

// Stores a value. Numbers may come as text; what is no number then, or makes
// no sense for the parameter, is ignored as if it had not been sent.
void SetParameter(Parameter parameter, std::string_view text, Request* request);
void SetParameter(Parameter parameter, int64_t number, Request* request);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_REMOTE_PARAMETERS_H_
