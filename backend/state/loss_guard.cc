#include "backend/state/loss_guard.h"

#include <cstddef>
#include <memory>

namespace groupring::backend {
namespace {

using redis::Dataset;
using redis::kFamilies;

// Sets that are emptied, even all of them, are not a loss of this kind: what
// is answered then is for each name's ON_EMPTY to say.
bool LostEverything(const Dataset& believed, const Dataset& now) {
  return !believed.names.empty() && now.names.empty();
}

size_t Returned(const Dataset& believed, const Dataset& now) {
  size_t returned = 0;
  for (const auto& [name, data] : believed.names) {
    if (now.names.contains(name)) ++returned;
  }
  return returned;
}

// The group or name with last good sets filled in; null when nothing is to be
// filled in.
template <typename Data>
std::shared_ptr<const Data> Filled(const Data& now, const Data& before) {
  std::shared_ptr<Data> filled;
  for (size_t f = 0; f < kFamilies; ++f) {
    if (now.last_good[f] != nullptr || before.last_good[f] == nullptr) continue;
    if (filled == nullptr) filled = std::make_shared<Data>(now);
    filled->last_good[f] = before.last_good[f];
  }
  return filled;
}

template <typename Map>
void FillAll(const Map& before, Map* now) {
  for (auto& [name, data] : *now) {
    const auto old = before.find(name);
    if (old == before.end()) continue;
    if (auto filled = Filled(*data, *old->second)) data = std::move(filled);
  }
}

}  // namespace

bool LossGuard::Believes(const Dataset& believed, const Dataset& now,
                         bool accepted) {
  if (accepted) {
    doubting_ = false;
  } else if (LostEverything(believed, now)) {
    doubting_ = true;
  } else if (doubting_) {
    doubting_ = Returned(believed, now) * 2 < believed.names.size();
  }
  return !doubting_;
}

Dataset WithLastGoodOf(const Dataset& now, const Dataset& before) {
  Dataset filled = now;
  FillAll(before.groups, &filled.groups);
  FillAll(before.names, &filled.names);
  return filled;
}

}  // namespace groupring::backend
