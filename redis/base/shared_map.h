// A hash map of objects by name whose copies share their parts.
//
// Copying costs one reference count. Changing a copy costs the path to the
// change (two or three nodes of at most 512 values), whatever the size. So each
// version of a million names is a separate map, and the differences between two
// versions are found without visiting what they share.
#ifndef GROUPRING_REDIS_BASE_SHARED_MAP_H_
#define GROUPRING_REDIS_BASE_SHARED_MAP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "redis/base/name_map.h"
#include "redis/base/shared_map_node.h"

namespace groupring {

// `Value` has a `name`, which is its key and converts to std::string_view. As
// with other containers several threads may read one object, and copies are
// independent.
template <typename Value>
class SharedMap {
  using Branch = shared_map::Branch<Value>;
  using Leaf = shared_map::Leaf<Value>;
  using Ref = shared_map::Ref<Value>;
  using LeafSize = shared_map::LeafSize;

 public:
  using Pointer = std::shared_ptr<const Value>;
  using key_type = decltype(Value::name);
  using mapped_type = Pointer;

  // What an iterator refers to; the members are named like those of std::pair.
  struct Item {
    const key_type& first;
    const Pointer& second;
  };

  class const_iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    using reference = Item;
    struct pointer {
      Item item;
      const Item* operator->() const { return &item; }
    };

    const_iterator() = default;
    Item operator*() const {
      const Pointer& value = leaf_->value(place_);
      return {value->name, value};
    }
    pointer operator->() const { return {**this}; }
    const_iterator& operator++() {
      place_ = leaf_->NextPlace(size_, place_ + 1);
      if (place_ == shared_map::kPlaces[size_]) Climb();
      return *this;
    }
    const_iterator operator++(int) {
      const_iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const const_iterator& other) const {
      return leaf_ == other.leaf_ && place_ == other.place_;
    }

   private:
    friend class SharedMap;
    struct Frame {
      const Branch* branch;
      size_t child;
    };

    void Enter(const Ref& leaf, size_t place) {
      leaf_ = leaf.leaf();
      size_ = leaf.leaf_size();
      place_ = place;
    }
    // Notes the branches above the place of that hash. Returns what is there: a
    // leaf or nothing.
    const Ref* SetPath(const Ref& root, uint64_t hash) {
      const Ref* node = &root;
      for (uint64_t rest = hash; node->is_branch();
           rest >>= shared_map::kBits) {
        const Branch* const branch = node->branch();
        const size_t child = Branch::ChildOf(rest);
        frames_[depth_++] = {branch, child};
        node = &branch->child(child);
      }
      return node;
    }
    // Moves to the first value at or below the node, if there is one.
    bool Descend(const Ref& root) {
      const Ref* node = &root;
      while (!node->is_leaf()) {
        if (node->empty()) return false;
        const Branch* const branch = node->branch();
        const size_t child = branch->NextChild(0);
        if (child == Branch::kChildren) return false;
        frames_[depth_++] = {branch, child};
        node = &branch->child(child);
      }
      Enter(*node, node->leaf()->NextPlace(node->leaf_size(), 0));
      return true;
    }
    // Moves to the first value after those of this leaf.
    void Climb() {
      leaf_ = nullptr;
      place_ = 0;
      while (depth_ > 0) {
        Frame& frame = frames_[depth_ - 1];
        frame.child = frame.branch->NextChild(frame.child + 1);
        if (frame.child == Branch::kChildren) {
          --depth_;
        } else if (Descend(frame.branch->child(frame.child))) {
          return;
        }
      }
    }

    const Leaf* leaf_ = nullptr;  // null: the end
    LeafSize size_ = 0;
    size_t place_ = 0;
    size_t depth_ = 0;
    std::array<Frame, shared_map::kMaxDepth> frames_{};
  };
  using iterator = const_iterator;

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  const_iterator begin() const {
    const_iterator it;
    it.Descend(root_);
    return it;
  }
  const_iterator end() const { return {}; }

  // Where a name is if the map has it. Valid while the map does not change.
  class Place {
   private:
    friend class SharedMap;
    const Ref* node = nullptr;
    uint64_t hash = 0;
  };
  // The first half of Get: starts to read the memory that the second half needs
  // and does not wait for it.
  Place Locate(std::string_view name) const {
    Place place;
    place.hash = NameHash()(name);
    place.node = &root_;
    uint64_t rest = place.hash;
    while (!place.node->is_leaf() && !place.node->empty()) {
      place.node = &place.node->branch()->child(Branch::ChildOf(rest));
      rest >>= shared_map::kBits;
    }
    if (place.node->is_leaf()) {
      place.node->leaf()->Prefetch(place.node->leaf_size(), place.hash);
    }
    return place;
  }
  // `place` is what Locate has returned for the name.
  const Pointer* Get(const Place& place, std::string_view name) const {
    if (place.node->empty()) return nullptr;
    const Leaf& leaf = *place.node->leaf();
    const LeafSize size = place.node->leaf_size();
    const size_t found = leaf.Find(size, place.hash, name);
    return found == shared_map::kPlaces[size] ? nullptr : &leaf.value(found);
  }
  // The value, or null if there is none. Cheaper than find.
  const Pointer* Get(std::string_view name) const {
    return Get(Locate(name), name);
  }

