// `RECORDS` of a zone's CONFIG: a JSON array of static records.
#ifndef GROUPRING_BACKEND_ZONES_STATIC_RECORDS_H_
#define GROUPRING_BACKEND_ZONES_STATIC_RECORDS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backend/zones/zone.h"

namespace groupring::backend {

// Each entry is {"name": …, "type": …, "content": …, "ttl": …}:
//   name     relative to the zone ("www"), or absolute: with a trailing dot
//            or ending in the zone's name; missing, "" or "@" is the apex
//   type     as in DNS, any case; not SOA, which CONFIG gives
//   content  presentation format, priority inside; TXT with or without quotes
//   ttl      seconds; missing: default_ttl_seconds
// A malformed entry is left out, a text that is no array leaves out all; each
// with a line in *complaints.
std::vector<StaticRecord> ParseStaticRecords(
    const std::string& json, std::string_view zone,
    uint32_t default_ttl_seconds, std::vector<std::string>* complaints);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ZONES_STATIC_RECORDS_H_
