// Which label a client's network has: longest-prefix look-up.
#ifndef GROUPRING_BACKEND_SNAPSHOT_AFFINITY_TABLE_H_
#define GROUPRING_BACKEND_SNAPSHOT_AFFINITY_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "backend/snapshot/sorted_index.h"
#include "hashing/subnet_key.h"
#include "redis/model/affinity.h"

namespace groupring::backend {

// Immutable; any thread may read it.
class AffinityTable {
 public:
  // One entry, as a look-up needs it, within one line of the caches.
  struct alignas(32) Row {
    const redis::AffinityEntry* entry = nullptr;  // of entries()
    // Of the closest network around it in the same list (entries().shared() or
    // own()), if any.
    const Row* around = nullptr;
    uint64_t label_hash = 0;
    uint32_t parts = 1;
    uint8_t prefix_length = 0;
  };

  // Returns null for null, and `before` (may be null) if it was made from the
  // same entries. What entries share with those of `before` is not made again.
  static std::shared_ptr<const AffinityTable> Of(
      std::shared_ptr<const redis::AffinityEntries> entries,
      const std::shared_ptr<const AffinityTable>& before);

  // REQUIRES: not null.
  explicit AffinityTable(std::shared_ptr<const redis::AffinityEntries> entries,
                         const AffinityTable* before = nullptr);

  AffinityTable(const AffinityTable&) = delete;
  AffinityTable& operator=(const AffinityTable&) = delete;

  // The entry with the longest prefix, of at most `longest` bits, that contains
  // the client's address; null: there is none. The client's prefix must be at
  // least that long.
  const Row* Find(const hashing::ClientSubnet& client, uint8_t longest) const {
    const Row* const row = shared_->Find(client, longest);
    return own_ == nullptr ? row : FindDiffering(client, longest, row);
  }

  // The entry of the closest network around that row's, which the client has.
  const Row* Around(const hashing::ClientSubnet& client, const Row& row) const {
    if (row.prefix_length == 0) return nullptr;
    return Find(client, static_cast<uint8_t>(row.prefix_length - 1));
  }

  const std::shared_ptr<const redis::AffinityEntries>& entries() const {
    return entries_;
  }

 private:
  // Of one list.
  class Part {
   public:
    explicit Part(std::shared_ptr<const redis::AffinityList> list);
    const Row* Find(const hashing::ClientSubnet& client, uint8_t longest) const;
    const std::shared_ptr<const redis::AffinityList>& list() const {
      return list_;
    }
    // REQUIRES: a row of this part.
    size_t IndexOf(const Row* row) const {
      return static_cast<size_t>(row - rows_.data());
    }

   private:
    static constexpr uint32_t kNone = 0xffffffff;

    // Networks that nest cut the addresses into intervals, in each of which one
    // row decides: that of the smallest network.
    struct Interval {
      uint64_t high = 0;  // the first address: of IPv4 only `low` is used
      uint64_t low = 0;
      uint32_t row = kNone;  // into rows_
    };
    std::vector<Interval> Cut(redis::Family family) const;
    void BuildIpv4();
    void BuildIpv6();

    std::shared_ptr<const redis::AffinityList> list_;
    std::vector<Row> rows_;  // of list_, in its order

    SortedIndex<uint32_t> ipv4_;
    std::vector<uint32_t> ipv4_rows_;  // by interval; smaller than pointers

    // By the first half of an address. Where networks within one /64 differ,
    // the second half decides in a list of its own.
    struct Within {
      SortedIndex<uint64_t> low;
      std::vector<uint32_t> rows;
    };
    struct Half {
      uint32_t row = kNone;
      uint32_t within = kNone;  // into within_
    };
    SortedIndex<uint64_t> ipv6_;
    std::vector<Half> ipv6_halves_;
    std::vector<Within> within_;
  };

  // `row`: what the shared list says.
  const Row* FindDiffering(const hashing::ClientSubnet& client, uint8_t longest,
                           const Row* row) const;

  std::shared_ptr<const redis::AffinityEntries> entries_;
  std::shared_ptr<const Part> shared_;
  // Where the entries differ from their shared list: their own, and which rows
  // of the shared list do not count.
  std::unique_ptr<const Part> own_;
  std::vector<bool> hidden_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_AFFINITY_TABLE_H_
