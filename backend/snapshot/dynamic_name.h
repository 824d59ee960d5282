// How names are answered dynamically.
#ifndef GROUPRING_BACKEND_SNAPSHOT_DYNAMIC_NAME_H_
#define GROUPRING_BACKEND_SNAPSHOT_DYNAMIC_NAME_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "hashing/ring.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// The members of a `consistent_hash` name's set as a ring of their own.
struct MemberRing {
  std::shared_ptr<const redis::AddressSet> set;
  std::shared_ptr<const hashing::Ring> ring;
  std::vector<size_t> member_of;  // ring index → index in set->members()
};

inline constexpr uint32_t kNoRing = 0xffffffff;

// How a name is answered dynamically. Names on a ring for which all of this is
// the same share one object: of a million names few have something of their
// own, and an answer has to wait for less memory.
struct DynamicName {
  // Of the name's CONFIG.
  redis::AnswerMode mode = redis::AnswerMode::kRandom;
  redis::OnEmpty on_empty = redis::OnEmpty::kFailOpen;
  uint32_t ttl_seconds = 0;
  uint32_t answers = 1;

  uint32_t ring = kNoRing;  // into Snapshot::rings; group_consistent_hash only
  // The name's own skip list and that of its zone's apex. Empty ones are one
  // object for all names.
  std::array<std::shared_ptr<const redis::SkipList>, redis::kFamilies> skip;
  // consistent_hash only; null for a family without members.
  std::array<std::shared_ptr<const MemberRing>, redis::kFamilies> member_rings;
  // The name, with the addresses that it is answered from; null for names on a
  // ring.
  std::shared_ptr<const redis::NameData> own;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_DYNAMIC_NAME_H_
