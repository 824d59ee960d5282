// Addresses of a group that are in its sets but are not answered.
#ifndef GROUPRING_REDIS_MODEL_WITHHELD_H_
#define GROUPRING_REDIS_MODEL_WITHHELD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "redis/base/random.h"
#include "redis/model/address.h"
#include "redis/model/skip_list.h"
#include "redis/model/verdict.h"

namespace groupring::redis {

// Why an address is withheld.
enum class WithheldCause : uint8_t {
  kOperator,  // `<group>:DISABLED`
  kHealth,    // checkers say that it is down
  kTooFewUp,  // it is not down, but too few of its family are up (MIN_UP)
};

struct WithheldAddress {
  AddressRange range;  // its text is the field in Redis
  WithheldCause cause = WithheldCause::kOperator;
  int64_t until = 0;   // unix seconds; 0: forever
  int64_t since = 0;   // unix seconds; 0: not said
  std::string reason;  // of kHealth: the server's own words, or why
  std::string by;
  // For kHealth: how many of the votes said "down", and why.
  uint32_t down_votes = 0;
  uint32_t votes = 0;
  std::optional<VerdictReason> verdict_reason;

  bool IsInForce(int64_t unix_millis) const {
    return until == 0 || unix_millis < until * 1000;
  }
  bool operator==(const WithheldAddress& other) const;
};

// The withheld addresses of one group and family. Immutable; any thread may
// read it.
class WithheldAddresses {
 public:
  explicit WithheldAddresses(std::vector<WithheldAddress> entries);

  // Sorted by text.
  const std::vector<WithheldAddress>& entries() const { return entries_; }
  const SkipList& list() const { return list_; }

  // The entry with that text; null: there is none.
  const WithheldAddress* Find(std::string_view text) const;
  // An entry in force that covers all of the range, preferably the one with the
  // same text; null: no single entry does.
  const WithheldAddress* Covering(const AddressRange& range,
                                  int64_t unix_millis) const;

  bool operator==(const WithheldAddresses& other) const {
    return entries_ == other.entries_;
  }

 private:
  std::vector<WithheldAddress> entries_;
  SkipList list_;
};

// The addresses that one answer must not contain: those that its name skips and
// those that its group withholds at the time. Refers to both lists, which must
// outlive it; cheap to copy.
class Exclusions {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a skip list is one.
  Exclusions(const SkipList& skip) : skip_(&skip) {}
  // `withheld` may be null.
  Exclusions(const SkipList& skip, const SkipList* withheld,
             int64_t unix_millis)
      : skip_(&skip), withheld_(withheld), unix_millis_(unix_millis) {}

  bool empty() const { return skip_->empty() && withheld_ == nullptr; }

  // Like the functions of SkipList, for both lists together.
  std::optional<AddressBytes> PickHost(const AddressRange& range,
                                       Random* random) const;
  bool LeavesHost(const AddressRange& range) const;

 private:
  const SkipList* skip_;
  const SkipList* withheld_ = nullptr;
  int64_t unix_millis_ = 0;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_WITHHELD_H_
