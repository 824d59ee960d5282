#include "redis/schema/name_condenser.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/hash/hash.h"

namespace groupring::redis {
namespace {

std::string_view ParentOf(std::string_view name) {
  const size_t dot = name.find('.');
  return dot == name.npos ? std::string_view() : name.substr(dot + 1);
}

bool HasAddresses(const NameData& name) {
  for (size_t f = 0; f < kFamilies; ++f) {
    if (!name.addresses[f]->empty()) return true;
    if (name.last_good[f] != nullptr && !name.last_good[f]->empty()) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool StaysAlone(const NameData& name) {
  const NameConfig& config = name.config;
  return config.is_zone || !config.ns.empty() || !config.records_json.empty() ||
         name.groups->empty() || name.name.starts_with('*') ||
         name.name.find('.') == std::string::npos || HasAddresses(name);
}

size_t AlikeHash::operator()(
    const std::shared_ptr<const NameData>& name) const {
  const std::string_view parent = ParentOf(name->name);
  return absl::HashOf(absl::string_view(parent.data(), parent.size()),
                      name->groups.get(), name->config.ttl_seconds,
                      name->config.on_empty, name->config.answer);
}

bool AreAlike::operator()(const std::shared_ptr<const NameData>& a,
                          const std::shared_ptr<const NameData>& b) const {
  return ParentOf(a->name) == ParentOf(b->name) && a->groups == b->groups &&
         a->config == b->config && a->config_key == b->config_key &&
         *a->skip[0] == *b->skip[0] && *a->skip[1] == *b->skip[1];
}

void NameCondenser::Add(std::shared_ptr<const NameData> name) {
  if (StaysAlone(*name)) {
    alone_.push_back(std::move(name));
    return;
  }
  Class& all = classes_[name];
  ++all.names;
  if (all.first == nullptr || name->name < all.first->name) {
    all.first = std::move(name);
  }
}

void NameCondenser::TakeOut(const std::shared_ptr<const NameData>& name) {
  const auto found = classes_.find(name);
  if (found == classes_.end()) return;
  Class& all = found->second;
  // The first name is kept anyhow.
  if (all.first->name == name->name) return;
  --all.names;
  alone_.push_back(name);
}

CondensedNames NameCondenser::Take() {
  CondensedNames condensed;
  condensed.names = std::move(alone_);
  condensed.names.reserve(condensed.names.size() + classes_.size());
  for (auto& [name, all] : classes_) {
    if (all.names > 1) condensed.alike[all.first->name] = all.names - 1;
    condensed.names.push_back(std::move(all.first));
  }
  alone_.clear();
  classes_.clear();
  return condensed;
}

}  // namespace groupring::redis
