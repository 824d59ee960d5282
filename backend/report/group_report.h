// Groups as an operator sees them.
#ifndef GROUPRING_BACKEND_REPORT_GROUP_REPORT_H_
#define GROUPRING_BACKEND_REPORT_GROUP_REPORT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/report/colour.h"
#include "backend/report/group_shares.h"
#include "backend/report/list_part.h"
#include "backend/report/table.h"
#include "backend/snapshot/snapshot.h"
#include "redis/model/availability.h"
#include "redis/model/dataset.h"
#include "redis/model/measured.h"

namespace groupring::backend {

// A name that has the group. Weight 0: it is out of service there.
struct GroupMembership {
  std::string name;
  uint32_t weight = 0;
  uint32_t ring = kNoRing;
  std::optional<double> share = {};  // of the client space, now; when asked for
  std::optional<double> questions = {};  // of those counted; nothing: none were
};

// A ring that the group is on.
struct GroupOnRing {
  uint32_t ring = kNoRing;
  uint32_t weight = 0;
};

// An address or range that is not answered, whether or not the group has it.
struct DisabledAddress {
  redis::WithheldAddress entry;
  bool in_group = true;  // it is a member, or lies in one
};

struct GroupReport {
  std::string group;
  redis::GroupState state;
  redis::Intent intent;  // what the state comes to now
  // Never null.
  std::array<std::shared_ptr<const redis::AddressSet>, redis::kFamilies>
      addresses;
  // The last addresses that are known of a family that is empty now; null:
  // there are none.
  std::array<std::shared_ptr<const redis::AddressSet>, redis::kFamilies>
      last_good;
  std::vector<DisabledAddress> disabled;  // now; A first
  // Of each family, how many members are not answered because of that.
  std::array<size_t, redis::kFamilies> members_disabled{};
  // An operator left it in service, and health withholds all its addresses.
  bool is_down = false;

  std::vector<GroupOnRing> rings;
  size_t name_count = 0;
  uint32_t least_weight = 0;  // on any name
  uint32_t most_weight = 0;
  // Where its weight is 0: the first of these names, and how many there are.
  std::string weightless_name;
  size_t weightless_names = 0;
  // Sorted by name; those that were asked for.
  std::vector<GroupMembership> names;
  std::string next;  // what `after` is for more names; "": there are no more
  std::optional<redis::GroupLoad> load;  // nothing: nobody says
  int64_t unix_millis = 0;               // as of then; where it was asked for
};

// The groups that names of a snapshot refer to. The snapshot outlives it. Takes
// memory for each name of rings and for each group, but not for each of a
// group's names.
class GroupDirectory {
 public:
  // The snapshot outlives it.
  GroupDirectory(const Snapshot& snapshot, int64_t unix_millis);

  // Sorted by name; without their names.
  const std::vector<GroupReport>& groups() const { return groups_; }
  // Null: no name refers to it.
  const GroupReport* Find(std::string_view group) const;

  // The group with that part of its names, without shares.
  GroupReport WithNames(const GroupReport& group, const ListPart& part);

 private:
  using Names = std::vector<std::string_view>;

  // The first call looks at all names.
  std::vector<Names>& NamesOfRings();

  const Snapshot& snapshot_;
  std::vector<Names> names_of_ring_;  // empty before that
  std::vector<bool> is_sorted_;       // of each ring
  std::vector<GroupReport> groups_;
};

// Every group that some name refers to, sorted by name, without their names.
std::vector<GroupReport> ReportGroups(const Snapshot& snapshot,
                                      int64_t unix_millis);

// A group that is on no name.
GroupReport ReportIdleGroup(const redis::GroupData& group, int64_t unix_millis);

// "WEIGHT 0 on ftp.example.org and 2 more names": where it is out of service by
// its weight, whatever its state; "" when it is so nowhere.
std::string WeightlessWords(const GroupReport& group);

// "g1 DISABLED (by ana)", "g1 WEIGHT 0 on ftp.example.org": each way in which
// the group is not wholly in service. Empty when it is.
std::vector<std::string> OutWords(const GroupReport& group);

// "in service", "DRAINING 40%", "down": what the operator wants, or else that
// health withholds all of it.
Cell ServiceCell(const GroupReport& group);

// "g1 192.0.2.2 DISABLED (by ana)", "g1 3 addresses DISABLED: 192.0.2.2 …"; ""
// when none is.
std::string DisabledWords(const GroupReport& group);

// Those of a group at a time.
std::vector<DisabledAddress> DisabledOf(const redis::GroupData& group,
                                        int64_t unix_millis);

// One group, with a part of its names and its exact share of the clients of
// these, counted on at most this many of its rings (each takes some ten
// milliseconds). `measured` may be null. Nothing when
// no name refers to it.
std::optional<GroupReport> ReportGroup(
    const Snapshot& snapshot, std::string_view group, int64_t unix_millis,
    size_t max_counted_rings, const ListPart& names = {},
    const redis::Measured* measured = nullptr);

// A part of all groups, without their names.
struct GroupPage {
  std::vector<GroupReport> groups;
  size_t total = 0;  // of all groups
  std::string next;  // what to ask after for the next page; "" on the last
  // Shown where something has been measured.
  std::map<std::string, GroupShares> shares = {};
  int64_t unix_millis = 0;  // as of then
};
GroupPage ReportGroupPage(const GroupDirectory& directory,
                          const ListPart& part);

std::string GroupListText(const GroupPage& page,
                          Colours colours = Colours::kNone);
// So many names, addresses and so on of each group at most. A page that would
// be longer than `max_bytes` ends before, unless one group is.
std::string GroupListJson(GroupPage page, GroupDirectory* directory,
                          size_t most_of_each = SIZE_MAX,
                          size_t max_bytes = SIZE_MAX);
std::string GroupText(const GroupReport& group,
                      Colours colours = Colours::kNone,
                      size_t most_of_each = SIZE_MAX);
std::string GroupJson(const GroupReport& group, size_t most_of_each = SIZE_MAX);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_GROUP_REPORT_H_
