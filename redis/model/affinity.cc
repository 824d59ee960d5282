#include "redis/model/affinity.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace groupring::redis {
namespace {

auto OrderOf(const AffinityEntry& entry) {
  return std::tie(entry.family, entry.first, entry.prefix_length);
}

// Where the network is in the list, or would be.
AffinityList::const_iterator PlaceOf(const AffinityEntry& network,
                                     const AffinityList& list) {
  return std::lower_bound(list.begin(), list.end(), network, &AffinityBefore);
}

bool IsAt(AffinityList::const_iterator place, const AffinityEntry& network,
          const AffinityList& list) {
  return place != list.end() && !AffinityBefore(network, *place);
}

// Edits that one by one would each move the entries behind them.
AffinityList Merged(const AffinityEntries& before, AffinityEdits edits) {
  const auto edit_before = [](const AffinityEdit& a, const AffinityEdit& b) {
    return AffinityBefore(a.entry, b.entry);
  };
  std::stable_sort(edits.begin(), edits.end(), edit_before);
  AffinityList list;
  list.reserve(before.size() + edits.size());
  auto rest = before.begin();
  for (auto edit = edits.begin(); edit != edits.end(); ++edit) {
    const auto next = std::next(edit);
    // Of one network the last one counts.
    if (next != edits.end() && !edit_before(*edit, *next)) continue;
    while (rest != before.end() && AffinityBefore(*rest, edit->entry)) {
      list.push_back(*rest++);
    }
    if (rest != before.end() && !AffinityBefore(edit->entry, *rest)) ++rest;
    if (!edit->removed) list.push_back(std::move(edit->entry));
  }
  list.insert(list.end(), rest, before.end());
  return list;
}

}  // namespace

bool AffinityBefore(const AffinityEntry& a, const AffinityEntry& b) {
  return OrderOf(a) < OrderOf(b);
}

bool AffinityEntries::const_iterator::IsShared() const {
  const AffinityList& shared = *entries_->shared_;
  const AffinityList& own = entries_->own_;
  if (own_ == own.size()) return true;
  return shared_ < shared.size() && AffinityBefore(shared[shared_], own[own_]);
}

void AffinityEntries::const_iterator::SkipHidden() {
  const std::vector<uint32_t>& hidden = entries_->hidden_;
  while (hidden_ < hidden.size() && hidden[hidden_] == shared_) {
    ++hidden_;
    ++shared_;
  }
}

const AffinityEntry& AffinityEntries::const_iterator::operator*() const {
  return IsShared() ? (*entries_->shared_)[shared_] : entries_->own_[own_];
}

AffinityEntries::const_iterator& AffinityEntries::const_iterator::operator++() {
  if (IsShared()) {
    ++shared_;
    SkipHidden();
  } else {
    ++own_;
  }
  return *this;
}

AffinityEntries::AffinityEntries(AffinityList sorted)
    : shared_(std::make_shared<const AffinityList>(std::move(sorted))) {}

AffinityEntries AffinityEntries::With(AffinityEdits edits) const {
  if (edits.size() > kMostDiffering) {
    return AffinityEntries(Merged(*this, std::move(edits)));
  }
  AffinityEntries after = *this;
  for (AffinityEdit& edit : edits) after.Write(std::move(edit));
  if (after.hidden_.size() + after.own_.size() <= kMostDiffering) return after;
  AffinityList list;
  list.reserve(after.size());
  list.insert(list.end(), after.begin(), after.end());
  return AffinityEntries(std::move(list));
}

void AffinityEntries::Write(AffinityEdit edit) {
  const auto shared = PlaceOf(edit.entry, *shared_);
  const bool is_shared = IsAt(shared, edit.entry, *shared_);
  const auto own = PlaceOf(edit.entry, own_);
  const bool is_own = IsAt(own, edit.entry, own_);
  const bool is_as_shared = is_shared && !edit.removed && *shared == edit.entry;
  if (is_shared) {
    const auto index = static_cast<uint32_t>(shared - shared_->begin());
    const auto place = std::lower_bound(hidden_.begin(), hidden_.end(), index);
    const bool is_hidden = place != hidden_.end() && *place == index;
    if (is_hidden && is_as_shared) hidden_.erase(place);
    if (!is_hidden && !is_as_shared) hidden_.insert(place, index);
  }
  if (edit.removed || is_as_shared) {
    if (is_own) own_.erase(own);
  } else if (is_own) {
    own_[static_cast<size_t>(own - own_.begin())] = std::move(edit.entry);
  } else {
    own_.insert(own, std::move(edit.entry));
  }
}

const AffinityEntry* AffinityEntries::Find(const AffinityEntry& network) const {
  const auto own = PlaceOf(network, own_);
  if (IsAt(own, network, own_)) return &*own;
  const auto shared = PlaceOf(network, *shared_);
  if (!IsAt(shared, network, *shared_)) return nullptr;
  const auto index = static_cast<uint32_t>(shared - shared_->begin());
  return std::binary_search(hidden_.begin(), hidden_.end(), index) ? nullptr
                                                                   : &*shared;
}

bool AffinityEntries::operator==(const AffinityEntries& other) const {
  if (shared_ == other.shared_) {
    return hidden_ == other.hidden_ && own_ == other.own_;
  }
  return size() == other.size() && std::equal(begin(), end(), other.begin());
}

}  // namespace groupring::redis
