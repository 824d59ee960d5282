// `RECORDS` of a zone's CONFIG: a JSON array of static records.
#ifndef GROUPRING_BACKEND_ZONES_STATIC_RECORDS_H_
#define GROUPRING_BACKEND_ZONES_STATIC_RECORDS_H_

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace groupring::backend {

// One record that is the same for every client.
struct StaticRecord {
  std::string owner;  // canonical, absolute
  std::string type;   // upper case
  std::string content;
  uint32_t ttl_seconds = 0;

  bool operator==(const StaticRecord&) const = default;
};

// Owner and type of a set of records (RFC 2181, 5).
using RecordSetName = std::pair<std::string, std::string>;

struct ParsedRecords {
  bool is_array = true;  // false: nothing of the text could be read
  std::vector<StaticRecord> records;
  // Sets of which an entry is malformed, as far as the entry says which.
  std::set<RecordSetName> faulty;
};

// Each entry is {"name": …, "type": …, "content": …, "ttl": …}:
//   name     relative to the zone ("www"), or absolute: with a trailing dot
//            or ending in the zone's name; missing, "" or "@" is the apex
//   type     as in DNS, any case; not SOA, which CONFIG gives
//   content  presentation format, priority inside; TXT with or without quotes
//   ttl      seconds; missing: default_ttl_seconds
// A malformed entry is left out, a text that is no array leaves out all; each
// with a line in *complaints.
ParsedRecords ParseStaticRecords(const std::string& json, std::string_view zone,
                                 uint32_t default_ttl_seconds,
                                 std::vector<std::string>* complaints);

// A text that ParseStaticRecords reads as these records.
std::string StaticRecordsJson(const std::vector<StaticRecord>& records);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ZONES_STATIC_RECORDS_H_
