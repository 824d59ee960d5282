// The lists of groups that names use, each kept once.
#ifndef GROUPRING_REDIS_LOAD_GROUP_LISTS_H_
#define GROUPRING_REDIS_LOAD_GROUP_LISTS_H_

#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "redis/model/dataset.h"
#include "redis/schema/name_head.h"

namespace groupring::redis {

// Not thread-safe.
class GroupLists {
 public:
  // The one list equal to this one.
  std::shared_ptr<const GroupList> Intern(GroupList list);
  std::shared_ptr<const GroupList> Intern(
      const std::shared_ptr<const GroupList>& list);

  // The list that Remember was told of last, if these are the very texts that
  // it was made from; null otherwise. Thousands of names share long lists, and
  // to make sense of each again would be most of a start.
  std::shared_ptr<const GroupList> IfRemembered(const RawNameHead& head) const;

  // For a list whose texts were all well formed, until Prune.
  void Remember(const RawNameHead& head, std::shared_ptr<const GroupList> list);

  // A name uses (no longer uses) an interned list.
  void AddUser(const std::shared_ptr<const GroupList>& list);
  void RemoveUser(const std::shared_ptr<const GroupList>& list);

  // Whether any list in use has the group.
  bool HasGroup(const std::string& group) const {
    return users_of_group_.contains(group);
  }

  // Lets go of lists that nobody holds any more.
  void Prune();

 private:
  struct Hash {
    size_t operator()(const std::shared_ptr<const GroupList>& list) const;
  };
  struct Equal {
    bool operator()(const std::shared_ptr<const GroupList>& a,
                    const std::shared_ptr<const GroupList>& b) const {
      return *a == *b;
    }
  };

  absl::flat_hash_set<std::shared_ptr<const GroupList>, Hash, Equal> lists_;
  RawValue remembered_groups_;
  RawValue remembered_weights_;
  std::shared_ptr<const GroupList> remembered_;
  // How many names use a list, and how many lists in use have a group: a list
  // of a thousand groups counts once, however many names share it.
  absl::flat_hash_map<const GroupList*, size_t> users_of_list_;
  absl::flat_hash_map<std::string, size_t> users_of_group_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_LOAD_GROUP_LISTS_H_
