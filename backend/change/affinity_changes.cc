#include "backend/change/affinity_changes.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "redis/schema/affinity.h"
#include "redis/schema/raw_value.h"

namespace groupring::backend {
namespace {

using redis::AffinityEntries;
using redis::AffinityEntry;
using redis::AffinityList;
using redis::ChangeKind;
using redis::Dataset;
using redis::Family;

// So many remarks about single networks; more are counted.
constexpr size_t kMostRemarks = 10;

const AffinityEntries& EntriesOf(const Dataset& dataset) {
  static const AffinityEntries none;
  return dataset.affinity == nullptr ? none : *dataset.affinity;
}

// The entry of the same network; null when it has none.
const AffinityEntry* FindSame(const Dataset& dataset,
                              const AffinityEntry& wanted) {
  return EntriesOf(dataset).Find(wanted);
}

AffinityCounts CountsOf(const Dataset& dataset, const std::string& label) {
  AffinityCounts counts{EntriesOf(dataset).size(), label, 0};
  for (const AffinityEntry& entry : EntriesOf(dataset)) {
    if (entry.label.name == label) ++counts.of_label;
  }
  return counts;
}

bool IsForSourcesOnly(const AffinityEntry& entry) {
  return entry.prefix_length > (entry.family == Family::kA ? 24 : 48);
}

std::string Summary(const std::vector<std::string>& texts) {
  constexpr size_t kShown = 3;
  std::string summary;
  for (size_t i = 0; i < std::min(texts.size(), kShown); ++i) {
    summary += (i == 0 ? "" : " ") + texts[i];
  }
  if (texts.size() > kShown) {
    summary += absl::StrFormat(" and %d more", texts.size() - kShown);
  }
  return summary;
}

// One change of entries: the new ones, and the fields that go.
class EntryChange {
 public:
  EntryChange(const Dataset& dataset, ChangeKind kind) : dataset_(dataset) {
    change_.kind = kind;
    change_.about.affinity = true;
  }

  void Set(AffinityEntry entry) {
    given_.push_back(entry.text);
    labels_.insert(entry.label.name);
    if (IsForSourcesOnly(entry)) sources_only_.push_back(entry.text);
    const AffinityEntry* const known = FindSame(dataset_, entry);
    if (known != nullptr) {
      const std::string was = AffinityValue(known->label);
      if (known->label == entry.label) {
        Say({RemarkKind::kLabelledAlready, known->text, {was}});
        kept_.insert(known->text);
        return;
      }
      Say({RemarkKind::kLabelReplaced, known->text, {was}});
      entry.text = known->text;  // the field that is there
    }
    if (entry.label.parts > 1)
      spread_.insert({entry.label.name, entry.label.parts});
    kept_.insert(entry.text);
    set_.push_back(std::move(entry));
  }
  void Remove(const AffinityEntry& entry) {
    given_.push_back(entry.text);
    labels_.insert(entry.label.name);
    removed_.push_back(entry.text);
  }
  // Entries of the labels that were not set go.
  void RemoveOthers() {
    for (const AffinityEntry& entry : EntriesOf(dataset_)) {
      if (labels_.contains(entry.label.name) && !kept_.contains(entry.text)) {
        removed_.push_back(entry.text);
      }
    }
  }

  Change Finish() && {
    for (const auto& [label, parts] : spread_) {
      change_.remarks.push_back(
          {RemarkKind::kLabelSpread, label, {}, 0, parts});
    }
    if (!sources_only_.empty()) {
      change_.remarks.push_back(
          {RemarkKind::kSourcesOnly, "", std::move(sources_only_)});
    }
    change_.label = labels_.size() == 1 ? *labels_.begin() : "";
    change_.address = Summary(given_);
    const std::string& label = change_.label;
    const AffinityCounts before = CountsOf(dataset_, label);
    if (!set_.empty()) change_.writes.push_back(redis::SetAffinity{set_});
    if (!removed_.empty()) {
      change_.writes.push_back(redis::RemoveAffinity{removed_});
    }
    Dataset after;
    after.affinity = redis::WithoutFields(
        redis::WithEntries(dataset_.affinity, set_), removed_);
    change_.before = before;
    change_.after = CountsOf(after, label);
    return std::move(change_);
  }

 private:
  void Say(Remark remark) {
    if (remarks_++ < kMostRemarks) change_.remarks.push_back(std::move(remark));
  }

