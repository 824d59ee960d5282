// What differs between two versions of the networks that hash as one.
#ifndef GROUPRING_REDIS_MODEL_AFFINITY_DIFFERENCES_H_
#define GROUPRING_REDIS_MODEL_AFFINITY_DIFFERENCES_H_

#include "redis/model/affinity.h"

namespace groupring::redis {

// The edits that make `after` of `before`, each network once, in the order of
// AffinityBefore. Where both share a list it costs what differs from that list.
AffinityEdits DifferencesOf(const AffinityEntries& before,
                            const AffinityEntries& after);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_AFFINITY_DIFFERENCES_H_
