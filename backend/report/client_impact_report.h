// Which clients a change moves, in words and as JSON.
#ifndef GROUPRING_BACKEND_REPORT_CLIENT_IMPACT_REPORT_H_
#define GROUPRING_BACKEND_REPORT_CLIENT_IMPACT_REPORT_H_

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "backend/change/client_impact.h"

namespace groupring::backend {

// "" where nobody was counted. `planned`: the change has not been made.
std::string ClientImpactText(const ClientImpact& impact, bool planned);

// null where nobody was counted.
nlohmann::ordered_json ClientImpactToJson(const ClientImpact& impact);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_CLIENT_IMPACT_REPORT_H_
