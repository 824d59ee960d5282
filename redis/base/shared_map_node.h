// The nodes of a SharedMap: a hash trie of 64 ways whose leaves hold up to 8
// values. A node that only one map refers to is changed in place; one that
// several share is copied first.
#ifndef GROUPRING_REDIS_BASE_SHARED_MAP_NODE_H_
#define GROUPRING_REDIS_BASE_SHARED_MAP_NODE_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

#include "redis/base/name_map.h"

namespace groupring::shared_map {

inline constexpr uint32_t kBits = 6;     // of the hash, for each level
inline constexpr size_t kMaxDepth = 11;  // 64 bits give at most 11 levels
inline constexpr size_t kMaxInLeaf = 8;  // except at kMaxDepth

template <typename Value>
class Ref;

template <typename Value>
class Node {
 public:
  bool is_leaf() const { return is_leaf_; }

 protected:
  explicit Node(bool is_leaf) : is_leaf_(is_leaf) {}

 private:
  friend class Ref<Value>;
  std::atomic<uint32_t> references_{1};
  const bool is_leaf_;
};

template <typename Value>
class Leaf;
template <typename Value>
class Branch;

// Counts references in the node, which takes half the memory of shared
// pointers.
template <typename Value>
class Ref {
 public:
  Ref() = default;
  explicit Ref(Node<Value>* node) : node_(node) {}  // takes over a reference
  Ref(const Ref& other) : node_(other.node_) {
    if (node_ != nullptr) {
      node_->references_.fetch_add(1, std::memory_order_relaxed);
    }
  }
  Ref(Ref&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~Ref() {
    if (node_ == nullptr ||
        node_->references_.fetch_sub(1, std::memory_order_acq_rel) > 1) {
      return;
    }
    if (node_->is_leaf()) {
      Leaf<Value>::Delete(static_cast<Leaf<Value>*>(node_));
    } else {
      delete static_cast<Branch<Value>*>(node_);
    }
  }

  Node<Value>* get() const { return node_; }
  // Whether no other map refers to the node. Acquire: reads of the node by maps
  // that are gone happened before.
  bool is_only() const {
    return node_->references_.load(std::memory_order_acquire) == 1;
  }

 private:
  Node<Value>* node_ = nullptr;
};

template <typename Value>
class Branch : public Node<Value> {
 public:
  static constexpr size_t kChildren = size_t{1} << kBits;

  Branch() : Node<Value>(false) {}
  Branch(const Branch& other)
      : Node<Value>(false), children_(other.children_) {}
  Branch& operator=(const Branch&) = delete;

  // The child for a hash that is shifted so that this level's bits are lowest.
  static size_t ChildOf(uint64_t rest) { return rest & (kChildren - 1); }

  const Node<Value>* child(size_t index) const {
    return children_[index].get();
  }
  Ref<Value>* mutable_child(size_t index) { return &children_[index]; }
  // The first child at or after `index` that exists; kChildren: there is none.
  size_t NextChild(size_t index) const {
    while (index < kChildren && children_[index].get() == nullptr) ++index;
    return index;
  }

 private:
  std::array<Ref<Value>, kChildren> children_;
};

// Values and a part of their hashes in one piece of memory. The hashes are
// compared first, so that other values are not read.
template <typename Value>
class alignas(8) Leaf : public Node<Value> {
 public:
  using Pointer = std::shared_ptr<const Value>;

  static Leaf* New(size_t size) {
    void* const memory = ::operator new(sizeof(Leaf) + size * sizeof(Pointer) +
                                        size * sizeof(uint32_t));
    return new (memory) Leaf(size);
  }
  static void Delete(Leaf* leaf) {
    leaf->~Leaf();
    ::operator delete(leaf);
  }
  Leaf(const Leaf&) = delete;
  Leaf& operator=(const Leaf&) = delete;

  size_t size() const { return size_; }
  const Pointer& value(size_t index) const { return values()[index]; }
  Pointer* mutable_value(size_t index) { return &values()[index]; }

  // The index of the value; size() if there is none.
  size_t Find(uint64_t hash, std::string_view name) const {
    const uint32_t wanted = Part(hash);
    const uint32_t* const parts = hashes();
    for (size_t i = 0; i < size_; ++i) {
      if (parts[i] == wanted && std::string_view(values()[i]->name) == name) {
        return i;
      }
    }
    return size_;
  }

