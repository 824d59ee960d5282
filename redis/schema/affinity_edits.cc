#include "redis/schema/affinity_edits.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "redis/schema/affinity.h"

namespace groupring::redis {
namespace {

constexpr std::string_view kMany = "*";

}  // namespace

std::string AffinityEditsText(const WriteBatch& batch) {
  std::vector<std::string> edits;
  for (const Write& write : batch) {
    if (const auto* const set = std::get_if<SetAffinity>(&write)) {
      for (const AffinityEntry& entry : set->entries) {
        if (edits.size() > kMostEditsTold) break;
        edits.push_back(
            absl::StrCat(entry.text, "=", AffinityValue(entry.label)));
      }
    } else if (const auto* const gone = std::get_if<RemoveAffinity>(&write)) {
      for (const std::string& field : gone->fields) {
        if (edits.size() > kMostEditsTold) break;
        edits.push_back(field + "=");
      }
    }
  }
  if (edits.size() > kMostEditsTold) return std::string(kMany);
  return absl::StrJoin(edits, " ");
}

std::optional<AffinityEdits> ParseAffinityEdits(const std::string& text) {
  AffinityEdits edits;
  const std::vector<std::string> words =
      absl::StrSplit(text, ' ', absl::SkipEmpty());
  for (const std::string_view edit : words) {
    const size_t end = edit.find('=');
    if (end == std::string_view::npos) return std::nullopt;
    absl::StatusOr<AffinityEntry> entry =
        ParseAffinityPrefix(edit.substr(0, end));
    if (!entry.ok()) return std::nullopt;
    const std::string_view value = edit.substr(end + 1);
    if (!value.empty()) {
      absl::StatusOr<AffinityLabel> label = ParseAffinityLabel(value);
      if (!label.ok()) return std::nullopt;
      entry->label = *std::move(label);
    }
    edits.push_back({*std::move(entry), value.empty()});
  }
  return edits;
}

std::optional<AffinityEntries> Edited(const AffinityEntries& before,
                                      const AffinityEdits& edits) {
  // The field of each network that an edit has touched; empty: none any more.
  std::vector<const AffinityEdit*> last;
  for (const AffinityEdit& edit : edits) {
    const auto same =
        std::find_if(last.begin(), last.end(), [&](const auto* e) {
          return !AffinityBefore(e->entry, edit.entry) &&
                 !AffinityBefore(edit.entry, e->entry);
        });
    const AffinityEntry* known = before.Find(edit.entry);
    if (same != last.end())
      known = (*same)->removed ? nullptr : &(*same)->entry;
    if (known == nullptr ? edit.removed : known->text != edit.entry.text) {
      return std::nullopt;
    }
    if (same != last.end()) {
      *same = &edit;
    } else {
      last.push_back(&edit);
    }
  }
  return before.With(edits);
}

}  // namespace groupring::redis
