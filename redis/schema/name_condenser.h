// Of names that nothing tells apart, one that stands for all.
#ifndef GROUPRING_REDIS_SCHEMA_NAME_CONDENSER_H_
#define GROUPRING_REDIS_SCHEMA_NAME_CONDENSER_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "redis/model/dataset.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// By name: for how many further names it stands.
using AlikeNames = absl::flat_hash_map<std::string, size_t>;

// For how many names this one stands, itself included.
inline size_t CountOf(const AlikeNames& alike, const std::string& name) {
  const auto found = alike.find(name);
  return found == alike.end() ? 1 : 1 + found->second;
}

// All names of a dataset, condensed.
struct CondensedNames {
  std::vector<std::shared_ptr<const NameData>> names;
  AlikeNames alike;
  Complaints complaints = {};  // about the keys of all names
  // NodeIdentity::instance of the process that tells this; empty: nobody does.
  std::string instance = {};
};

// Two names are alike if they are in the same parent domain, have the same
// CONFIG, groups with weights and skip lists, and nothing of their own: a zone,
// static records, addresses and a wildcard stay by themselves. So whatever
// happens to groups, or to the parent domain, happens to both.
bool StaysAlone(const NameData& name);

// Whether names that do not stay alone are alike, as the functions of a hash
// map. REQUIRES: names with equal lists of groups share one list.
struct AlikeHash {
  size_t operator()(const std::shared_ptr<const NameData>& name) const;
};
struct AreAlike {
  bool operator()(const std::shared_ptr<const NameData>& a,
                  const std::shared_ptr<const NameData>& b) const;
};

// Takes memory for the names that it keeps, not for those that were added. Not
// thread-safe.
class NameCondenser {
 public:
  // REQUIRES: names with equal lists of groups share one list.
  void Add(std::shared_ptr<const NameData> name);

  // The name, which was added, stands for itself from now on. At most once for
  // each name.
  void TakeOut(const std::shared_ptr<const NameData>& name);

  // The names that would be kept if these were all.
  size_t kept() const { return alone_.size() + classes_.size(); }
  // Those that stay by themselves.
  const std::vector<std::shared_ptr<const NameData>>& alone() const {
    return alone_;
  }

  // Of each class the first name in alphabetical order.
  CondensedNames Take();

 private:
  struct Class {
    std::shared_ptr<const NameData> first;
    size_t names = 0;
  };

  std::vector<std::shared_ptr<const NameData>> alone_;
  // By one of its names.
  absl::flat_hash_map<std::shared_ptr<const NameData>, Class, AlikeHash,
                      AreAlike>
      classes_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_NAME_CONDENSER_H_
