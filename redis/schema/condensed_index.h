// The names of one dataset after another, condensed at the cost of what changes
// between them.
#ifndef GROUPRING_REDIS_SCHEMA_CONDENSED_INDEX_H_
#define GROUPRING_REDIS_SCHEMA_CONDENSED_INDEX_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "redis/base/shared_map.h"
#include "redis/model/dataset.h"
#include "redis/schema/name_condenser.h"

namespace groupring::redis {

// Tells at once what NameCondenser makes of a million names in a second. Takes
// memory for the names that it keeps and a few of each class. Not thread-safe.
class CondensedIndex {
 public:
  using Names = SharedMap<NameData>;

  // More names than these are not kept.
  explicit CondensedIndex(size_t most_kept) : most_kept_(most_kept) {}

  // From now on it is about these names. The cost is that of their difference
  // from those before. REQUIRES: as AreAlike.
  void Follow(const Names& names);

  // The condensed names of those that were followed last. Goes through all of
  // them where too many were to be kept at the last attempt, or where the first
  // ones of a class have gone. kResourceExhausted: too many are unlike.
  absl::Status Prepare();

  // Of each class the first name in alphabetical order. REQUIRES: Prepare.
  // `by_themselves` are names that stand for themselves.
  CondensedNames Get(
      const absl::flat_hash_set<std::string>& by_themselves) const;

  // Those that stay by themselves. REQUIRES: Prepare.
  const Names& alone() const { return alone_; }

 private:
  using Name = std::shared_ptr<const NameData>;
  struct Class {
    size_t names = 0;
    // The first in alphabetical order, sorted. None: not known.
    std::vector<Name> first;
  };

  bool fits() const { return alone_.size() + classes_.size() <= most_kept_; }
  void Add(const Name& name);
  void Remove(const Name& name);
  void AddAll();
  void Clear();

  const size_t most_kept_;
  Names names_;
  Names alone_;
  // By one of its names, past or present.
  absl::flat_hash_map<Name, Class, AlikeHash, AreAlike> classes_;
  // Nothing is kept: it was too much.
  bool has_overflowed_ = false;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_CONDENSED_INDEX_H_
