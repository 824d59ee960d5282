// What a change has written to `groupring:affinity`, as the audit tells nodes.
#ifndef GROUPRING_REDIS_SCHEMA_AFFINITY_EDITS_H_
#define GROUPRING_REDIS_SCHEMA_AFFINITY_EDITS_H_

#include <cstddef>
#include <optional>
#include <string>

#include "redis/model/affinity.h"
#include "redis/schema/write_batch.h"

namespace groupring::redis {

// Of more entries than this an audit entry says only that there are many.
inline constexpr size_t kMostEditsTold = 256;

// "203.0.113.0/24=customer-17 198.51.100.0/24=", fields with their values,
// which are empty for those that were removed; "*" for many; "" for none.
std::string AffinityEditsText(const WriteBatch& batch);

// Nothing for "*" and what makes no sense.
std::optional<AffinityEdits> ParseAffinityEdits(const std::string& text);

// The entries after these edits of fields, one by one. Nothing when only all
// fields of Redis can say what counts: when an edit is of a network that is in
// force by another field, or removes a field that is not in force.
std::optional<AffinityEntries> Edited(const AffinityEntries& before,
                                      const AffinityEdits& edits);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_AFFINITY_EDITS_H_
