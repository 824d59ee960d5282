// The nodes of a SharedMap: a hash trie of 64 ways whose leaves are small hash
// tables. A node that only one map refers to is changed in place; one that
// several share is copied first.
#ifndef GROUPRING_REDIS_BASE_SHARED_MAP_NODE_H_
#define GROUPRING_REDIS_BASE_SHARED_MAP_NODE_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "redis/base/name_map.h"

namespace groupring::shared_map {

inline constexpr uint32_t kBits = 6;     // of the hash, for each level
inline constexpr size_t kMaxDepth = 10;  // of branches: 60 bits of the hash

// A leaf has one of these sizes. Its number fits into the bits of a pointer
// that alignment leaves free; 0 is no leaf.
using LeafSize = uint8_t;
inline constexpr std::array<uint16_t, 16> kPlaces = {
    0, 1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512};
inline constexpr LeafSize kLargest = kPlaces.size() - 1;

// How many values a leaf holds. Searches are short while an eighth of the
// places is empty.
inline constexpr size_t MostIn(LeafSize size) {
  return kPlaces[size] - kPlaces[size] / size_t{8};
}

// The smallest leaf for so many values. REQUIRES: there is one.
inline constexpr LeafSize SizeFor(size_t values) {
  LeafSize size = 1;
  while (MostIn(size) < values) ++size;
  return size;
}

struct Node {
  std::atomic<uint32_t> references{1};
};
template <typename Value>
class Branch;
template <typename Value>
class Leaf;

// Refers to a branch or a leaf, or to nothing. It knows which of them and the
// size of a leaf, so that a look-up need not wait for a node's memory to know
// where in it to read. References are counted in the nodes, which takes half
// the memory of shared pointers.
template <typename Value>
class Ref {
 public:
  Ref() = default;
  // Takes over the reference that a new node has.
  explicit Ref(Branch<Value>* branch)
      : bits_(reinterpret_cast<uintptr_t>(static_cast<Node*>(branch))) {}
  Ref(Leaf<Value>* leaf, LeafSize size)
      : bits_(reinterpret_cast<uintptr_t>(static_cast<Node*>(leaf)) | size) {}
  Ref(const Ref& other) : bits_(other.bits_) {
    if (bits_ != 0) node()->references.fetch_add(1, std::memory_order_relaxed);
  }
  Ref(Ref&& other) noexcept : bits_(std::exchange(other.bits_, 0)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(bits_, other.bits_);
    return *this;
  }
  ~Ref() {
    if (bits_ == 0 ||
        node()->references.fetch_sub(1, std::memory_order_acq_rel) > 1) {
      return;
    }
    if (is_leaf()) {
      Leaf<Value>::Delete(leaf(), leaf_size());
    } else {
      delete branch();
    }
  }

  bool empty() const { return bits_ == 0; }
  bool is_leaf() const { return leaf_size() != 0; }
  bool is_branch() const { return !empty() && !is_leaf(); }
  LeafSize leaf_size() const { return bits_ & kSizeMask; }
  // REQUIRES: it is one.
  Branch<Value>* branch() const { return static_cast<Branch<Value>*>(node()); }
  Leaf<Value>* leaf() const { return static_cast<Leaf<Value>*>(node()); }
  // Whether no other map refers to the node. Acquire: reads of the node by maps
  // that are gone happened before.
  bool is_only() const {
    return node()->references.load(std::memory_order_acquire) == 1;
  }
  bool operator==(const Ref& other) const { return bits_ == other.bits_; }

 private:
  // Nodes are aligned as operator new aligns everything.
  static constexpr uintptr_t kSizeMask = __STDCPP_DEFAULT_NEW_ALIGNMENT__ - 1;
  static_assert(kLargest <= kSizeMask);

  Node* node() const {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): it has been a pointer.
    return reinterpret_cast<Node*>(bits_ & ~kSizeMask);
  }

  uintptr_t bits_ = 0;
};

template <typename Value>
class Branch : public Node {
 public:
  static constexpr size_t kChildren = size_t{1} << kBits;

  Branch() = default;
  Branch(const Branch& other) : Node(), children_(other.children_) {}
  Branch& operator=(const Branch&) = delete;

  // The child for a hash that is shifted so that this level's bits are lowest.
  static size_t ChildOf(uint64_t rest) { return rest & (kChildren - 1); }

