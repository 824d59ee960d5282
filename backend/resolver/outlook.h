// Whether a name answers, for every family and every client.
//
// The only place that decides it: `status`, `/readyz`, `doctor` and the log
// report its findings. Pure.
#ifndef GROUPRING_BACKEND_RESOLVER_OUTLOOK_H_
#define GROUPRING_BACKEND_RESOLVER_OUTLOOK_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "backend/snapshot/snapshot.h"
#include "redis/model/availability.h"

namespace groupring::backend {

enum class FamilyOutlook : uint8_t {
  kAbsent,     // there is no address of it and never was
  kSkipped,    // there is one, but skip lists cover all
  kFallback,   // for every client: nothing is in service
  kSometimes,  // in service for some: others have their slot taken by ramps
  kInService,
};

enum class NameOutlook : uint8_t {
  kFails,           // SERVFAIL for every client
  kNoRecords,       // no records for every client: ON_EMPTY is nodata
  kFailsSometimes,  // SERVFAIL for those whose slot ramps have taken
  kLeavesOut,       // likewise of one family; the other is answered
  kFallsBack,       // a family is answered from what is out of service
  kInService,
};

// What takes groups, or their addresses, out of service: what an operator has
// to undo, or to repair.
struct TakenOutBy {
  bool operator_state = false;      // disabled, drained or of weight 0
  bool disabled_addresses = false;  // `address disable`
  bool health = false;              // checkers say that the addresses are down

  bool operator==(const TakenOutBy&) const = default;
};

struct Outlook {
  NameOutlook name = NameOutlook::kFails;
  std::array<FamilyOutlook, redis::kFamilies> families{};
  // The best that any group (or the name's own set) offers. kFailOpen: last
  // known good addresses. kLastResort: all that have an address are disabled,
  // drained or of weight 0.
  std::array<redis::Service, redis::kFamilies> best{};
  // Of the groups that have an address of that family and are not in service.
  // Not filled in for a family that is in service.
  std::array<TakenOutBy, redis::kFamilies> taken_out_by{};

  bool operator==(const Outlook&) const = default;
};

Outlook OutlookOf(const Snapshot& snapshot, const DynamicName& name,
                  int64_t unix_millis);

// Whether the family is left out of every answer, for all clients: ON_EMPTY is
// nodata, and of all its addresses none is in service for any client. It must
// never depend on the client, because PowerDNS caches the missing family for
// all clients.
bool LeavesOut(const Snapshot& snapshot, const DynamicName& name, size_t family,
               int64_t unix_millis);

// Whether the name needs no report: every family that it has is answered from
// what is in service.
bool IsPlain(const Outlook& outlook);

// Calls `visit` with the outlook that this many names share, for all names, in
// no order. Costs one look for each class of names.
void ForEachOutlook(
    const Snapshot& snapshot, int64_t unix_millis,
    const std::function<void(size_t names, const Outlook& outlook)>& visit);

// Calls `visit` with each dynamic name whose outlook is not plain, in no order.
// If all are plain, no name is looked at.
void ForEachTrouble(const Snapshot& snapshot, int64_t unix_millis,
                    const std::function<void(const Owner& owner,
                                             const Outlook& outlook)>& visit);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_RESOLVER_OUTLOOK_H_
