// Many texts in one piece of memory.
#ifndef GROUPRING_REDIS_CONNECTION_PACKED_TEXTS_H_
#define GROUPRING_REDIS_CONNECTION_PACKED_TEXTS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace groupring::redis {

// Thousands of keys without an allocation for each. Keeps its memory when it is
// cleared.
class PackedTexts {
 public:
  void Add(std::string_view text) {
    all_.append(text);
    ends_.push_back(all_.size());
  }
  void Clear() {
    all_.clear();
    ends_.clear();
  }

  size_t size() const { return ends_.size(); }
  // Valid until the next Add.
  std::string_view operator[](size_t index) const {
    const size_t begin = index == 0 ? 0 : ends_[index - 1];
    return std::string_view(all_).substr(begin, ends_[index] - begin);
  }

 private:
  std::string all_;
  std::vector<size_t> ends_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_PACKED_TEXTS_H_
