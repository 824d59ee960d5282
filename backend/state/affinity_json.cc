#include "backend/state/affinity_json.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "redis/schema/affinity.h"

namespace groupring::backend {
nlohmann::json AffinityToJson(const redis::AffinityEntries* entries) {
  if (entries == nullptr) return nullptr;
  nlohmann::json object = nlohmann::json::object();
  for (const redis::AffinityEntry& entry : *entries) {
    object[entry.text] = AffinityValue(entry.label);
  }
  return object;
}

std::shared_ptr<const redis::AffinityEntries> AffinityFromJson(
    const nlohmann::json& root) {
  const auto found = root.find("affinity");
  if (found == root.end()) return nullptr;
  redis::AffinityList entries;
  for (const auto& [text, value] : found->items()) {
    auto entry = redis::ParseAffinityPrefix(text);
    auto label = redis::ParseAffinityLabel(value.get<std::string>());
    if (!entry.ok() || !label.ok()) continue;
    entry->label = *std::move(label);
    entries.push_back(*std::move(entry));
  }
  ArrangeAffinity(&entries, nullptr);
  if (entries.empty()) return nullptr;
  return std::make_shared<const redis::AffinityEntries>(std::move(entries));
}

}  // namespace groupring::backend
