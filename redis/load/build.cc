#include "redis/load/build.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "redis/schema/affinity.h"
#include "redis/schema/group_state.h"
#include "redis/schema/keys.h"
#include "redis/schema/members.h"
#include "redis/schema/name_head.h"
#include "redis/schema/withheld.h"

namespace groupring::redis {
namespace {

bool IsMissing(const RawValue& raw) {
  return raw.kind == RawValue::Kind::kMissing;
}

void NoteRead(std::string key, const RawValue& raw, Findings* findings) {
  if (!raw.is_readable()) findings->unreadable.push_back(key);
  findings->keys.push_back(std::move(key));
}

// One for all: most names have no addresses of their own, and a set of each
// would be most of what a name takes. Nobody asks an empty set for its key.
const std::shared_ptr<const AddressSet>& EmptySet(Family family) {
  static const std::array<std::shared_ptr<const AddressSet>, kFamilies> kSets =
      {std::make_shared<const AddressSet>("", Family::kA,
                                          std::vector<AddressRange>()),
       std::make_shared<const AddressSet>("", Family::kAaaa,
                                          std::vector<AddressRange>())};
  return kSets[static_cast<size_t>(family)];
}

std::shared_ptr<const AddressSet> BuildSet(
    const std::string& owner, Family family, const RawValue& raw,
    const std::shared_ptr<const AddressSet>& before, Schema schema,
    Findings* findings) {
  std::string key = MakeKey(owner, KeyKind::kMembers, family);
  std::vector<AddressRange> members =
      ParseMembers(key, family, raw, &findings->complaints, schema);
  NoteRead(key, raw, findings);
  if (before != nullptr && !raw.is_readable()) return before;
  if (before != nullptr && !before->empty() && IsMissing(raw)) {
    findings->vanished = true;
  }
  if (members.empty()) {
    return before != nullptr && before->empty() ? before : EmptySet(family);
  }
  auto set = std::make_shared<const AddressSet>(std::move(key), family,
                                                std::move(members));
  return before != nullptr && before->SameAs(*set) ? before : set;
}

std::shared_ptr<const SkipList> BuildSkipList(
    const std::string& owner, Family family, const RawValue& raw,
    const std::shared_ptr<const SkipList>& before, Schema schema,
    Findings* findings) {
  static const auto kNothing = std::make_shared<const SkipList>();
  std::string key = MakeKey(owner, KeyKind::kSkipList, family);
  const std::vector<AddressRange> skipped =
      ParseSkipList(key, family, raw, &findings->complaints, schema);
  NoteRead(std::move(key), raw, findings);
  if (before != nullptr) {
    if (!before->empty() && IsMissing(raw)) findings->vanished = true;
    if (!raw.is_readable()) return before;
  }
  if (skipped.empty()) return kNothing;
  auto list = std::make_shared<const SkipList>(skipped);
  return before != nullptr && *before == *list ? before : list;
}

bool HasOwnWeights(const GroupList& groups) {
  return std::any_of(groups.begin(), groups.end(), [](const auto& group) {
    return group.weight != kDefaultWeight;
  });
}

// What a name inherits of its zone is none of its own.
bool HadConfig(const NameData& data, Schema schema) {
  if (schema == Schema::kRazor) return data.config_key.fields != 0;
  NameConfig without;
  without.answer = data.config.answer;  // its default depends on GROUPS
  return data.config != without;
}

bool HeadVanished(const RawNameHead& raw, const NameData& before,
                  Schema schema) {
  return (IsMissing(raw.config) && HadConfig(before, schema)) ||
         (IsMissing(raw.groups) && !before.groups->empty()) ||
         (IsMissing(raw.weights) && HasOwnWeights(*before.groups));
}

template <typename Data>
void BuildSets(const std::string& owner,
               const std::array<std::optional<RawValue>, kFamilies>& readings,
               const Data* before, Schema schema, Data* after,
               Findings* findings) {
  for (size_t i = 0; i < kFamilies; ++i) {
    if (!readings[i]) continue;
    after->addresses[i] = BuildSet(
        owner, static_cast<Family>(i), *readings[i],
        before == nullptr ? nullptr : before->addresses[i], schema, findings);
    if (!after->addresses[i]->empty()) {
      after->last_good[i] = after->addresses[i];
    }
  }
}

// Whether Redis holds, or may hold, addresses of the name's own.
bool HasSets(const NameReading& reading, const NameData* before) {
  for (size_t f = 0; f < kFamilies; ++f) {
    if (!reading.members[f]) continue;
    if (reading.members[f]->has_value()) return true;
    if (!reading.members[f]->is_readable() && before != nullptr &&
        !before->addresses[f]->empty()) {
      return true;
    }
  }
  return false;
}

bool Same(const GroupData& a, const GroupData& b) {
  return a.addresses == b.addresses && a.last_good == b.last_good &&
         a.withheld == b.withheld && a.state == b.state;
}

}  // namespace

Complaints OfUnreadable(const Findings& findings) {
  const std::set<std::string> unreadable(findings.unreadable.begin(),
                                         findings.unreadable.end());
  Complaints complaints;
  for (const Complaint& complaint : findings.complaints) {
    if (unreadable.contains(complaint.key)) complaints.push_back(complaint);
  }
  return complaints;
}

std::shared_ptr<const NameData> BuildName(
    const NameReading& reading, const std::shared_ptr<const NameData>& before,
    GroupLists* lists, Findings* findings, Schema schema) {
  auto after = before == nullptr ? std::make_shared<NameData>()
                                 : std::make_shared<NameData>(*before);
  after->name = reading.name;
  bool exists = before != nullptr;
  if (reading.head) {
    const RawNameHead& raw = *reading.head;
    NoteRead(MakeKey(reading.name, KeyKind::kConfig), raw.config, findings);
    NoteRead(MakeKey(reading.name, KeyKind::kGroups), raw.groups, findings);
    NoteRead(MakeKey(reading.name, KeyKind::kWeights), raw.weights, findings);
    std::shared_ptr<const GroupList> groups =
        lists->IfRemembered(*reading.head);
    const size_t complaints = findings->complaints.size();
    NameHead head = ParseNameHead(reading.name, *reading.head, before.get(),
                                  groups != nullptr, &findings->complaints);
    exists = head.exists ||
             (schema == Schema::kRazor && HasSets(reading, before.get()));
    if (before != nullptr &&
        (!exists || HeadVanished(*reading.head, *before, schema))) {
      findings->vanished = true;
    }
    after->config = std::move(head.config);
    after->config_key = head.config_key;
    if (groups == nullptr) {
      groups = lists->Intern(std::move(head.groups));
      if (reading.head->groups.has_value() &&
          findings->complaints.size() == complaints) {
        lists->Remember(*reading.head, groups);
      }
    }
    after->groups = std::move(groups);
  }
  BuildSets(reading.name, reading.members, before.get(), schema, after.get(),
            findings);
  for (size_t i = 0; i < kFamilies; ++i) {
    if (!reading.skip[i]) continue;
    after->skip[i] = BuildSkipList(
        reading.name, static_cast<Family>(i), *reading.skip[i],
        before == nullptr ? nullptr : before->skip[i], schema, findings);
  }
  if (!exists) return nullptr;
  if (before != nullptr && *before == *after) return before;
  return after;
}

std::shared_ptr<const GroupData> BuildGroup(
    const GroupReading& reading, const std::shared_ptr<const GroupData>& before,
    Findings* findings, Schema schema) {
  auto after = before == nullptr ? std::make_shared<GroupData>()
                                 : std::make_shared<GroupData>(*before);
  after->name = reading.name;
  BuildSets(reading.name, reading.members, before.get(), schema, after.get(),
            findings);
  if (reading.state) {
    std::string key = MakeKey(reading.name, KeyKind::kState);
    after->state = ParseGroupState(key, *reading.state,
                                   before == nullptr ? nullptr : &before->state,
                                   &findings->complaints);
    NoteRead(std::move(key), *reading.state, findings);
    if (before != nullptr && IsMissing(*reading.state) &&
        before->state != GroupState()) {
      findings->vanished = true;
    }
  }
  if (reading.disabled) {
    std::string key = MakeKey(reading.name, KeyKind::kDisabled);
    const WithheldByFamily known =
        before == nullptr ? WithheldByFamily() : before->withheld;
    after->withheld =
        ParseWithheld(key, *reading.disabled, known, &findings->complaints);
    NoteRead(std::move(key), *reading.disabled, findings);
    if (IsMissing(*reading.disabled) && known != WithheldByFamily()) {
      findings->vanished = true;
    }
  }
  if (before != nullptr && Same(*before, *after)) return before;
  return after;
}

std::shared_ptr<const AffinityEntries> BuildAffinity(
    const RawValue& raw, const std::shared_ptr<const AffinityEntries>& before,
    Findings* findings) {
  auto after = ParseAffinity(raw, before, &findings->complaints);
  NoteRead(std::string(kAffinityKey), raw, findings);
  if (before != nullptr && IsMissing(raw)) findings->vanished = true;
  return after;
}

}  // namespace groupring::redis