  const Dataset& dataset_;
  Change change_;
  size_t remarks_ = 0;
  std::vector<std::string> given_;
  std::set<std::string> labels_;
  std::set<std::pair<std::string, uint32_t>> spread_;
  std::vector<std::string> sources_only_;
  std::set<std::string> kept_;
  AffinityList set_;
  std::vector<std::string> removed_;
};

// Networks that were given once, in whatever spelling.
absl::StatusOr<AffinityList> Parse(const std::vector<std::string>& prefixes) {
  AffinityList entries;
  for (const std::string& prefix : prefixes) {
    auto entry = redis::ParseAffinityPrefix(prefix);
    if (!entry.ok()) return entry.status();
    entries.push_back(*std::move(entry));
  }
  ArrangeAffinity(&entries, nullptr);
  return entries;
}

absl::Status NoEntry(const Dataset& dataset, const AffinityEntry& wanted) {
  const AffinityEntry* around = nullptr;
  for (const AffinityEntry& entry : EntriesOf(dataset)) {
    // Each is within those before it.
    if (redis::Contains(entry, wanted)) around = &entry;
  }
  if (around == nullptr) {
    return absl::NotFoundError(absl::StrFormat(
        "%s has no label; `groupring affinity list` shows what has one",
        wanted.text));
  }
  return absl::NotFoundError(absl::StrFormat(
      "%s has no entry of its own but lies in %s, which has the label %s",
      wanted.text, around->text, AffinityValue(around->label)));
}

// One line of an import.
absl::StatusOr<std::optional<AffinityEntry>> ParseLine(
    const std::string& line, const std::string& default_label) {
  const std::string without_comment = line.substr(0, line.find('#'));
  const std::vector<std::string> words = absl::StrSplit(
      without_comment, absl::ByAnyChar(" \t\r,;"), absl::SkipEmpty());
  if (words.empty()) return std::optional<AffinityEntry>();
  if (words.size() > 2) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: expected a network, or a network and its label",
                        redis::Quoted(line)));
  }
  auto entry = redis::ParseAffinityPrefix(words[0]);
  if (!entry.ok()) return entry.status();
  if (words.size() == 1 && default_label.empty()) {
    return absl::InvalidArgumentError(
        words[0] + " has no label: write one after it, or give --label");
  }
  auto label =
      redis::ParseAffinityLabel(words.size() == 2 ? words[1] : default_label);
  if (!label.ok()) return label.status();
  entry->label = *std::move(label);
  return std::optional<AffinityEntry>(*std::move(entry));
}

}  // namespace

absl::StatusOr<Change> AddAffinity(const Dataset& dataset,
                                   const std::vector<std::string>& prefixes,
                                   const std::string& label) {
  const auto parsed = redis::ParseAffinityLabel(label);
  if (!parsed.ok()) return parsed.status();
  auto entries = Parse(prefixes);
  if (!entries.ok()) return entries.status();
  EntryChange change(dataset, ChangeKind::kAffinityAdd);
  for (AffinityEntry& entry : *entries) {
    entry.label = *parsed;
    change.Set(std::move(entry));
  }
  return std::move(change).Finish();
}

absl::StatusOr<Change> RemoveAffinity(
    const Dataset& dataset, const std::vector<std::string>& prefixes) {
  const auto entries = Parse(prefixes);
  if (!entries.ok()) return entries.status();
  EntryChange change(dataset, ChangeKind::kAffinityRemove);
  for (const AffinityEntry& entry : *entries) {
    const AffinityEntry* const known = FindSame(dataset, entry);
    if (known == nullptr) return NoEntry(dataset, entry);
    change.Remove(*known);
  }
  return std::move(change).Finish();
}

absl::StatusOr<Change> ImportAffinity(const Dataset& dataset,
                                      const AffinityImport& import) {
  AffinityList entries;
  for (size_t i = 0; i < import.lines.size(); ++i) {
    auto entry = ParseLine(import.lines[i], import.label);
    if (!entry.ok()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "line %d: %s", i + 1, std::string(entry.status().message())));
    }
    if (entry->has_value()) entries.push_back(**std::move(entry));
  }
  if (entries.empty()) {
    return absl::InvalidArgumentError(
        "the file holds no network; expected one to a line, like "
        "203.0.113.0/24 or 203.0.113.0/24 customer-17");
  }
  redis::Complaints twice;
  ArrangeAffinity(&entries, &twice);
  EntryChange change(dataset, ChangeKind::kAffinityImport);
  for (AffinityEntry& entry : entries) change.Set(std::move(entry));
  if (import.replace) change.RemoveOthers();
  return std::move(change).Finish();
}

}  // namespace groupring::backend
