#include "backend/state/affinity_json.h"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "backend/state/dataset_json_keys.h"
#include "redis/model/affinity_differences.h"
#include "redis/schema/affinity.h"

namespace groupring::backend {
namespace {

// Networks and labels are printable ASCII.
void AppendString(std::string_view text, std::string* json) {
  *json += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') *json += '\\';
    *json += c;
  }
  *json += '"';
}

// As text, since nlohmann takes several times as long.
void AppendEntry(const redis::AffinityEntry& entry, std::string* json) {
  *json += json->empty() ? '{' : ',';
  AppendString(entry.text, json);
  *json += ':';
  AppendString(AffinityValue(entry.label), json);
}

constexpr size_t kBytesPerEntry = 40;

redis::AffinityList ListFromJson(const nlohmann::json& object) {
  redis::AffinityList entries;
  for (const auto& [text, value] : object.items()) {
    auto entry = redis::ParseAffinityPrefix(text);
    auto label = redis::ParseAffinityLabel(value.get<std::string>());
    if (!entry.ok() || !label.ok()) continue;
    entry->label = *std::move(label);
    entries.push_back(*std::move(entry));
  }
  ArrangeAffinity(&entries, nullptr);
  return entries;
}

}  // namespace

AffinityDifferences AffinityToJson(const redis::AffinityEntries* before,
                                   const redis::AffinityEntries* now) {
  AffinityDifferences differences;
  if (before == now) return differences;
  std::string& written = differences.written;
  if (before == nullptr) {
    written.reserve(kBytesPerEntry * now->size());
    for (const redis::AffinityEntry& entry : *now) AppendEntry(entry, &written);
  } else {
    const redis::AffinityEntries none;
    for (const redis::AffinityEdit& edit :
         redis::DifferencesOf(*before, now == nullptr ? none : *now)) {
      if (edit.removed) {
        differences.gone.push_back(edit.entry.text);
      } else {
        AppendEntry(edit.entry, &written);
      }
    }
  }
  if (!written.empty()) written += '}';
  return differences;
}

std::shared_ptr<const redis::AffinityEntries> AffinityFromJson(
    const nlohmann::json& root, int format,
    const std::shared_ptr<const redis::AffinityEntries>& before) {
  const auto written = root.find("affinity");
  redis::AffinityList entries;
  if (written != root.end()) entries = ListFromJson(*written);
  // Before format 4, changes had all entries.
  const bool is_whole = format < 4 && written != root.end();
  if (before == nullptr || is_whole) {
    if (entries.empty()) return nullptr;
    return std::make_shared<const redis::AffinityEntries>(std::move(entries));
  }
  redis::AffinityEdits edits;
  for (const std::string& text :
       root.value(kGoneAffinity, std::vector<std::string>())) {
    auto entry = redis::ParseAffinityPrefix(text);
    if (entry.ok()) edits.push_back({*std::move(entry), true});
  }
  for (redis::AffinityEntry& entry : entries) {
    edits.push_back({std::move(entry)});
  }
  if (edits.empty()) return before;
  auto after = std::make_shared<const redis::AffinityEntries>(
      before->With(std::move(edits)));
  return after->empty() ? nullptr : after;
}

}  // namespace groupring::backend
