// What a process has counted as text, for the process that replaces it.
//
//   groupring-counts 1
//   query remote-json lookup answered 123
//   lookup ANY answered 123
//   client ecs 120
//   draw redis 120
//   failure refused 2
//   scope 24 123
//   answer A in_service 123
//   opened remote-json 4
//   refused remote-json too_many 1
//   closed remote-json peer_left 3
//   error http 2
//   latency remote-json 50 17
//   latency_nanos remote-json 650000
//   group A 41 px-1
//
// `latency` is followed by the upper bound of a bucket in microseconds, or by
// "more". A group's name comes last, with C escapes. What a version does not
// know, it leaves out.
#ifndef GROUPRING_BACKEND_ENGINE_COUNTS_TEXT_H_
#define GROUPRING_BACKEND_ENGINE_COUNTS_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "backend/resolver/query_counts.h"
#include "backend/snapshot/cache_holds.h"

namespace groupring::backend {

// `groups`: the groups' names by their numbers.
std::string EncodeCounts(const QueryCounts& counts,
                         const std::vector<std::string>& groups);

// Adds what the text says. Groups get their numbers from `holds`. Lines that
// cannot be read are left out.
void AddEncodedCounts(std::string_view text, CacheHolds* holds,
                      QueryCounts* counts);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ENGINE_COUNTS_TEXT_H_
