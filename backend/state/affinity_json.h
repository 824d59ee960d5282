// Networks that hash as one, in the state file.
#ifndef GROUPRING_BACKEND_STATE_AFFINITY_JSON_H_
#define GROUPRING_BACKEND_STATE_AFFINITY_JSON_H_

#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "redis/model/affinity.h"

namespace groupring::backend {

// Adds the member "affinity" to the object; nothing for null.
void PutAffinity(const redis::AffinityEntries* entries, nlohmann::json* root);

// Null when there is no such member. Entries that make no sense are left out.
// Throws what nlohmann throws.
std::shared_ptr<const redis::AffinityEntries> AffinityFromJson(
    const nlohmann::json& root);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_STATE_AFFINITY_JSON_H_
