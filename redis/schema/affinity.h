// `groupring:affinity`: prefix → label, "203.0.113.0/24" → "customer-17" or
// "customer-17/4".
#ifndef GROUPRING_REDIS_SCHEMA_AFFINITY_H_
#define GROUPRING_REDIS_SCHEMA_AFFINITY_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "redis/model/affinity.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// Reads the name of a field: a network, or an address, which counts as a
// network of one. The label is left empty. An error says what to write instead.
absl::StatusOr<AffinityEntry> ParseAffinityPrefix(std::string_view text);

// Reads a value; white space around it is ignored.
absl::StatusOr<AffinityLabel> ParseAffinityLabel(std::string_view text);

// The value to write: "google", "google/4".
std::string AffinityValue(const AffinityLabel& label);

// Whether all of `inner` lies within `outer`, or is it.
bool Contains(const AffinityEntry& outer, const AffinityEntry& inner);

// Sorts the entries. Of several spellings of one network it keeps the one whose
// text sorts first; each of the others is a complaint. `complaints` may be
// null.
void ArrangeAffinity(AffinityList* entries, Complaints* complaints);

// `before` is what is in force, or null. It stays in force if `raw` could not
// be read, and for a single entry if its label makes no sense. Fields that are
// no networks are left out. Returns null when no entry is left, and `before`
// itself when nothing has changed.
std::shared_ptr<const AffinityEntries> ParseAffinity(
    const RawValue& raw, const std::shared_ptr<const AffinityEntries>& before,
    Complaints* complaints);

// Whether an entry is what stands in Redis: that field with that value.
bool IsWritten(const AffinityEntry& entry, std::string_view field,
               std::string_view value);

// The entries after these have been written, or these fields removed.
std::shared_ptr<const AffinityEntries> WithEntries(
    const std::shared_ptr<const AffinityEntries>& before,
    const AffinityList& entries);
std::shared_ptr<const AffinityEntries> WithoutFields(
    const std::shared_ptr<const AffinityEntries>& before,
    const std::vector<std::string>& fields);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_AFFINITY_H_