  const Ref<Value>& child(size_t index) const { return children_[index]; }
  Ref<Value>* mutable_child(size_t index) { return &children_[index]; }
  // The first child at or after `index` that exists; kChildren: there is none.
  size_t NextChild(size_t index) const {
    while (index < kChildren && children_[index].empty()) ++index;
    return index;
  }

 private:
  std::array<Ref<Value>, kChildren> children_;
};

// A hash table with linear probing. A part of each hash is compared before its
// value is read.
template <typename Value>
class Leaf : public Node {
 public:
  using Pointer = std::shared_ptr<const Value>;

  static Leaf* New(LeafSize size) {
    static_assert(sizeof(Leaf) % alignof(Entry) == 0);
    void* const memory =
        ::operator new(sizeof(Leaf) + kPlaces[size] * sizeof(Entry));
    return new (memory) Leaf(size);
  }
  static void Delete(Leaf* leaf, LeafSize size) {
    std::destroy_n(leaf->places(), kPlaces[size]);
    leaf->~Leaf();
    ::operator delete(leaf);
  }
  Leaf(const Leaf&) = delete;
  Leaf& operator=(const Leaf&) = delete;

  size_t count() const { return count_; }
  const Pointer& value(size_t place) const { return places()[place].value; }
  // The first place at or after `place` that has a value; kPlaces[size]: there
  // is none.
  size_t NextPlace(LeafSize size, size_t place) const {
    while (place < kPlaces[size] && places()[place].part == kNone) ++place;
    return place;
  }

  // Starts to read what Find will, without waiting for it.
  void Prefetch(LeafSize size, uint64_t hash) const {
    const Entry* const first = places() + FirstPlace(size, PartOf(hash));
    __builtin_prefetch(first);
    __builtin_prefetch(&first->value);  // may be in the next line
  }
  // The place of the value; kPlaces[size] if there is none.
  size_t Find(LeafSize size, uint64_t hash, std::string_view name) const {
    const uint32_t part = PartOf(hash);
    size_t place = FirstPlace(size, part);
    // A leaf of a few places may be full.
    for (size_t i = 0; i < kPlaces[size]; ++i) {
      const Entry& at = places()[place];
      if (at.part == kNone) break;
      if (at.part == part && std::string_view(at.value->name) == name) {
        return place;
      }
      place = After(size, place);
    }
    return kPlaces[size];
  }

  // REQUIRES: the name is not there, and count() < MostIn(size).
  void Add(LeafSize size, uint64_t hash, Pointer value) {
    Put(size, PartOf(hash), std::move(value));
  }
  void Replace(size_t place, Pointer value) {
    places()[place].value = std::move(value);
  }
  // REQUIRES: there is a value at `place`.
  void Remove(LeafSize size, size_t place) {
    Take(place);
    // What stands behind it may be there because this place was taken.
    for (size_t i = 1; i < kPlaces[size]; ++i) {
      place = After(size, place);
      if (places()[place].part == kNone) return;
      Entry again = Take(place);
      Put(size, again.part, std::move(again.value));
    }
  }

  // A leaf of that size with the same values. They are moved if `may_take`.
  // REQUIRES: count() <= MostIn(to).
  Leaf* Copy(LeafSize size, LeafSize to, bool may_take) {
    Leaf* const copy = New(to);
    for (size_t i = NextPlace(size, 0); i < kPlaces[size];
         i = NextPlace(size, i + 1)) {
      Entry& from = places()[i];
      copy->Put(to, from.part, may_take ? std::move(from.value) : from.value);
    }
    return copy;
  }

 private:
  static constexpr uint32_t kNone = 0;
  // Together, as a look-up that finds one needs the other.
  struct Entry {
    uint32_t part = kNone;
    Pointer value;
  };

  explicit Leaf(LeafSize size) {
    std::uninitialized_default_construct_n(places(), kPlaces[size]);
  }
  ~Leaf() = default;

  void Put(LeafSize size, uint32_t part, Pointer value) {
    size_t place = FirstPlace(size, part);
    while (places()[place].part != kNone) place = After(size, place);
    places()[place] = {part, std::move(value)};
    ++count_;
  }
  Entry Take(size_t place) {
    --count_;
    return std::exchange(places()[place], {});
  }

