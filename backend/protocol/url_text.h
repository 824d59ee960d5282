// Queries and forms of HTTP.
#ifndef GROUPRING_BACKEND_PROTOCOL_URL_TEXT_H_
#define GROUPRING_BACKEND_PROTOCOL_URL_TEXT_H_

#include <functional>
#include <string_view>

#include "redis/base/text.h"

namespace groupring::backend {

// Calls `field` with each decoded name and value of "a=1&b=2". false, with the
// calls so far made: one of them does not decode.
bool ForEachFormField(std::string_view form,
                      const std::function<void(std::string_view name,
                                               std::string_view value)>& field);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_URL_TEXT_H_
