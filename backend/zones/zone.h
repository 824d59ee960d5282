// A zone: its SOA, its name servers and its static records.
#ifndef GROUPRING_BACKEND_ZONES_ZONE_H_
#define GROUPRING_BACKEND_ZONES_ZONE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "redis/model/dataset.h"

namespace groupring::backend {

// One record that is the same for every client.
struct StaticRecord {
  std::string owner;  // canonical, absolute
  std::string type;   // upper case
  std::string content;
  uint32_t ttl_seconds = 0;
};

// Immutable once built.
struct Zone {
  std::string name;  // canonical
  int64_t id = 0;    // positive, unique among the zones of a snapshot
  uint32_t ttl_seconds = 0;
  // SOA and NS of the apex first, then RECORDS in their order.
  std::vector<StaticRecord> records;
};

// The zone whose apex is `apex`; REQUIRES: apex.config.is_zone. What is
// malformed is left out or replaced by a default, with a line for each in
// *complaints that names the key and says what was expected.
Zone BuildZone(const redis::NameData& apex,
               std::vector<std::string>* complaints);

// The SOA content PowerDNS accepts: all seven fields, the names absolute. A
// default of sound timers stands in for what `text` lacks; *well_formed says
// whether it lacked anything.
std::string SoaContent(std::string_view text, std::string_view zone,
                       std::string_view first_ns, bool* well_formed);

// Gives every zone an id that depends on its name alone unless two collide.
void AssignZoneIds(std::vector<Zone*> zones);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ZONES_ZONE_H_