  // The upper bits, because the levels use the lower ones first. Never kNone.
  static uint32_t PartOf(uint64_t hash) {
    return static_cast<uint32_t>(hash >> 32) | 1;
  }
  static size_t FirstPlace(LeafSize size, uint32_t part) {
    return static_cast<size_t>((uint64_t{part} * kPlaces[size]) >> 32);
  }
  static size_t After(LeafSize size, size_t place) {
    return place + 1 == kPlaces[size] ? 0 : place + 1;
  }
  // After this object in memory.
  Entry* places() { return reinterpret_cast<Entry*>(this + 1); }
  const Entry* places() const {
    return reinterpret_cast<const Entry*>(this + 1);
  }

  uint32_t count_ = 0;
};

// The branch at `slot`, copied if it is shared, so that it may be changed.
template <typename Value>
Branch<Value>* OwnBranch(Ref<Value>* slot) {
  if (!slot->is_only()) *slot = Ref<Value>(new Branch<Value>(*slot->branch()));
  return slot->branch();
}

// The leaf at `slot` as one of that size that may be changed.
template <typename Value>
Leaf<Value>* OwnLeaf(Ref<Value>* slot, LeafSize size) {
  const bool is_only = slot->is_only();
  if (!is_only || size != slot->leaf_size()) {
    *slot =
        Ref<Value>(slot->leaf()->Copy(slot->leaf_size(), size, is_only), size);
  }
  return slot->leaf();
}

// Puts a branch with the same values in the place of a leaf.
template <typename Value>
void Split(Ref<Value>* slot, uint32_t level) {
  // Of a hash of 64 bits hundreds of names do not share 60.
  if (level == kMaxDepth) throw std::length_error("names with the same hash");
  auto* const branch = new Branch<Value>();
  Ref<Value> split(branch);
  const LeafSize size = slot->leaf_size();
  const Leaf<Value>& leaf = *slot->leaf();
  for (size_t i = leaf.NextPlace(size, 0); i < kPlaces[size];
       i = leaf.NextPlace(size, i + 1)) {
    const std::shared_ptr<const Value>& value = leaf.value(i);
    const uint64_t hash = NameHash()(std::string_view(value->name));
    Set(branch->mutable_child(Branch<Value>::ChildOf(hash >> (kBits * level))),
        hash, level + 1, value);
  }
  *slot = std::move(split);
}

// `level` is the depth of `slot`. Returns whether the value is added rather
// than replaces another one.
template <typename Value>
bool Set(Ref<Value>* slot, uint64_t hash, uint32_t level,
         std::shared_ptr<const Value> value) {
  if (slot->empty()) *slot = Ref<Value>(Leaf<Value>::New(1), 1);
  if (slot->is_leaf()) {
    const LeafSize size = slot->leaf_size();
    const size_t place = slot->leaf()->Find(size, hash, value->name);
    if (place < kPlaces[size]) {
      // A copy of the same size may have it in another place.
      Leaf<Value>* const leaf = OwnLeaf(slot, size);
      const size_t at = leaf->Find(size, hash, value->name);
      leaf->Replace(at, std::move(value));
      return false;
    }
    const size_t count = slot->leaf()->count();
    if (count < MostIn(kLargest)) {
      const LeafSize needed = std::max(size, SizeFor(count + 1));
      OwnLeaf(slot, needed)->Add(needed, hash, std::move(value));
      return true;
    }
    Split(slot, level);
  }
  return Set(OwnBranch(slot)->mutable_child(
                 Branch<Value>::ChildOf(hash >> (kBits * level))),
             hash, level + 1, std::move(value));
}

// REQUIRES: the name is there.
template <typename Value>
void Erase(Ref<Value>* slot, uint64_t hash, uint32_t level,
           std::string_view name) {
  if (slot->is_leaf()) {
    const size_t left = slot->leaf()->count() - 1;
    if (left == 0) {
      *slot = Ref<Value>();
      return;
    }
    const LeafSize size = slot->leaf_size();
    Leaf<Value>* const leaf = OwnLeaf(slot, size);
    leaf->Remove(size, leaf->Find(size, hash, name));
    // Not at once, so that names that go and come do not copy it each time.
    if (left <= MostIn(size) / 2) OwnLeaf(slot, SizeFor(left));
    return;
  }
  Branch<Value>* const branch = OwnBranch(slot);
  Erase(branch->mutable_child(Branch<Value>::ChildOf(hash >> (kBits * level))),
        hash, level + 1, name);
  if (branch->NextChild(0) == Branch<Value>::kChildren) *slot = Ref<Value>();
}

}  // namespace groupring::shared_map

#endif  // GROUPRING_REDIS_BASE_SHARED_MAP_NODE_H_
