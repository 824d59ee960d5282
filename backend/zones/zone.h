// A zone: its SOA, its name servers and its static records.
#ifndef GROUPRING_BACKEND_ZONES_ZONE_H_
#define GROUPRING_BACKEND_ZONES_ZONE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/zones/static_records.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// Immutable once built.
struct Zone {
  std::string name;  // canonical
  int64_t id = 0;    // positive, unique among the zones of a snapshot
  uint32_t ttl_seconds = 0;
  // SOA and NS of the apex first, then RECORDS in their order.
  std::vector<StaticRecord> records;
  size_t first_of_records = 0;  // where RECORDS begin

  // SOA or RECORDS in Redis are malformed, at least in part, so those in force
  // before are served.
  bool of_before = false;
};

// The zone whose apex is `apex`; REQUIRES: apex.config.is_zone. `before` is the
// zone as it is in force, or null. A malformed SOA, RECORDS or record set is
// taken from `before`; if `before` does not have it, it is left out or has a
// default. A line for each in *complaints names the key and says what was
// expected.
Zone BuildZone(const redis::NameData& apex, const Zone* before,
               std::vector<std::string>* complaints);

// The config in force: with the SOA and RECORDS of `zone` in place of malformed
// ones. REQUIRES: the zone is of that config.
redis::NameConfig ConfigInForce(const redis::NameConfig& config,
                                const Zone& zone);

// For how long a resolver may remember that the zone has no records at a name
// (RFC 2308 §5).
uint32_t NegativeTtlSeconds(const Zone& zone);

// Content of a SOA record as PowerDNS reads it: seven fields, the names
// absolute. `text` may be as in a zone file, with parentheses and comments, and
// name the mailbox with "@". Nothing for any other text.
std::optional<std::string> ParseSoa(std::string_view text);

// Gives every zone an id that depends on its name alone unless two collide.
void AssignZoneIds(std::vector<Zone*> zones);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ZONES_ZONE_H_
