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

// A network as a field is written; an address is the network of itself. The
// label is left empty. The status says what is wrong and what to write.
absl::StatusOr<AffinityEntry> ParseAffinityPrefix(std::string_view text);

// A label as a value is written, surrounding white space off.
absl::StatusOr<AffinityLabel> ParseAffinityLabel(std::string_view text);

// The value: "google", "google/4".
std::string AffinityValue(const AffinityLabel& label);

// The order of AffinityEntries, in which networks that are the same are equal.
bool AffinityBefore(const AffinityEntry& a, const AffinityEntry& b);

// Whether all of `inner` lies within `outer`, or is it.
bool Contains(const AffinityEntry& outer, const AffinityEntry& inner);

// Sorts and takes out networks that stand there twice, in different spellings:
// that whose text sorts first stays. Complains of the others if told where.
void ArrangeAffinity(AffinityEntries* entries, Complaints* complaints);

// `before` is what is in force, null for nothing. It stays where `raw` could
// not be read; of an entry whose label makes no sense, so does what was in
// force for it. Entries that are no networks are left out. Null when there are
// none, `before` when nothing has changed.
std::shared_ptr<const AffinityEntries> ParseAffinity(
    const RawValue& raw, const std::shared_ptr<const AffinityEntries>& before,
    Complaints* complaints);

// What is read once the entries have been written, or the fields removed.
std::shared_ptr<const AffinityEntries> WithEntries(
    const std::shared_ptr<const AffinityEntries>& before,
    const AffinityEntries& entries);
std::shared_ptr<const AffinityEntries> WithoutFields(
    const std::shared_ptr<const AffinityEntries>& before,
    const std::vector<std::string>& fields);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_AFFINITY_H_
