#include "redis/model/panic_scopes.h"

#include <vector>

namespace groupring::redis {

void PanicScopes::Follow(const SharedMap<NameData>& names) {
  // Names join scopes before others leave, so that no scope is removed and
  // made again.
  std::vector<PanicScope> left;
  SharedMap<NameData>::ForEachDifference(
      names_, names, [&](const NameData* was, const NameData* is) {
        if (was != nullptr && is != nullptr &&
            PanicScopeOf(*was) == PanicScopeOf(*is)) {
          return;
        }
        if (is != nullptr) ++counts_[PanicScopeOf(*is)];
        if (was != nullptr) left.push_back(PanicScopeOf(*was));
      });
  for (const PanicScope& scope : left) {
    const auto found = counts_.find(scope);
    if (--found->second == 0) counts_.erase(found);
  }
  names_ = names;
}

}  // namespace groupring::redis