  // A copy without the value at `without` (size(): with all values), and with
  // room for one more if `more`. If `may_take` the values are moved.
  Leaf* Copy(size_t without, bool more, bool may_take) {
    Leaf* const copy = New(size_ - (without < size_ ? 1 : 0) + (more ? 1 : 0));
    size_t to = 0;
    for (size_t i = 0; i < size_; ++i) {
      if (i == without) continue;
      copy->hashes()[to] = hashes()[i];
      copy->values()[to++] = may_take ? std::move(values()[i]) : values()[i];
    }
    return copy;
  }
  void Put(size_t index, uint64_t hash, Pointer value) {
    hashes()[index] = Part(hash);
    values()[index] = std::move(value);
  }

 private:
  explicit Leaf(size_t size)
      : Node<Value>(true), size_(static_cast<uint32_t>(size)) {
    for (size_t i = 0; i < size; ++i) {
      new (&values()[i]) Pointer();
      hashes()[i] = 0;
    }
  }
  ~Leaf() {
    for (size_t i = 0; i < size_; ++i) values()[i].~Pointer();
  }

  // The upper bits, because the levels use the lower ones first.
  static uint32_t Part(uint64_t hash) {
    return static_cast<uint32_t>(hash >> 32);
  }
  // After this object in memory: the values, then the parts of their hashes.
  Pointer* values() { return reinterpret_cast<Pointer*>(this + 1); }
  const Pointer* values() const {
    return reinterpret_cast<const Pointer*>(this + 1);
  }
  uint32_t* hashes() { return reinterpret_cast<uint32_t*>(values() + size_); }
  const uint32_t* hashes() const {
    return reinterpret_cast<const uint32_t*>(values() + size_);
  }

  const uint32_t size_;
};

// The branch at `slot`, copied if it is shared, so that it may be changed.
template <typename Value>
Branch<Value>* OwnBranch(Ref<Value>* slot) {
  auto* branch = static_cast<Branch<Value>*>(slot->get());
  if (slot->is_only()) return branch;
  branch = new Branch<Value>(*branch);
  *slot = Ref<Value>(branch);
  return branch;
}

// `level` is the depth of `slot`. Returns whether the value is added rather
// than replaces another one.
template <typename Value>
bool Set(Ref<Value>* slot, uint64_t hash, uint32_t level,
         std::shared_ptr<const Value> value) {
  if (slot->get() == nullptr) {
    Leaf<Value>* const leaf = Leaf<Value>::New(1);
    leaf->Put(0, hash, std::move(value));
    *slot = Ref<Value>(leaf);
    return true;
  }
  if (slot->get()->is_leaf()) {
    auto* const leaf = static_cast<Leaf<Value>*>(slot->get());
    const size_t size = leaf->size();
    const size_t index = leaf->Find(hash, value->name);
    if (index < size) {
      if (slot->is_only()) {
        leaf->Put(index, hash, std::move(value));
        return false;
      }
      Leaf<Value>* const copy = leaf->Copy(size, false, false);
      copy->Put(index, hash, std::move(value));
      *slot = Ref<Value>(copy);
      return false;
    }
    if (size < kMaxInLeaf || level == kMaxDepth) {
      Leaf<Value>* const copy = leaf->Copy(size, true, slot->is_only());
      copy->Put(size, hash, std::move(value));
      *slot = Ref<Value>(copy);
      return true;
    }
    auto* const branch = new Branch<Value>();
    Ref<Value> split(branch);
    for (size_t i = 0; i < size; ++i) {
      const std::shared_ptr<const Value>& one = leaf->value(i);
      const uint64_t of_one = NameHash()(std::string_view(one->name));
      Set(branch->mutable_child(
              Branch<Value>::ChildOf(of_one >> (kBits * level))),
          of_one, level + 1, one);
    }
    *slot = std::move(split);
  }
  return Set(OwnBranch(slot)->mutable_child(
                 Branch<Value>::ChildOf(hash >> (kBits * level))),
             hash, level + 1, std::move(value));
}

// REQUIRES: the name is there.
template <typename Value>
void Erase(Ref<Value>* slot, uint64_t hash, uint32_t level,
           std::string_view name) {
  if (slot->get()->is_leaf()) {
    auto* const leaf = static_cast<Leaf<Value>*>(slot->get());
    *slot = leaf->size() == 1 ? Ref<Value>()
                              : Ref<Value>(leaf->Copy(leaf->Find(hash, name),
                                                      false, slot->is_only()));
    return;
  }
  Branch<Value>* const branch = OwnBranch(slot);
  Erase(branch->mutable_child(Branch<Value>::ChildOf(hash >> (kBits * level))),
        hash, level + 1, name);
  if (branch->NextChild(0) == Branch<Value>::kChildren) *slot = Ref<Value>();
}

}  // namespace groupring::shared_map

#endif  // GROUPRING_REDIS_BASE_SHARED_MAP_NODE_H_
