// Which owner names exist, and what stands at each: dynamic names, apexes,
// static records and the empty non-terminals between them.
#ifndef GROUPRING_BACKEND_SNAPSHOT_OWNER_INDEX_H_
#define GROUPRING_BACKEND_SNAPSHOT_OWNER_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "backend/snapshot/complaint_book.h"
#include "backend/snapshot/snapshot.h"
#include "redis/base/name_map.h"

namespace groupring::backend {

// Sorted by name.
using Zones = std::vector<std::shared_ptr<const Zone>>;

// The zone that encloses the name most closely, itself included; null when
// none does.
std::shared_ptr<const Zone> EnclosingZone(const Zones& zones,
                                          std::string_view name);

// The owners of one set of zones, to which dynamic names come and from which
// they go. A name costs what it changes: itself and the empty non-terminals
// above it. Static records that a dynamic name displaces (an address or CNAME
// of the same owner) are left out with a complaint, and so are those of a zone
// below. Name servers of a zone that lie in it and have no address there: a
// complaint of kNameServer. Not thread-safe.
class OwnerIndex {
 public:
  // `complaints` outlives it.
  explicit OwnerIndex(ComplaintBook* complaints) : complaints_(complaints) {}

  // Starts over with these zones, and without dynamic names.
  void Reset(const Zones& zones);

  // A zone of that name takes the place of the one before. Costs a look at each
  // owner, and what the zone has. Earlier owners refer to the zone before.
  void ReplaceZone(const std::shared_ptr<const Zone>& zone);

  // The dynamic names that the zone encloses most closely. Costs a look at each
  // owner.
  std::vector<OwnerMap::Pointer> DynamicNamesOf(std::string_view zone) const;

  // What the name answers dynamically from now on, and what Redis holds for it;
  // both null: nothing. During a load (`check_servers` false) name servers are
  // checked once for all, at its end.
  void SetDynamic(const std::string& name,
                  std::shared_ptr<const DynamicName> dynamic,
                  std::shared_ptr<const redis::NameData> data,
                  bool check_servers = true);
  void CheckAllNameServers();

  const OwnerMap& owners() const { return owners_; }

 private:
  using Records = OwnerRecords::List;

  void AddRecords(const std::shared_ptr<const Zone>& zone);
  void DropRecords(const std::shared_ptr<const Zone>& zone);
  void AddOwnerOf(const std::string& name, const Records& records);
  std::shared_ptr<Owner> NewOwner(std::string_view name,
                                  const Zone* zone) const;
  Authority AuthorityAt(std::string_view name, const Zone* zone) const;
  // Those that stand beside what is dynamic there.
  Records RecordsAt(std::string_view name, const Zone* zone, bool has_dynamic);
  // The zone of the names above; null also where nothing is to be above.
  const Zone* ZoneAbove(const Owner& owner, bool* nothing) const;
  void AddAbove(const Owner& owner);
  void Remove(const Owner& owner);
  void CheckNameServers(const Zone& zone);

  ComplaintBook* const complaints_;
  Zones zones_;
  OwnerMap owners_;
  NameMap<Records> static_;
  // Names at which a zone delegates what is below them.
  absl::flat_hash_set<std::string, NameHash, std::equal_to<>> delegations_;
  // How many owners stand right below a name, where there are any.
  NameMap<uint32_t> below_;
  // By zone: its name servers that lie in it.
  absl::flat_hash_map<const Zone*, std::vector<std::string>> servers_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_OWNER_INDEX_H_
