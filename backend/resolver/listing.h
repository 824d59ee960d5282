// Whole zones: for AXFR, searches and zone lists.
#ifndef GROUPRING_BACKEND_RESOLVER_LISTING_H_
#define GROUPRING_BACKEND_RESOLVER_LISTING_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "backend/protocol/reply.h"
#include "backend/protocol/request.h"
#include "backend/snapshot/snapshot.h"

namespace groupring::backend {

// Limit of the records of a listed zone, and of a search. As JSON they take 50
// MB, in a process of PowerDNS 250 MB.
inline constexpr size_t kMostRecords = 500'000;

// `list`: every static record of the zone, and the sample of every dynamic name
// in it; false for a zone that is not ours, an error for one with more records
// than that. The request has the zone's name, or only its id.
void ListZone(const Snapshot& snapshot, const Request& request,
              int64_t unix_millis, Reply* reply,
              size_t most_records = kMostRecords);

// `searchRecords`: records whose owner or content matches a pattern in which
// `*` stands for any text and `?` for any character, up to the limit.
void SearchRecords(const Snapshot& snapshot, const Request& request,
                   int64_t unix_millis, Reply* reply);

// `getAllDomains`, `getDomainInfo`; only the second tells the serial, as the
// first is read in one piece by PowerDNS and its size counts.
void ListDomains(const Snapshot& snapshot, Reply* reply);
void DescribeDomain(const Snapshot& snapshot, const Request& request,
                    Reply* reply);

// `getAllDomainMetadata`, and `getDomainMetadata` for the kind that the request
// has: how PowerDNS is to sign a zone of ours, if it has keys for it. Nothing
// for other zones and kinds.
void DescribeMetadata(const Snapshot& snapshot, const Request& request,
                      Reply* reply);

// `getBeforeAndAfterNamesAbsolute`: the names of the zone before and behind
// one; false for a number that no zone of ours has.
void DescribeNeighbours(const Snapshot& snapshot, const Request& request,
                        Reply* reply);

// Whether `text` matches `pattern`, ASCII case aside.
bool MatchesPattern(std::string_view pattern, std::string_view text);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_RESOLVER_LISTING_H_
