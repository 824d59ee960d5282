#include "redis/schema/condensed_index.h"

#include <algorithm>

namespace groupring::redis {
namespace {

// So many names of a class may go before all names have to be looked at.
constexpr size_t kRemembered = 32;

bool IsBefore(const std::shared_ptr<const NameData>& a,
              const std::shared_ptr<const NameData>& b) {
  return a->name < b->name;
}

}  // namespace

void CondensedIndex::Follow(const Names& names) {
  const Names before = names_;
  names_ = names;
  if (has_overflowed_) return;
  if (before.empty()) return AddAll();
  Names::ForEachDifference(before, names_,
                           [&](const NameData* was, const NameData* is) {
                             if (has_overflowed_) return;
                             if (was != nullptr) Remove(*before.Get(was->name));
                             if (is != nullptr) Add(*names_.Get(is->name));
                           });
}

absl::Status CondensedIndex::Prepare() {
  const bool lacks_first =
      std::any_of(classes_.begin(), classes_.end(),
                  [](const auto& entry) { return entry.second.first.empty(); });
  if (has_overflowed_ || lacks_first) {
    Clear();
    AddAll();
  }
  if (!has_overflowed_) return absl::OkStatus();
  return absl::ResourceExhaustedError("too many of its names are unlike");
}

CondensedNames CondensedIndex::Get(
    const absl::flat_hash_set<std::string>& by_themselves) const {
  CondensedNames condensed;
  condensed.names.reserve(alone_.size() + classes_.size() +
                          by_themselves.size());
  for (const auto& [name, data] : alone_) condensed.names.push_back(data);
  for (const auto& [name, all] : classes_) {
    const Name& first = all.first.front();
    if (all.names > 1) condensed.alike[first->name] = all.names - 1;
    condensed.names.push_back(first);
  }
  for (const std::string& name : by_themselves) {
    const Names::Pointer* const data = names_.Get(name);
    if (data == nullptr) continue;
    const auto found = classes_.find(*data);
    // What stays alone and the first name are there anyhow.
    if (StaysAlone(**data) || found == classes_.end()) continue;
    const std::string& first = found->second.first.front()->name;
    if (first == name) continue;
    condensed.names.push_back(*data);
    if (--condensed.alike[first] == 0) condensed.alike.erase(first);
  }
  return condensed;
}

void CondensedIndex::Add(const Name& name) {
  if (StaysAlone(*name)) {
    alone_.Set(name);
  } else {
    Class& all = classes_[name];
    const size_t before = all.names++;
    // Behind those that are remembered there may be others.
    const bool are_all = before == all.first.size();
    const auto place =
        std::upper_bound(all.first.begin(), all.first.end(), name, IsBefore);
    if (place != all.first.end() || are_all) all.first.insert(place, name);
    if (all.first.size() > kRemembered) all.first.pop_back();
  }
  if (fits()) return;
  Clear();
  has_overflowed_ = true;
}

void CondensedIndex::Remove(const Name& name) {
  if (StaysAlone(*name)) {
    alone_.erase(name->name);
    return;
  }
  const auto found = classes_.find(name);
  Class& all = found->second;
  if (--all.names == 0) {
    classes_.erase(found);
    return;
  }
  const auto place =
      std::lower_bound(all.first.begin(), all.first.end(), name, IsBefore);
  if (place != all.first.end() && (*place)->name == name->name) {
    all.first.erase(place);
  }
}

void CondensedIndex::AddAll() {
  for (const auto& [name, data] : names_) {
    Add(data);
    if (has_overflowed_) return;
  }
}

void CondensedIndex::Clear() {
  alone_.clear();
  classes_.clear();
  has_overflowed_ = false;
}

}  // namespace groupring::redis
