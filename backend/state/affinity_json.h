// Networks that hash as one, in the state file.
#ifndef GROUPRING_BACKEND_STATE_AFFINITY_JSON_H_
#define GROUPRING_BACKEND_STATE_AFFINITY_JSON_H_

#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "redis/model/affinity.h"

namespace groupring::backend {

// The member "affinity" of a state file; null for null.
nlohmann::json AffinityToJson(const redis::AffinityEntries* entries);

// Null when there is no such member. Entries that make no sense are left out.
// Throws what nlohmann throws.
std::shared_ptr<const redis::AffinityEntries> AffinityFromJson(
    const nlohmann::json& root);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_STATE_AFFINITY_JSON_H_
