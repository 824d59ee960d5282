// Makes names and groups of the dataset from what was read: functions over
// values.
#ifndef GROUPRING_REDIS_LOAD_BUILD_H_
#define GROUPRING_REDIS_LOAD_BUILD_H_

#include <memory>
#include <string>
#include <vector>

#include "redis/load/group_lists.h"
#include "redis/load/key_reader.h"
#include "redis/model/dataset.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

struct Findings {
  std::vector<std::string> keys;  // that were read
  Complaints complaints;          // about them
  // Those whose value could not be read. Redis does not announce a change of a
  // key that it refused to show.
  std::vector<std::string> unreadable;
  // A key is missing that held something the last time.
  bool vanished = false;
};

// The complaints about values that could not be read.
Complaints OfUnreadable(const Findings& findings);

// `before` is the name as of the last reading; null for a new one, of which
// all parts must have been read. Parts that were not read, and sets that have
// not changed, are those of `before`; `before` itself is returned when nothing
// has changed. Null when the name does not exist (any more). By razor's rules
// addresses make a name, so that its sets must have been read if its CONFIG
// was; those rules that concern several names (schema/razor_names.h) are still
// to be applied.
std::shared_ptr<const NameData> BuildName(
    const NameReading& reading, const std::shared_ptr<const NameData>& before,
    GroupLists* lists, Findings* findings, Schema schema = Schema::kGroupring);

// Likewise; never null: a group exists as long as some name refers to it.
std::shared_ptr<const GroupData> BuildGroup(
    const GroupReading& reading, const std::shared_ptr<const GroupData>& before,
    Findings* findings, Schema schema = Schema::kGroupring);

// Likewise; null when there are no entries.
std::shared_ptr<const AffinityEntries> BuildAffinity(
    const RawValue& raw, const std::shared_ptr<const AffinityEntries>& before,
    Findings* findings);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_LOAD_BUILD_H_
