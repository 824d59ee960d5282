// Groups as an operator sees them.
#ifndef GROUPRING_BACKEND_REPORT_GROUP_REPORT_H_
#define GROUPRING_BACKEND_REPORT_GROUP_REPORT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/report/colour.h"
#include "backend/report/table.h"
#include "backend/snapshot/snapshot.h"
#include "redis/model/availability.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// A name that has the group. Weight 0: it is out of service there.
struct GroupMembership {
  std::string name;
  uint32_t weight = 0;
  std::optional<double> share;  // of the client space, now; when asked for
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
  std::array<std::vector<std::string>, redis::kFamilies> addresses;
  // The last addresses that are known of a family that is empty now.
  std::array<std::vector<std::string>, redis::kFamilies> last_good;
  std::vector<DisabledAddress> disabled;  // now; A first
  // Of each family, how many members are not answered because of that.
  std::array<size_t, redis::kFamilies> members_disabled{};
  // An operator left it in service, and health withholds all its addresses.
  bool is_down = false;
  std::vector<GroupMembership> names;  // sorted by name
};

// Every group that some name refers to, sorted by name, without shares.
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

// One group, with its exact share of the clients of its names, counted on so
// many of its rings at most (each takes some ten milliseconds). Nothing when
// no name refers to it.
std::optional<GroupReport> ReportGroup(const Snapshot& snapshot,
                                       std::string_view group,
                                       int64_t unix_millis,
                                       size_t max_counted_rings);

std::string GroupListText(const std::vector<GroupReport>& groups,
                          Colours colours = Colours::kNone);
std::string GroupListJson(const std::vector<GroupReport>& groups);
std::string GroupText(const GroupReport& group,
                      Colours colours = Colours::kNone);
std::string GroupJson(const GroupReport& group);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_GROUP_REPORT_H_
