// Which clients a key of the ring stands for.
#ifndef GROUPRING_BACKEND_CLIENTS_ASKER_TEXT_H_
#define GROUPRING_BACKEND_CLIENTS_ASKER_TEXT_H_

#include <cstdint>
#include <string>

#include "redis/model/affinity.h"

namespace groupring::backend {

// "203.0.113.0/24", "label google": whose key it is.
// `entries` may be null.
std::string AskerText(uint64_t key, const redis::AffinityEntries* entries);

// The label of which it is a key; null: it is of none, or of one that has no
// entry any more.
const redis::AffinityLabel* LabelOfKey(uint64_t key,
                                       const redis::AffinityEntries* entries);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CLIENTS_ASKER_TEXT_H_
