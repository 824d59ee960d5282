// A hash map of objects by name whose copies share their parts.
//
// Copying costs one reference count. Changing a copy costs the path to the
// change (two or three nodes), whatever the size. So each version of a million
// names is a separate map, and the differences between two versions are found
// without visiting what they share.
#ifndef GROUPRING_REDIS_BASE_SHARED_MAP_H_
#define GROUPRING_REDIS_BASE_SHARED_MAP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "redis/base/name_map.h"
#include "redis/base/shared_map_node.h"

namespace groupring {

// `Value` has a std::string `name`, which is its key. As with other containers
// several threads may read one object, and copies are independent.
template <typename Value>
class SharedMap {
  using Node = shared_map::Node<Value>;
  using Branch = shared_map::Branch<Value>;
  using Leaf = shared_map::Leaf<Value>;
  using Ref = shared_map::Ref<Value>;

 public:
  using Pointer = std::shared_ptr<const Value>;
  using key_type = std::string;
  using mapped_type = Pointer;

  // What an iterator refers to; the members are named like those of std::pair.
  struct Item {
    const std::string& first;
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
      const Pointer& value = leaf_->value(index_);
      return {value->name, value};
    }
    pointer operator->() const { return {**this}; }
    const_iterator& operator++() {
      if (++index_ == leaf_->size()) Climb();
      return *this;
    }
    const_iterator operator++(int) {
      const_iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const const_iterator& other) const {
      return leaf_ == other.leaf_ && index_ == other.index_;
    }

   private:
    friend class SharedMap;
    struct Frame {
      const Branch* branch;
      size_t child;
    };

    // Moves to the first value at or below the node, if there is one.
    bool Descend(const Node* node) {
      while (node != nullptr && !node->is_leaf()) {
        const auto* branch = static_cast<const Branch*>(node);
        const size_t child = branch->NextChild(0);
        if (child == Branch::kChildren) return false;
        frames_[depth_++] = {branch, child};
        node = branch->child(child);
      }
      leaf_ = static_cast<const Leaf*>(node);
      index_ = 0;
      return leaf_ != nullptr;
    }
    // Moves to the first value after those of this leaf.
    void Climb() {
      leaf_ = nullptr;
      index_ = 0;
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
    size_t index_ = 0;
    size_t depth_ = 0;
    std::array<Frame, shared_map::kMaxDepth> frames_{};
  };
  using iterator = const_iterator;

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  const_iterator begin() const {
    const_iterator it;
    it.Descend(root_.get());
    return it;
  }
  const_iterator end() const { return {}; }

  // The value, or null if there is none. Cheaper than find.
  const Pointer* Get(std::string_view name) const {
    const uint64_t hash = NameHash()(name);
    const Node* node = root_.get();
    for (uint64_t rest = hash; node != nullptr; rest >>= shared_map::kBits) {
      if (node->is_leaf()) {
        const auto* leaf = static_cast<const Leaf*>(node);
        const size_t index = leaf->Find(hash, name);
        return index == leaf->size() ? nullptr : &leaf->value(index);
      }
      node = static_cast<const Branch*>(node)->child(Branch::ChildOf(rest));
    }
    return nullptr;
  }

  const_iterator find(std::string_view name) const {
    const uint64_t hash = NameHash()(name);
    const_iterator it;
    const Node* node = root_.get();
    for (uint64_t rest = hash; node != nullptr; rest >>= shared_map::kBits) {
      if (node->is_leaf()) {
        const auto* leaf = static_cast<const Leaf*>(node);
        const size_t index = leaf->Find(hash, name);
        if (index == leaf->size()) return end();
        it.leaf_ = leaf;
        it.index_ = index;
        return it;
      }
      const auto* branch = static_cast<const Branch*>(node);
      const size_t child = Branch::ChildOf(rest);
      it.frames_[it.depth_++] = {branch, child};
      node = branch->child(child);
    }
    return end();
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
    Compare(was, is, was.root_.get(), is.root_.get(), visit);
  }

 private:
  template <typename Visit>
  static void ForEach(const Node* node, const Visit& visit) {
    if (node == nullptr) return;
    const_iterator it;
    if (!it.Descend(node)) return;
    for (; it.leaf_ != nullptr; ++it) visit((*it).second);
  }

  template <typename Visit>
  static void Compare(const SharedMap& was, const SharedMap& is,
                      const Node* was_node, const Node* is_node,
                      const Visit& visit) {
    if (was_node == is_node) return;
    if (was_node != nullptr && is_node != nullptr && !was_node->is_leaf() &&
        !is_node->is_leaf()) {
      for (size_t i = 0; i < Branch::kChildren; ++i) {
        Compare(was, is, static_cast<const Branch*>(was_node)->child(i),
                static_cast<const Branch*>(is_node)->child(i), visit);
      }
      return;
    }
    ForEach(is_node, [&](const Pointer& value) {
      const Pointer* const before = was.Get(value->name);
      if (before == nullptr || *before != value) {
        visit(before == nullptr ? nullptr : before->get(), value.get());
      }
    });
    ForEach(was_node, [&](const Pointer& value) {
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
