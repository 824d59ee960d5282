// How long things took, to three per cent, in little memory.
#ifndef GROUPRING_TESTS_BENCH_LOAD_HISTOGRAM_H_
#define GROUPRING_TESTS_BENCH_LOAD_HISTOGRAM_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace groupring::bench {

// Buckets as in HdrHistogram: 32 in each power of two. Not thread-safe.
class Histogram {
 public:
  void Add(uint64_t value) {
    ++counts_[Bucket(value)];
    ++total_;
  }

  void Merge(const Histogram& other) {
    for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    total_ += other.total_;
  }

  uint64_t total() const { return total_; }

  // The value that the part `quantile` of all does not exceed; 0 of nothing.
  uint64_t Quantile(double quantile) const {
    const auto wanted =
        static_cast<uint64_t>(quantile * static_cast<double>(total_));
    uint64_t seen = 0;
    for (size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > wanted || (seen == total_ && seen > 0)) return Upper(i);
    }
    return 0;
  }

 private:
  static constexpr unsigned kSubBits = 5;
  static constexpr uint64_t kSubBuckets = uint64_t{1} << kSubBits;

  static size_t Bucket(uint64_t value) {
    if (value < kSubBuckets) return value;
    const auto shift =
        static_cast<unsigned>(std::bit_width(value)) - kSubBits - 1;
    return (shift + 1) * kSubBuckets + ((value >> shift) - kSubBuckets);
  }
  static uint64_t Upper(size_t bucket) {
    if (bucket < kSubBuckets) return bucket;
    const uint64_t shift = bucket / kSubBuckets - 1;
    return ((bucket % kSubBuckets + kSubBuckets + 1) << shift) - 1;
  }

  std::array<uint64_t, 60 * kSubBuckets> counts_{};
  uint64_t total_ = 0;
};

}  // namespace groupring::bench

#endif  // GROUPRING_TESTS_BENCH_LOAD_HISTOGRAM_H_
