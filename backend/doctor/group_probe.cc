#include "backend/doctor/group_probe.h"

#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/doctor/answer_fit.h"
#include "backend/doctor/dns_probe.h"
#include "backend/resolver/client.h"
#include "hashing/ring.h"
#include "redis/model/address.h"

namespace groupring::backend {
namespace {

// So many subnets are looked at for those that are at home on the group; a
// group that has none of them has hardly any clients.
constexpr uint32_t kSubnetsLookedAt = 20'000;

// Spread over the unicast addresses: an odd multiplier visits each /24 once.
std::array<uint8_t, 3> SubnetAt(uint32_t index) {
  const uint32_t mixed = (index * 2'654'435'761U) >> 8;
  return {static_cast<uint8_t>(1 + (mixed >> 16) % 223),
          static_cast<uint8_t>(mixed >> 8), static_cast<uint8_t>(mixed)};
}

// The ring of these groups with the group on it, with the weight that groups
// have by default if it has weight 0; null when it is none of them.
std::shared_ptr<const hashing::Ring> RingWith(const redis::GroupList& members,
                                              const RingView& view,
                                              const std::string& group) {
  if (view.ring->IndexOf(group)) return view.ring;
  if (view.weightless == nullptr || !view.weightless->IndexOf(group)) {
    return nullptr;
  }
  std::vector<hashing::RingGroup> groups = {{group, redis::kDefaultWeight}};
  for (const redis::WeightedGroup& member : members) {
    if (member.weight != 0) groups.push_back({member.name, member.weight});
  }
  std::string error;
  return hashing::Ring::Create(std::move(groups), &error);
}

std::vector<GroupQuestion> QuestionsAt(const std::string& name,
                                       const AffinityTable* affinity,
                                       const hashing::Ring& ring,
                                       const std::string& group) {
  std::vector<GroupQuestion> questions;
  const size_t home = *ring.IndexOf(group);
  for (uint32_t i = 0;
       i < kSubnetsLookedAt && questions.size() < kQuestionsPerName; ++i) {
    const std::array<uint8_t, 3> subnet = SubnetAt(i);
    const Client client = ClientOf("", SubnetText(subnet), affinity);
    if (ring.First(hashing::SlotOf(client.key)) == home) {
      questions.push_back({name, subnet});
    }
  }
  return questions;
}

// The addresses that the group has in the family, and those that it had last.
std::vector<const redis::AddressSet*> SetsOf(const redis::GroupData& group,
                                             redis::Family family) {
  const auto f = static_cast<size_t>(family);
  std::vector<const redis::AddressSet*> sets;
  for (const auto* set : {group.addresses[f].get(), group.last_good[f].get()}) {
    if (set != nullptr && !set->empty()) sets.push_back(set);
  }
  return sets;
}

bool IsOf(const redis::GroupData& group, redis::Family family,
          const std::string& address) {
  const auto single = redis::ParsePrefix(family, address);
  if (!single) return false;
  for (const redis::AddressSet* set : SetsOf(group, family)) {
    for (const redis::AddressRange& member : set->members()) {
      if (redis::SkipList({member}).Covers(single->first)) return true;
    }
  }
  return false;
}

std::optional<Obstacle> Ask(const redis::GroupData& group,
                            const GroupQuestion& question, redis::Family family,
                            const std::string& server,
                            std::chrono::milliseconds timeout) {
  const auto obstacle = [&](Obstacle::Kind kind, const std::string& detail) {
    Obstacle one;
    one.kind = kind;
    one.server = server;
    one.detail = absl::StrFormat("%s for %s: %s", question.name,
                                 SubnetText(question.subnet), detail);
    return one;
  };
  const auto answer =
      AskDns(server, question.name, question.subnet, family, timeout);
  if (!answer.ok()) {
    return obstacle(Obstacle::Kind::kServerDoesNotAnswer,
                    std::string(answer.status().message()));
  }
  for (const std::string& address : answer->addresses) {
    if (IsOf(group, family, address)) {
      return obstacle(Obstacle::Kind::kServerAnswersGroup, address);
    }
  }
  if (answer->rcode != 0) {
    return obstacle(Obstacle::Kind::kServerDoesNotAnswer,
                    RcodeName(answer->rcode));
  }
  if (!answer->addresses.empty() && !answer->ecs_scope.has_value()) {
    return obstacle(Obstacle::Kind::kServerDoesNotAnswer,
                    "it ignores the client's subnet, so nothing can be said "
                    "of other clients (edns-subnet-processing=yes)");
  }
  return std::nullopt;
}

// In each family that the group has, or had, addresses of; in A if in none.
std::optional<Obstacle> Ask(const redis::GroupData& group,
                            const GroupQuestion& question,
                            const std::string& server,
                            std::chrono::milliseconds timeout) {
  const bool has_aaaa = !SetsOf(group, redis::Family::kAaaa).empty();
  if (!has_aaaa || !SetsOf(group, redis::Family::kA).empty()) {
    std::optional<Obstacle> obstacle =
        Ask(group, question, redis::Family::kA, server, timeout);
    if (obstacle) return obstacle;
  }
  if (!has_aaaa) return std::nullopt;
  return Ask(group, question, redis::Family::kAaaa, server, timeout);
}

}  // namespace

std::vector<GroupQuestion> QuestionsFor(const Snapshot& snapshot,
                                        const std::string& group) {
  std::map<std::string, std::shared_ptr<const hashing::Ring>> rings;
  for (const auto& [text, owner] : *snapshot.owners) {
    if (owner->dynamic == nullptr) continue;
    const RingView* const view = snapshot.RingOf(*owner->dynamic);
    if (view == nullptr) continue;
    auto ring = RingWith(*owner->data->groups, *view, group);
    if (ring != nullptr) rings.emplace(text, std::move(ring));
    if (rings.size() > kMaxQuestionNames) rings.erase(std::prev(rings.end()));
  }
  std::vector<GroupQuestion> questions;
  for (const auto& [name, ring] : rings) {
    for (GroupQuestion& question :
         QuestionsAt(name, snapshot.affinity.get(), *ring, group)) {
      questions.push_back(std::move(question));
    }
  }
  return questions;
}

std::vector<Obstacle> ProbeGroup(const redis::GroupData& group,
                                 const std::vector<GroupQuestion>& questions,
                                 const std::vector<std::string>& servers,
                                 std::chrono::milliseconds timeout) {
  std::vector<Obstacle> obstacles;
  for (const std::string& server : servers) {
    for (const GroupQuestion& question : questions) {
      std::optional<Obstacle> obstacle = Ask(group, question, server, timeout);
      if (!obstacle) continue;
      obstacles.push_back(*std::move(obstacle));
      break;
    }
  }
  return obstacles;
}

}  // namespace groupring::backend
