#include "backend/snapshot/name_order.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "redis/base/dns_name.h"
#include "redis/base/text.h"

namespace groupring::backend {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The labels from the last to the first, with escapes (RFC 1035, 5.1) as the
// bytes that they stand for. For names that have escapes.
std::vector<std::string> LabelsFromTheEnd(std::string_view name) {
  std::vector<std::string> labels(1);
  for (size_t i = 0; i < name.size(); ++i) {
    char c = name[i];
    if (c == '.') {
      labels.emplace_back();
      continue;
    }
    if (c == '\\' && i + 3 < name.size() && IsDigit(name[i + 1])) {
      c = static_cast<char>((name[i + 1] - '0') * 100 +
                            (name[i + 2] - '0') * 10 + (name[i + 3] - '0'));
      i += 3;
    } else if (c == '\\' && i + 1 < name.size()) {
      c = name[++i];
    }
    labels.back() += ToLowerAscii(c);
  }
  if (name.empty()) labels.clear();
  std::reverse(labels.begin(), labels.end());
  return labels;
}

// Takes the last label, and the dot before it, off a name without escapes.
std::string_view TakeLastLabel(std::string_view* name) {
  const size_t dot = name->rfind('.');
  const std::string_view whole = *name;
  *name =
      dot == std::string_view::npos ? std::string_view() : whole.substr(0, dot);
  return dot == std::string_view::npos ? whole : whole.substr(dot + 1);
}

bool HasRecords(const Owner& owner) {
  return owner.is_apex || owner.dynamic != nullptr || !owner.records.empty();
}

// Whether the apex of a zone is below a delegation in the zone around it.
bool IsBelowDelegation(const OwnerMap& owners, const Zone& around,
                       std::string_view apex) {
  for (std::string_view name = ParentOf(apex); name != around.name;
       name = ParentOf(name)) {
    const OwnerMap::Pointer* const owner = owners.Get(name);
    if (owner != nullptr && (*owner)->authority != Authority::kOurs) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool PrecedesInOrder(std::string_view a, std::string_view b) {
  if (a.find('\\') != std::string_view::npos ||
      b.find('\\') != std::string_view::npos) {
    return LabelsFromTheEnd(a) < LabelsFromTheEnd(b);
  }
  while (!a.empty() && !b.empty()) {
    const std::string_view label_a = TakeLastLabel(&a);
    const std::string_view label_b = TakeLastLabel(&b);
    if (label_a != label_b) return label_a < label_b;
  }
  return a.empty() && !b.empty();
}

bool NameOrder::Less(const Entry& a, const Entry& b) {
  if (a.zone->id != b.zone->id) return a.zone->id < b.zone->id;
  return PrecedesInOrder(a.owner->name, b.owner->name);
}

// An apex has a place in the zone around it as well, which delegates it: a
// proof that there is nothing would deny its whole zone.
void NameOrder::AddEntries(const Snapshot& snapshot, const Owner& owner,
                           Entries* to) {
  if (owner.zone == nullptr) return;
  if (HasRecords(owner) && owner.authority != Authority::kBelowDelegation) {
    to->push_back({owner.zone, &owner});
  }
  if (!owner.is_apex || owner.name.empty()) return;
  const auto around = EnclosingZone(snapshot.zones, ParentOf(owner.name));
  if (around == nullptr ||
      IsBelowDelegation(*snapshot.owners, *around, owner.name)) {
    return;
  }
  to->push_back({around.get(), &owner});
}

bool NameOrder::Follow(const Snapshot& snapshot, const Made& base,
                       Entries* to) {
  // A zone that has changed is another object, which entries point to.
  if (base.zones != snapshot.zones) return false;
  Entries gone;
  Entries come;
  OwnerMap::ForEachDifference(*base.owners, *snapshot.owners,
                              [&](const Owner* was, const Owner* is) {
                                if (was != nullptr)
                                  AddEntries(snapshot, *was, &gone);
                                if (is != nullptr)
                                  AddEntries(snapshot, *is, &come);
                              });
  if (gone.size() + come.size() > base.entries.size() / 8) return false;
  std::sort(gone.begin(), gone.end(), Less);
  std::sort(come.begin(), come.end(), Less);

  Entries kept;
  kept.reserve(base.entries.size());
  auto next_gone = gone.begin();
  for (const Entry& entry : base.entries) {
    if (next_gone != gone.end() && next_gone->owner == entry.owner &&
        next_gone->zone == entry.zone) {
      ++next_gone;
    } else {
      kept.push_back(entry);
    }
  }
  // An entry that is not found would stay, and its owner does not.
  if (next_gone != gone.end()) return false;
  to->reserve(kept.size() + come.size());
  auto from = kept.begin();
  for (const Entry& entry : come) {
    const auto place = std::lower_bound(from, kept.end(), entry, Less);
    to->insert(to->end(), from, place);
    to->push_back(entry);
    from = place;
  }
  to->insert(to->end(), from, kept.end());
  return true;
}

std::shared_ptr<const NameOrder::Made> NameOrder::Make(const Snapshot& snapshot,
                                                       const Made* base) {
  auto made = std::make_shared<Made>();
  made->owners = snapshot.owners;
  made->zones = snapshot.zones;
  if (base != nullptr && Follow(snapshot, *base, &made->entries)) return made;
  for (const auto& [name, owner] : *snapshot.owners) {
    AddEntries(snapshot, *owner, &made->entries);
  }
  std::sort(made->entries.begin(), made->entries.end(), Less);
  return made;
}

std::shared_ptr<const NameOrder> NameOrder::After(
    const std::shared_ptr<const NameOrder>& before) {
  auto order = std::make_shared<NameOrder>();
  if (before == nullptr) return order;
  MutexLock lock(&before->mutex_);
  MutexLock own(&order->mutex_);
  if (before->made_ != nullptr) {
    order->base_ = before->made_;
  } else if (before->unasked_ < kMostUnasked) {
    order->base_ = before->base_;
    order->unasked_ = before->unasked_ + 1;
  }
  return order;
}

std::shared_ptr<const NameOrder::Made> NameOrder::Get(
    const Snapshot& snapshot) const {
  if (!is_made()) {
    MutexLock making(&making_);
    std::shared_ptr<const Made> base;
    bool made_meanwhile = false;
    {
      MutexLock lock(&mutex_);
      base = base_;
      made_meanwhile = made_ != nullptr;
    }
    if (!made_meanwhile) {
      auto made = Make(snapshot, base.get());
      MutexLock lock(&mutex_);
      made_ = std::move(made);
      base_ = nullptr;
      is_made_.store(true, std::memory_order_release);
    }
  }
  MutexLock lock(&mutex_);
  return made_;
}

NameOrder::Neighbours NameOrder::Around(const Snapshot& snapshot,
                                        const Zone& zone,
                                        std::string_view name) const {
  const std::shared_ptr<const Made> made = Get(snapshot);
  const Entries& entries = made->entries;
  const auto begin = std::partition_point(
      entries.begin(), entries.end(),
      [&](const Entry& entry) { return entry.zone->id < zone.id; });
  const auto end = std::partition_point(
      begin, entries.end(),
      [&](const Entry& entry) { return entry.zone->id == zone.id; });
  // No name stands before the apex, which is always there.
  const auto after =
      std::partition_point(begin + 1, end, [&](const Entry& entry) {
        return !PrecedesInOrder(name, entry.owner->name);
      });
  return {(after - 1)->owner->name,
          (after == end ? begin : after)->owner->name};
}

}  // namespace groupring::backend