  const_iterator find(std::string_view name) const {
    const uint64_t hash = NameHash()(name);
    const_iterator it;
    const Ref* const node = it.SetPath(root_, hash);
    if (node->empty()) return end();
    const LeafSize size = node->leaf_size();
    const size_t place = node->leaf()->Find(size, hash, name);
    if (place == shared_map::kPlaces[size]) return end();
    it.Enter(*node, place);
    return it;
  }
  // Calls visit(value) for at least `least` values, or for all that are left.
  // Goes on where the call ended whose last value had the name `after`; begins
  // with the first value if that is not given. Whatever is added and erased
  // between the calls, a value that is there all the time is visited. It may
  // be visited twice if values are added.
  template <typename Visit>
  void ForSome(std::optional<std::string_view> after, size_t least,
               const Visit& visit) const {
    // Leaf by leaf: a leaf whose values change puts them into another order.
    size_t visited = 0;
    for (const_iterator it = after.has_value() ? NextLeaf(*after) : begin();
         it.leaf_ != nullptr && visited < least;) {
      const Leaf* const leaf = it.leaf_;
      for (; it.leaf_ == leaf; ++it) {
        visit(leaf->value(it.place_));
        ++visited;
      }
    }
  }

  bool contains(std::string_view name) const { return Get(name) != nullptr; }
  // REQUIRES: contains(name).
  const Pointer& at(std::string_view name) const { return *Get(name); }

  // Adds the value or replaces the one of that name. REQUIRES: it is not null.
  void Set(Pointer value) {
    const uint64_t hash = NameHash()(std::string_view(value->name));
    if (shared_map::Set(&root_, hash, 0, std::move(value))) ++size_;
  }
  // Returns whether there was a value of that name.
  bool erase(std::string_view name) {
    const uint64_t hash = NameHash()(name);
    // Do not copy nodes for a name that is not in the map.
    if (Get(name) == nullptr) return false;
    shared_map::Erase(&root_, hash, 0, name);
    --size_;
    return true;
  }
  void clear() { *this = SharedMap(); }

  // Calls visit(was, is) for each name for which the maps have different
  // objects; null for a map that has none. The cost is proportional to what the
  // maps do not share.
  template <typename Visit>
  static void ForEachDifference(const SharedMap& was, const SharedMap& is,
                                const Visit& visit) {
    Compare(was, is, was.root_, is.root_, visit);
  }

 private:
  // The first value behind the leaf that has the name, or would have it.
  const_iterator NextLeaf(std::string_view name) const {
    const_iterator it;
    it.SetPath(root_, NameHash()(name));
    it.Climb();
    return it;
  }

  // Calls visit for the values at or below `node`, except for those that
  // `other`, if it is a leaf of the same size, has in the same place. Of two
  // versions of a leaf these are nearly all, and they are not read.
  template <typename Visit>
  static void ForEachBut(const Ref& other, const Ref& node,
                         const Visit& visit) {
    const bool alike = node.is_leaf() && node.leaf_size() == other.leaf_size();
    const_iterator it;
    if (!it.Descend(node)) return;
    for (; it.leaf_ != nullptr; ++it) {
      const Pointer& value = it.leaf_->value(it.place_);
      if (alike && other.leaf()->value(it.place_) == value) continue;
      visit(value);
    }
  }

  template <typename Visit>
  static void Compare(const SharedMap& was, const SharedMap& is,
                      const Ref& was_node, const Ref& is_node,
                      const Visit& visit) {
    if (was_node == is_node) return;
    if (was_node.is_branch() && is_node.is_branch()) {
      for (size_t i = 0; i < Branch::kChildren; ++i) {
        Compare(was, is, was_node.branch()->child(i),
                is_node.branch()->child(i), visit);
      }
      return;
    }
    ForEachBut(was_node, is_node, [&](const Pointer& value) {
      const Pointer* const before = was.Get(value->name);
      if (before == nullptr || *before != value) {
        visit(before == nullptr ? nullptr : before->get(), value.get());
      }
    });
    ForEachBut(is_node, was_node, [&](const Pointer& value) {
      if (!is.contains(value->name)) {
        visit(value.get(), static_cast<const Value*>(nullptr));
      }
    });
  }

  Ref root_;
  size_t size_ = 0;
};

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_SHARED_MAP_H_
