// What writes to `<name>:GROUPS` and `<name>:WEIGHTS` make of a list of groups.
#ifndef GROUPRING_REDIS_SCHEMA_GROUP_LIST_EDIT_H_
#define GROUPRING_REDIS_SCHEMA_GROUP_LIST_EDIT_H_

#include "redis/model/dataset.h"
#include "redis/schema/write_batch.h"

namespace groupring::redis {

// The list after the write, which is about its name. Groups that it does not
// have are passed over.
GroupList Edited(GroupList groups, const AddGroupToName& write);
GroupList Edited(GroupList groups, const RemoveGroupFromName& write);
GroupList Edited(GroupList groups, const SetWeight& write);
GroupList Edited(GroupList groups, const SetWeightCourse& write);
GroupList Edited(GroupList groups, const EndWeightCourse& write);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_GROUP_LIST_EDIT_H_
