#include "backend/clients/asker_text.h"

#include <set>

#include "hashing/label_key.h"
#include "hashing/subnet_key.h"

namespace groupring::backend {

const redis::AffinityLabel* LabelOfKey(uint64_t key,
                                       const redis::AffinityEntries* entries) {
  if (!hashing::IsLabelKey({key}) || entries == nullptr) return nullptr;
  std::set<std::string> seen;
  for (const redis::AffinityEntry& entry : *entries) {
    if (!seen.insert(entry.label.name).second) continue;
    const uint64_t hash = hashing::LabelHash(entry.label.name);
    for (uint32_t part = 0; part < redis::kMaxLabelParts; ++part) {
      if (hashing::LabelKey(hash, part).value == key) return &entry.label;
    }
  }
  return nullptr;
}

std::string AskerText(uint64_t key, const redis::AffinityEntries* entries) {
  if (!hashing::IsLabelKey({key})) return hashing::SubnetText({key});
  const redis::AffinityLabel* const label = LabelOfKey(key, entries);
  return label == nullptr ? "a label" : "label " + label->name;
}

}  // namespace groupring::backend
