// Networks that hash as one, in the state file.
#ifndef GROUPRING_BACKEND_STATE_AFFINITY_JSON_H_
#define GROUPRING_BACKEND_STATE_AFFINITY_JSON_H_

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "redis/model/affinity.h"

namespace groupring::backend {

// What differs between two versions: the member "affinity", as text, with the
// entries that are new or different (empty: there are none), and the fields
// that are gone.
struct AffinityDifferences {
  std::string written;
  std::vector<std::string> gone;
};

// Either may be null, which stands for no entries. Where `now` was made of
// `before` by a few edits, it costs what those are.
AffinityDifferences AffinityToJson(const redis::AffinityEntries* before,
                                   const redis::AffinityEntries* now);

// The entries after what a part of a state file of that format says; null when
// none are left. `before` is what the parts before it have said. Entries that
// make no sense are left out. Throws what nlohmann throws.
std::shared_ptr<const redis::AffinityEntries> AffinityFromJson(
    const nlohmann::json& root, int format,
    const std::shared_ptr<const redis::AffinityEntries>& before);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_STATE_AFFINITY_JSON_H_
