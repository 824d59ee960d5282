// A copy of the data in which some names and groups are replaced.
#ifndef GROUPRING_BACKEND_CONTROL_EDIT_H_
#define GROUPRING_BACKEND_CONTROL_EDIT_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "redis/model/dataset.h"

namespace groupring::backend {

class DatasetEdit {
 public:
  explicit DatasetEdit(redis::Dataset before) : dataset_(std::move(before)) {}

  // The group or name to be changed: a copy of what there was, or a new one
  // with nothing in it. Valid until the next call for the same one.
  redis::GroupData& Group(const std::string& group);
  redis::NameData& Name(const std::string& name);
  void RemoveName(const std::string& name);

  const redis::Dataset& dataset() const { return dataset_; }
  const redis::DatasetChange& touched() const { return touched_; }

 private:
  redis::Dataset dataset_;
  redis::DatasetChange touched_;
};

// The set with members added and without others; ranges that parse alike are
// one.
std::shared_ptr<const redis::AddressSet> WithMembers(
    const redis::AddressSet& set, const std::vector<redis::AddressRange>& more);
std::shared_ptr<const redis::AddressSet> WithoutMembers(
    const redis::AddressSet& set, const std::vector<redis::AddressRange>& less);

// The member that parses as the same range, however it is spelled; null when
// there is none.
const redis::AddressRange* FindMember(const redis::AddressSet& set,
                                      const redis::AddressRange& range);

// Puts a set in place and keeps the last one that was not empty, as the store
// does.
template <typename Owner>
void ReplaceSet(size_t family,
                const std::shared_ptr<const redis::AddressSet>& set,
                Owner* owner) {
  if (!set->empty()) owner->last_good[family] = set;
  owner->addresses[family] = set;
}

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CONTROL_EDIT_H_
