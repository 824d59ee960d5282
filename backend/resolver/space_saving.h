// The heaviest keys of a stream, in fixed memory: the space-saving sketch
// (Metwally, Agrawal, El Abbadi 2005).
#ifndef GROUPRING_BACKEND_RESOLVER_SPACE_SAVING_H_
#define GROUPRING_BACKEND_RESOLVER_SPACE_SAVING_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace groupring::backend {

// Every key that has more than 1/capacity of the total weight has an entry. An
// entry's count is never below the true weight, and at most `error` above it.
// Not thread-safe.
template <typename Key, typename Extra>
class SpaceSaving {
 public:
  struct Entry {
    Key key{};
    uint64_t count = 0;
    uint64_t error = 0;
    Extra extra{};  // since the key has had this entry
  };

  // REQUIRES: capacity > 0.
  explicit SpaceSaving(size_t capacity) : capacity_(capacity) {
    entries_.reserve(capacity);
    heap_.reserve(capacity);
    places_.reserve(capacity);
    index_.reserve(capacity);
  }

  // Adds weight to the key. Returns the key's `extra`, valid until the next
  // Add. If there is no room, the key takes over the entry with the least
  // count.
  template <typename Text>
  Extra* Add(const Text& key, uint64_t weight) {
    const auto found = index_.find(key);
    if (found != index_.end()) {
      Entry& entry = entries_[found->second];
      entry.count += weight;
      Sink(places_[found->second]);
      return &entry.extra;
    }
    if (entries_.size() < capacity_) {
      const auto id = static_cast<uint32_t>(entries_.size());
      entries_.push_back({Key(key), weight, 0, {}});
      index_.emplace(Key(key), id);
      places_.push_back(id);
      heap_.push_back(id);
      Rise(id);
      return &entries_[id].extra;
    }
    const uint32_t id = heap_[0];
    Entry& entry = entries_[id];
    index_.erase(entry.key);
    entry.error = entry.count;
    entry.count += weight;
    entry.key = Key(key);
    entry.extra = {};
    index_.emplace(entry.key, id);
    Sink(0);
    return &entry.extra;
  }

  const std::vector<Entry>& entries() const { return entries_; }

  void Clear() {
    entries_.clear();
    heap_.clear();
    places_.clear();
    index_.clear();
  }

 private:
  bool IsLess(size_t a, size_t b) const {
    return entries_[heap_[a]].count < entries_[heap_[b]].count;
  }
  void Swap(size_t a, size_t b) {
    std::swap(heap_[a], heap_[b]);
    places_[heap_[a]] = static_cast<uint32_t>(a);
    places_[heap_[b]] = static_cast<uint32_t>(b);
  }
  void Rise(size_t at) {
    while (at > 0 && IsLess(at, (at - 1) / 2)) {
      Swap(at, (at - 1) / 2);
      at = (at - 1) / 2;
    }
  }
  void Sink(size_t at) {
    for (;;) {
      size_t least = at;
      for (size_t child = 2 * at + 1; child <= 2 * at + 2; ++child) {
        if (child < heap_.size() && IsLess(child, least)) least = child;
      }
      if (least == at) return;
      Swap(at, least);
      at = least;
    }
  }

  const size_t capacity_;
  std::vector<Entry> entries_;    // by id
  std::vector<uint32_t> heap_;    // ids; the least count on top
  std::vector<uint32_t> places_;  // in the heap, by id
  absl::flat_hash_map<Key, uint32_t> index_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_RESOLVER_SPACE_SAVING_H_
