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

// The order of AffinityEntries; entries of the same network compare equal.
bool AffinityBefore(const AffinityEntry& a, const AffinityEntry& b);

// Whether all of `inner` lies within `outer`, or is it.
bool Contains(const AffinityEntry& outer, const AffinityEntry& inner);

// Sorts the entries. Of several spellings of one network it keeps the one whose
// text sorts first; each of the others is a complaint. `complaints` may be
// null.
void ArrangeAffinity(AffinityEntries* entries, Complaints* complaints);

// `before` is what is in force, or null. It stays in force if `raw` could not
// be read, and for a single entry if its label makes no sense. Fields that are
// no networks are left out. Returns null when no entry is left, and `before`
// itself when nothing has changed.
std::shared_ptr<const AffinityEntries> ParseAffinity(
    const RawValue& raw, const std::shared_ptr<const AffinityEntries>& before,
    Complaints* complaints);

// The entries after these have been written, or these fields removed.
std::shared_ptr<const AffinityEntries> WithEntries(
    const std::shared_ptr<const AffinityEntries>& before,
    const AffinityEntries& entries);
std::shared_ptr<const AffinityEntries> WithoutFields(
    const std::shared_ptr<const AffinityEntries>& before,
    const std::vector<std::string>& fields);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_AFFINITY_H_
