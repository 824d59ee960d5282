// Networks that hash as one client: what `groupring:affinity` holds.
#ifndef GROUPRING_REDIS_MODEL_AFFINITY_H_
#define GROUPRING_REDIS_MODEL_AFFINITY_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "redis/model/address.h"

namespace groupring::redis {

// The most keys that a label can be spread over.
inline constexpr uint32_t kMaxLabelParts = 256;

// A label has 1 … kMaxLabelLength printable ASCII characters other than space
// and "/".
inline constexpr size_t kMaxLabelLength = 63;

struct AffinityLabel {
  std::string name;
  uint32_t parts = 1;  // keys that it is spread over, 1 … kMaxLabelParts

  bool operator==(const AffinityLabel&) const = default;
};

struct AffinityEntry {
  // A also for an IPv4 network that is written as ::ffff:a.b.c.d/n.
  Family family = Family::kA;
  uint8_t prefix_length = 0;
  AddressBytes first{};  // host bits zero
  AffinityLabel label;
  std::string text;  // the field exactly as it is in Redis

  bool operator==(const AffinityEntry&) const = default;
};

// The order of AffinityEntries; entries of the same network compare equal.
bool AffinityBefore(const AffinityEntry& a, const AffinityEntry& b);

using AffinityList = std::vector<AffinityEntry>;

// An entry that is written or, if `removed`, of which only the network counts.
struct AffinityEdit {
  AffinityEntry entry;
  bool removed = false;

  bool operator==(const AffinityEdit&) const = default;
};
using AffinityEdits = std::vector<AffinityEdit>;

// Sorted by family, first address and prefix length, each network once. So a
// network comes before the networks within it.
//
// A version that has been made of another by edits shares the list of that one,
// and keeps only what differs from it. So an edit costs the same however many
// entries there are. Immutable.
class AffinityEntries {
 public:
  // Versions that differ in more than this have lists of their own.
  static constexpr size_t kMostDiffering = 1024;

  class const_iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = AffinityEntry;
    using difference_type = std::ptrdiff_t;
    using pointer = const AffinityEntry*;
    using reference = const AffinityEntry&;

    reference operator*() const;
    pointer operator->() const { return &**this; }
    const_iterator& operator++();
    const_iterator operator++(int) {
      const_iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const const_iterator& other) const {
      return shared_ == other.shared_ && own_ == other.own_;
    }

   private:
    friend class AffinityEntries;
    const_iterator(const AffinityEntries* entries, size_t shared, size_t hidden,
                   size_t own)
        : entries_(entries), shared_(shared), hidden_(hidden), own_(own) {
      SkipHidden();
    }
    bool IsShared() const;
    void SkipHidden();

    const AffinityEntries* entries_;
    size_t shared_;  // the next of the shared list
    size_t hidden_;  // of the hidden ones, the first that is not before it
    size_t own_;     // the next of the own list
  };

  AffinityEntries() : AffinityEntries(AffinityList()) {}
  // REQUIRES: in this order, each network once.
  explicit AffinityEntries(AffinityList sorted);

  // After the edits, one by one.
  AffinityEntries With(AffinityEdits edits) const;

  size_t size() const { return shared_->size() - hidden_.size() + own_.size(); }
  bool empty() const { return size() == 0; }
  const_iterator begin() const { return {this, 0, 0, 0}; }
  const_iterator end() const {
    return {this, shared_->size(), hidden_.size(), own_.size()};
  }

  // The entry of the same network; null: there is none.
  const AffinityEntry* Find(const AffinityEntry& network) const;

  // What it is made of: a list that other versions may share, the positions in
  // it of entries that do not count (sorted), and the entries that it lacks.
  const std::shared_ptr<const AffinityList>& shared() const { return shared_; }
  const std::vector<uint32_t>& hidden() const { return hidden_; }
  const AffinityList& own() const { return own_; }

  bool operator==(const AffinityEntries& other) const;

 private:
  void Write(AffinityEdit edit);

  std::shared_ptr<const AffinityList> shared_;
  std::vector<uint32_t> hidden_;
  AffinityList own_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_AFFINITY_H_
