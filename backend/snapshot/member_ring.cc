#include "backend/snapshot/member_ring.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "hashing/ring.h"
#include "redis/base/printable.h"

namespace groupring::backend {

std::shared_ptr<const MemberRing> BuildMemberRing(
    const std::shared_ptr<const redis::AddressSet>& set,
    std::vector<std::string>* complaints) {
  if (set->empty()) return nullptr;
  const std::vector<redis::AddressRange>& members = set->members();

  const auto identity = [](const redis::AddressRange& member) {
    return member.is_single() ? member.canonical : member.text;
  };
  std::vector<hashing::RingGroup> groups;
  groups.reserve(members.size());
  for (const redis::AddressRange& member : members) {
    groups.push_back({identity(member), redis::kDefaultWeight});
  }
  std::string error;
  auto result = std::make_shared<MemberRing>();
  result->set = set;
  result->ring = hashing::Ring::Create(std::move(groups), &error);
  if (result->ring == nullptr) {
    complaints->push_back(absl::StrFormat(
        "%s: its members make no ring: %s; not served", set->key(), error));
    return nullptr;
  }
  result->member_of.resize(members.size());
  for (size_t i = 0; i < members.size(); ++i) {
    result->member_of[*result->ring->IndexOf(identity(members[i]))] = i;
  }
  return result;
}

}  // namespace groupring::backend
