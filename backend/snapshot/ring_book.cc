#include "backend/snapshot/ring_book.h"

#include "absl/strings/str_format.h"
#include "backend/snapshot/empty_group.h"
#include "backend/snapshot/health_effect.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

using redis::AdminState;
using redis::GroupData;
using redis::kFamilies;

bool MayEverAnswer(const redis::GroupState& state) {
  return state.state != AdminState::kDisabled || state.until != 0;
}

std::shared_ptr<const RingView> EmptyView() {
  std::string error;
  auto view = std::make_shared<RingView>();
  view->ring = hashing::Ring::Create({}, &error);
  return view;
}

std::shared_ptr<const hashing::Ring> BuildRing(
    std::vector<hashing::RingGroup> groups,
    ComplaintBook::Sentences* complaints) {
  const size_t size = groups.size();
  std::string error;
  std::shared_ptr<const hashing::Ring> ring =
      hashing::Ring::Create(std::move(groups), &error);
  if (ring != nullptr) return ring;
  complaints->push_back(
      absl::StrFormat("a ring of %d groups cannot be made: %s; its names fail",
                      size, Printable(error)));
  return hashing::Ring::Create({}, &error);
}

}  // namespace

RingBook::RingBook(CacheHolds* holds, ComplaintBook* complaints)
    : holds_(holds), complaints_(complaints), nothing_(EmptyView()) {}

uint32_t RingBook::Acquire(const redis::NameData& name) {
  const Key key{name.groups, name.config.panic_percent};
  const auto [known, is_new] = place_of_.try_emplace(key, 0);
  if (is_new) {
    uint32_t place = static_cast<uint32_t>(places_.size());
    if (free_.empty()) {
      places_.emplace_back();
      views_.push_back(nothing_);
    } else {
      place = free_.back();
      free_.pop_back();
    }
    known->second = place;
    const auto [shared, is_new_list] = shared_.try_emplace(key.list);
    if (is_new_list) shared->second.rings = RingsOf(place, *key.list);
    ++shared->second.places;
    places_[place] = {key, shared->second.rings, 0};
    for (const redis::WeightedGroup& group : *key.list) {
      places_of_[group.name].insert(place);
    }
    new_.insert(place);
  }
  ++places_[known->second].users;
  return known->second;
}

void RingBook::Release(uint32_t place) {
  Place& released = places_[place];
  if (--released.users > 0) return;
  for (const redis::WeightedGroup& group : *released.key.list) {
    const auto places = places_of_.find(group.name);
    places->second.erase(place);
    if (places->second.empty()) places_of_.erase(places);
  }
  const auto shared = shared_.find(released.key.list);
  if (--shared->second.places == 0) shared_.erase(shared);
  complaints_->Set(ComplaintKind::kRing, absl::StrFormat("%d", place), {});
  place_of_.erase(released.key);
  released = {};
  views_[place] = nothing_;
  new_.erase(place);
  free_.push_back(place);
}

RingBook::Rings RingBook::RingsOf(uint32_t place,
                                  const redis::GroupList& list) {
  std::vector<hashing::RingGroup> weighted;
  std::vector<hashing::RingGroup> weightless;
  std::vector<hashing::RingGroup> earlier;
  bool is_changing = false;
  weighted.reserve(list.size());
  for (const redis::WeightedGroup& group : list) {
    if (group.weight == 0) {
      weightless.push_back({group.name, redis::kDefaultWeight});
    } else {
      weighted.push_back({group.name, group.weight});
      const uint32_t before =
          group.weight_before == 0 ? group.weight : group.weight_before;
      if (list.course.exists()) earlier.push_back({group.name, before});
      is_changing = is_changing || before != group.weight;
    }
  }
  Rings rings;
  ComplaintBook::Sentences complaints;
  rings.ring = BuildRing(std::move(weighted), &complaints);
  if (is_changing && list.course.exists()) {
    rings.earlier = BuildRing(std::move(earlier), &complaints);
    // Both are without groups, or have the same.
    if (rings.earlier->size() != rings.ring->size()) rings.earlier = nullptr;
  }
  if (!weightless.empty()) {
    rings.weightless = BuildRing(std::move(weightless), &complaints);
  }
  complaints_->Set(ComplaintKind::kRing, absl::StrFormat("%d", place),
                   std::move(complaints));
  return rings;
}

void RingBook::Update(const Sources& sources,
                      const std::vector<std::string>& groups, bool all) {
  absl::flat_hash_set<uint32_t> touched = new_;
  for (const std::string& group : groups) {
    const auto places = places_of_.find(group);
    if (places == places_of_.end()) continue;
    touched.insert(places->second.begin(), places->second.end());
  }
  const auto update = [&](uint32_t place) {
    const RingView* const before =
        new_.contains(place) ? nullptr : views_[place].get();
    views_[place] = BuildView(sources, before, places_[place]);
  };
  if (all) {
    for (const auto& [key, place] : place_of_) update(place);
  } else {
    for (const uint32_t place : touched) update(place);
  }
  new_.clear();
}

std::shared_ptr<const RingView> RingBook::BuildView(const Sources& sources,
                                                    const RingView* before,
                                                    const Place& place) const {
  auto view = std::make_shared<RingView>();
  view->ring = place.rings.ring;
  if (place.rings.earlier != nullptr) {
    view->earlier = place.rings.earlier;
    view->course = place.key.list->course;
  }
  view->weightless = place.rings.weightless;
  if (sources.health != nullptr) {
    const auto panics = sources.health->panic.find(
        {place.key.list.get(), place.key.panic_percent});
    if (panics != sources.health->panic.end()) view->panics = panics->second;
  }
  const auto add = [&](const std::string& name) {
    const auto found = sources.dataset->groups.find(name);
    view->groups.push_back(found != sources.dataset->groups.end()
                               ? found->second
                               : EmptyGroup(name));
    if (const auto local = sources.local->find(name);
        local != sources.local->end()) {
      auto with_local = std::make_shared<GroupData>(*view->groups.back());
      with_local->local = local->second;
      view->groups.back() = std::move(with_local);
    }
    view->groups.back() =
        WithHealth(view->groups.back(), sources.health, view->panics);
    const GroupData& group = *view->groups.back();
    for (size_t f = 0; f < kFamilies; ++f) {
      if (!group.addresses[f]->empty() || group.last_good[f] != nullptr) {
        view->has_family[f] = true;
      }
    }
  };
  view->groups.reserve(view->ring->size());
  view->eligible.reserve(view->ring->size());
  for (size_t i = 0; i < view->ring->size(); ++i) {
    add(view->ring->name(i));
    view->eligible.push_back(MayEverAnswer(view->groups.back()->state));
  }
  if (view->weightless != nullptr) {
    for (size_t i = 0; i < view->weightless->size(); ++i) {
      add(view->weightless->name(i));
    }
  }
  if (holds_ != nullptr && before != nullptr) {
    view->holds = before->holds;
  } else if (holds_ != nullptr) {
    for (const auto& group : view->groups) {
      view->holds.push_back(holds_->Of(group->name));
    }
  }
  if (before != nullptr && before->table != nullptr &&
      before->eligible == view->eligible) {
    view->table = before->table;
  }
  return view;
}

bool RingBook::Adopt(const std::shared_ptr<const hashing::OwnerTable>& table) {
  bool adopted = false;
  for (auto& view : views_) {
    if (view->ring != table->ring() || view->eligible != table->enabled()) {
      continue;
    }
    auto with_table = std::make_shared<RingView>(*view);
    with_table->table = table;
    view = std::move(with_table);
    adopted = true;
  }
  return adopted;
}

}  // namespace groupring::backend
