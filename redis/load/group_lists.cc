#include "redis/load/group_lists.h"

#include <utility>

#include "absl/hash/hash.h"

namespace groupring::redis {

size_t GroupLists::Hash::operator()(
    const std::shared_ptr<const GroupList>& list) const {
  // Only finds objects in this process' memory; nothing is derived from it.
  size_t hash = absl::HashOf(list->size(), list->course.start);
  for (const WeightedGroup& group : *list) {
    hash = absl::HashOf(hash, group.name, group.weight);
  }
  return hash;
}

std::shared_ptr<const GroupList> GroupLists::Intern(GroupList list) {
  return *lists_.insert(std::make_shared<const GroupList>(std::move(list)))
              .first;
}

std::shared_ptr<const GroupList> GroupLists::Intern(
    const std::shared_ptr<const GroupList>& list) {
  return *lists_.insert(list).first;
}

std::shared_ptr<const GroupList> GroupLists::IfRemembered(
    const RawNameHead& head) const {
  const bool same = remembered_ != nullptr &&
                    head.groups == remembered_groups_ &&
                    head.weights == remembered_weights_;
  return same ? remembered_ : nullptr;
}

void GroupLists::Remember(const RawNameHead& head,
                          std::shared_ptr<const GroupList> list) {
  remembered_groups_ = head.groups;
  remembered_weights_ = head.weights;
  remembered_ = std::move(list);
}

void GroupLists::AddUser(const std::shared_ptr<const GroupList>& list) {
  if (users_of_list_[list.get()]++ > 0) return;
  for (const WeightedGroup& group : *list) ++users_of_group_[group.name];
}

void GroupLists::RemoveUser(const std::shared_ptr<const GroupList>& list) {
  const auto users = users_of_list_.find(list.get());
  if (users == users_of_list_.end() || --users->second > 0) return;
  users_of_list_.erase(users);
  for (const WeightedGroup& group : *list) {
    const auto lists = users_of_group_.find(group.name);
    if (--lists->second == 0) users_of_group_.erase(lists);
  }
}

void GroupLists::Prune() {
  remembered_ = nullptr;
  remembered_groups_ = {};
  remembered_weights_ = {};
  absl::erase_if(lists_, [](const std::shared_ptr<const GroupList>& list) {
    return list.use_count() == 1;
  });
}

}  // namespace groupring::redis
