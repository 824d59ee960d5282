#include "redis/schema/group_list_edit.h"

#include <algorithm>
#include <string_view>

namespace groupring::redis {

GroupList Edited(GroupList groups, const AddGroupToName& write) {
  const auto at = std::lower_bound(
      groups.begin(), groups.end(), write.group,
      [](const WeightedGroup& a, std::string_view b) { return a.name < b; });
  const uint32_t weight = write.weight.value_or(kDefaultWeight);
  if (at != groups.end() && at->name == write.group) {
    at->weight = weight;
  } else {
    groups.insert(at, {write.group, weight});
  }
  return groups;
}

GroupList Edited(GroupList groups, const RemoveGroupFromName& write) {
  std::erase_if(groups, [&](const WeightedGroup& member) {
    return member.name == write.group;
  });
  return groups;
}

GroupList Edited(GroupList groups, const SetWeight& write) {
  for (WeightedGroup& member : groups) {
    if (member.name == write.group) member.weight = write.weight;
  }
  return groups;
}

GroupList Edited(GroupList groups, const SetWeightCourse& write) {
  groups.course = write.course;
  for (WeightedGroup& member : groups) {
    for (const WeightedGroup& before : write.before) {
      if (member.name == before.name) member.weight_before = before.weight;
    }
  }
  return groups;
}

GroupList Edited(GroupList groups, const EndWeightCourse& write) {
  if (write.whole) groups.course = {};
  for (WeightedGroup& member : groups) {
    const bool is_meant = std::find(write.groups.begin(), write.groups.end(),
                                    member.name) != write.groups.end();
    if (write.whole || is_meant) member.weight_before = 0;
  }
  return groups;
}

}  // namespace groupring::redis
