// Finds numbers in a large sorted list with few steps that wait for each other.
#ifndef GROUPRING_BACKEND_SNAPSHOT_SORTED_INDEX_H_
#define GROUPRING_BACKEND_SNAPSHOT_SORTED_INDEX_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace groupring::backend {

// A directory over the list: it cuts the range of the numbers into equal parts,
// about half as many as there are numbers, and says where in the list each part
// begins. Parts of more than kLeaf numbers have directories of their own. A
// search takes one step for each directory, nearly always one or two, and then
// counts within a leaf, all without branches that depend on the number.
// Immutable; any thread may read it.
template <typename Number>
class SortedIndex {
 public:
  static constexpr size_t kLeaf = 8;

  SortedIndex() = default;

  // REQUIRES: sorted, without repetition, beginning with 0, below 2^31 numbers.
  explicit SortedIndex(std::vector<Number> sorted)
      : numbers_(std::move(sorted)), size_(numbers_.size()) {
    if (empty()) return;
    // So that each leaf has kLeaf numbers behind its begin.
    numbers_.resize(size_ + kLeaf, std::numeric_limits<Number>::max());
    numbers_.shrink_to_fit();
    // Without the 0, which is often far from all others.
    root_ = Divide(1, size_);
    parts_.shrink_to_fit();
    directories_.shrink_to_fit();
  }

  bool empty() const { return size_ == 0; }

  // The position of the last number that is not above `wanted`.
  // REQUIRES: !empty().
  size_t Find(Number wanted) const {
    uint32_t at = root_;
    while ((at & kIsDirectory) != 0) {
      const Directory& directory = directories_[at & ~kIsDirectory];
      // What is before the first number or beyond the last, which is still
      // before the next in the list, belongs to the first and the last part.
      const Number distance =
          wanted < directory.first_number ? 0 : wanted - directory.first_number;
      const auto part =
          std::min<Number>(distance >> directory.shift, directory.last_part);
      at = parts_[directory.first_part + static_cast<size_t>(part)];
    }
    const Number* const numbers = numbers_.data() + at;
    // In two sums, which the processor adds at the same time.
    size_t even = 0;
    size_t odd = 0;
#pragma GCC unroll 8
    for (size_t i = 0; i < kLeaf; i += 2) {
      even += numbers[i] <= wanted ? 1 : 0;
      odd += numbers[i + 1] <= wanted ? 1 : 0;
    }
    // The filling at the end counts when the largest number is wanted.
    return std::min(at + even + odd, size_) - 1;
  }

 private:
  static constexpr uint32_t kIsDirectory = uint32_t{1} << 31;

  struct Directory {
    Number first_number = 0;
    Number last_part = 0;
    uint32_t first_part = 0;  // in parts_
    uint8_t shift = 0;        // a part is 2^shift wide
  };

  // What stands for the numbers from `begin` to before `end`: a directory, with
  // kIsDirectory, or where a leaf begins.
  uint32_t Divide(size_t begin, size_t end) {
    if (end - begin <= kLeaf) return static_cast<uint32_t>(begin);
    Directory directory;
    directory.first_number = numbers_[begin];
    const Number range = numbers_[end - 1] - directory.first_number;
    // As many as there may be are four or more, so none has all numbers.
    while (range >> directory.shift >= (end - begin) / 2) ++directory.shift;
    directory.last_part = range >> directory.shift;
    directory.first_part = static_cast<uint32_t>(parts_.size());
    const auto own = static_cast<uint32_t>(directories_.size());
    const size_t count = static_cast<size_t>(directory.last_part) + 1;
    parts_.resize(parts_.size() + count);
    directories_.push_back(directory);
    for (size_t part = 0; part < count; ++part) {
      size_t part_end = begin;
      while (part_end < end &&
             (numbers_[part_end] - directory.first_number) >> directory.shift ==
                 part) {
        ++part_end;
      }
      // Which may move parts_.
      const uint32_t found = Divide(begin, part_end);
      parts_[directory.first_part + part] = found;
      begin = part_end;
    }
    return own | kIsDirectory;
  }

  std::vector<Number> numbers_;  // with a filling behind them
  size_t size_ = 0;              // without it
  std::vector<Directory> directories_;
  std::vector<uint32_t> parts_;  // of all directories
  uint32_t root_ = 0;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_SORTED_INDEX_H_
