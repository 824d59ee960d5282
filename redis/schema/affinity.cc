#include "redis/schema/affinity.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "redis/base/text.h"
#include "redis/schema/keys.h"

namespace groupring::redis {
namespace {

constexpr uint8_t kMappedPrefix = 96;  // ::ffff:0:0/96, RFC 4291
constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0,    0,
                                             0, 0, 0, 0, 0xff, 0xff};

std::string NetworkText(const AddressRange& range) {
  std::array<char, kAddressTextSize> buffer;
  return absl::StrFormat("%s/%d",
                         FormatAddress(range.family, range.first, &buffer),
                         range.prefix_length);
}

AffinityEntry EntryOf(const AddressRange& range) {
  AffinityEntry entry;
  entry.family = range.family;
  entry.prefix_length = range.prefix_length;
  entry.first = range.first;
  entry.text = range.text;
  if (range.family == Family::kAaaa && range.prefix_length >= kMappedPrefix &&
      std::equal(kMapped.begin(), kMapped.end(), range.first.begin())) {
    entry.family = Family::kA;
    entry.prefix_length =
        static_cast<uint8_t>(range.prefix_length - kMappedPrefix);
    std::fill_n(entry.first.begin(), kMapped.size(), uint8_t{0});
  }
  return entry;
}

bool IsLabelCharacter(char c) { return c > ' ' && c <= '~' && c != '/'; }

}  // namespace

absl::StatusOr<AffinityEntry> ParseAffinityPrefix(std::string_view text) {
  for (const Family family : {Family::kA, Family::kAaaa}) {
    if (const auto range = ParsePrefix(family, text)) return EntryOf(*range);
  }
  for (const Family family : {Family::kA, Family::kAaaa}) {
    const auto range = ParsePrefixIgnoringHostBits(family, text);
    if (!range) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s has bits set after the prefix; if the whole network is meant, "
        "write %s",
        Quoted(text), NetworkText(*range)));
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("%s is no network; expected one like 203.0.113.0/24 or "
                      "2001:db8:17::/48",
                      Quoted(text)));
}

absl::StatusOr<AffinityLabel> ParseAffinityLabel(std::string_view text) {
  const std::string_view trimmed = Trimmed(text);
  const size_t slash = trimmed.find('/');
  AffinityLabel label;
  label.name = std::string(trimmed.substr(0, slash));
  if (label.name.empty() || label.name.size() > kMaxLabelLength ||
      !std::all_of(label.name.begin(), label.name.end(), &IsLabelCharacter)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s is no label; expected 1 to %d printable ASCII characters without "
        "spaces, like customer-17, and /N after them to spread it over N keys",
        Quoted(text), kMaxLabelLength));
  }
  if (slash == std::string_view::npos) return label;
  const std::string_view number = trimmed.substr(slash + 1);
  const auto parts = !number.empty() && number.front() != ' '
                         ? ParseWholeNumber(number, 1, kMaxLabelParts)
                         : std::nullopt;
  if (!parts) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: expected a number of keys from 1 to %d after the /, like %s/4",
        Quoted(text), kMaxLabelParts, label.name));
  }
  label.parts = static_cast<uint32_t>(*parts);
  return label;
}

std::string AffinityValue(const AffinityLabel& label) {
  return label.parts == 1 ? label.name
                          : absl::StrCat(label.name, "/", label.parts);
}

bool Contains(const AffinityEntry& outer, const AffinityEntry& inner) {
  if (outer.family != inner.family ||
      outer.prefix_length > inner.prefix_length) {
    return false;
  }
  // The bytes of IPv4 are the last four of sixteen.
  const unsigned skipped = outer.family == Family::kA ? 96 : 0;
  for (unsigned bit = skipped; bit < skipped + outer.prefix_length; ++bit) {
    const int differ = outer.first[bit / 8] ^ inner.first[bit / 8];
    if ((differ >> (7 - bit % 8) & 1) != 0) return false;
  }
  return true;
}

void ArrangeAffinity(AffinityList* entries, Complaints* complaints) {
  std::sort(entries->begin(), entries->end(),
            [](const AffinityEntry& a, const AffinityEntry& b) {
              if (AffinityBefore(a, b)) return true;
              return !AffinityBefore(b, a) && a.text < b.text;
            });
  const auto same = [&](const AffinityEntry& first, const AffinityEntry& next) {
    if (AffinityBefore(first, next)) return false;
    if (complaints != nullptr) {
      complaints->push_back(
          {std::string(kAffinityKey),
           absl::StrFormat("field %s is the same network as %s, and is left "
                           "out: HDEL one of them",
                           Quoted(next.text), Quoted(first.text))});
    }
    return true;
  };
  entries->erase(std::unique(entries->begin(), entries->end(), same),
                 entries->end());
}

bool IsWritten(const AffinityEntry& entry, std::string_view field,
               std::string_view value) {
  if (entry.text != field) return false;
  // Most labels have one key and no white space around them.
  return entry.label.parts == 1 && entry.label.name == value
             ? true
             : Trimmed(value) == AffinityValue(entry.label);
}

namespace {

// The entries in force by their fields, and which of them were seen.
class InForce {
 public:
  explicit InForce(const AffinityEntries& entries) {
    known_.reserve(entries.size());
    for (const AffinityEntry& entry : entries) known_[entry.text] = {&entry};
  }

  // Null: there is none of that name.
  const AffinityEntry* See(std::string_view field) {
    const auto found = known_.find(field);
    if (found == known_.end()) return nullptr;
    seen_ += found->second.seen ? 0 : 1;
    found->second.seen = true;
    return found->second.entry;
  }

  AffinityEdits RemovalsOfUnseen() const {
    AffinityEdits removals;
    if (seen_ == known_.size()) return removals;
    for (const auto& [field, known] : known_) {
      if (!known.seen) removals.push_back({*known.entry, true});
    }
    return removals;
  }

 private:
  struct Known {
    const AffinityEntry* entry = nullptr;
    bool seen = false;
  };
  absl::flat_hash_map<std::string_view, Known> known_;
  size_t seen_ = 0;
};

// `stays`: what is in force for the field, or null. Nothing: it is left out.
std::optional<AffinityEntry> ParseField(std::string_view field,
                                        std::string_view value,
                                        const AffinityEntry* stays,
                                        Complaints* complaints) {
  const std::string key(kAffinityKey);
  absl::StatusOr<AffinityEntry> entry = ParseAffinityPrefix(field);
  if (!entry.ok()) {
    complaints->push_back(
        {key, absl::StrCat("field ", std::string(entry.status().message()),
                           "; it is left out")});
    return std::nullopt;
  }
  absl::StatusOr<AffinityLabel> label = ParseAffinityLabel(value);
  if (label.ok()) {
    entry->label = *std::move(label);
    return *std::move(entry);
  }
  complaints->push_back(
      {key,
       absl::StrFormat("field %s: %s; %s", Quoted(field),
                       std::string(label.status().message()),
                       stays == nullptr
                           ? "it is left out"
                           : absl::StrFormat("its previous label, %s, "
                                             "stays in force",
                                             AffinityValue(stays->label)))});
  if (stays == nullptr) return std::nullopt;
  return *stays;
}

// Whether a network is among the edits twice, or in force by another field that
// stays: then all fields decide which one counts.
bool HasTwoSpellings(const AffinityEdits& written, const AffinityEdits& removed,
                     const AffinityEntries& before) {
  std::vector<const AffinityEntry*> networks;
  for (const AffinityEdit& edit : written) networks.push_back(&edit.entry);
  const auto is_before = [](const AffinityEntry* a, const AffinityEntry* b) {
    return AffinityBefore(*a, *b);
  };
  std::sort(networks.begin(), networks.end(), is_before);
  for (size_t i = 0; i < networks.size(); ++i) {
    if (i > 0 && !is_before(networks[i - 1], networks[i])) return true;
    const AffinityEntry* const known = before.Find(*networks[i]);
    if (known == nullptr || known->text == networks[i]->text) continue;
    if (std::none_of(removed.begin(), removed.end(), [&](const auto& edit) {
          return edit.entry.text == known->text;
        })) {
      return true;
    }
  }
  return false;
}

// Parses only what is not in force as it is. Null: the fields differ too much
// for that, or not in single entries.
std::shared_ptr<const AffinityEntries> ParseDifferences(
    const RawValue& raw, const std::shared_ptr<const AffinityEntries>& before,
    Complaints* complaints) {
  InForce in_force(*before);
  AffinityEdits written;
  for (size_t i = 0; i + 1 < raw.items.size(); i += 2) {
    const std::string& field = raw.items[i];
    const AffinityEntry* const known = in_force.See(field);
    if (known != nullptr && IsWritten(*known, field, raw.items[i + 1])) {
      continue;
    }
    std::optional<AffinityEntry> entry =
        ParseField(field, raw.items[i + 1], known, complaints);
    if (!entry || (known != nullptr && *known == *entry)) continue;
    written.push_back({*std::move(entry)});
    if (written.size() > AffinityEntries::kMostDiffering) return nullptr;
  }
  AffinityEdits edits = in_force.RemovalsOfUnseen();
  if (edits.size() > AffinityEntries::kMostDiffering ||
      HasTwoSpellings(written, edits, *before)) {
    return nullptr;
  }
  if (written.empty() && edits.empty()) return before;
  edits.insert(edits.end(), written.begin(), written.end());
  return std::make_shared<const AffinityEntries>(
      before->With(std::move(edits)));
}

// Null: nothing is left.
std::shared_ptr<const AffinityEntries> Kept(
    std::shared_ptr<const AffinityEntries> entries) {
  if (entries != nullptr && entries->empty()) entries.reset();
  return entries;
}

}  // namespace

std::shared_ptr<const AffinityEntries> ParseAffinity(
    const RawValue& raw, const std::shared_ptr<const AffinityEntries>& before,
    Complaints* complaints) {
  CheckReadable(std::string(kAffinityKey), raw, "hash",
                "what could be read last is used instead", complaints);
  if (!raw.is_readable()) return before;
  if (before != nullptr) {
    Complaints of_differences;
    auto after = ParseDifferences(raw, before, &of_differences);
    if (after != nullptr) {
      complaints->insert(complaints->end(), of_differences.begin(),
                         of_differences.end());
      return Kept(std::move(after));
    }
  }
  static const AffinityEntries none;
  InForce in_force(before == nullptr ? none : *before);
  AffinityList entries;
  entries.reserve(raw.items.size() / 2);
  for (size_t i = 0; i + 1 < raw.items.size(); i += 2) {
    std::optional<AffinityEntry> entry = ParseField(
        raw.items[i], raw.items[i + 1], in_force.See(raw.items[i]), complaints);
    if (entry) entries.push_back(*std::move(entry));
  }
  ArrangeAffinity(&entries, complaints);
  auto after = std::make_shared<const AffinityEntries>(std::move(entries));
  if (before != nullptr && *before == *after) return before;
  return Kept(std::move(after));
}

std::shared_ptr<const AffinityEntries> WithEntries(
    const std::shared_ptr<const AffinityEntries>& before,
    const AffinityList& entries) {
  std::vector<std::string> replaced;
  replaced.reserve(entries.size());
  for (const AffinityEntry& entry : entries) replaced.push_back(entry.text);
  const auto rest = WithoutFields(before, replaced);
  AffinityList after;
  if (rest != nullptr) after.assign(rest->begin(), rest->end());
  after.insert(after.end(), entries.begin(), entries.end());
  ArrangeAffinity(&after, nullptr);
  return Kept(std::make_shared<const AffinityEntries>(std::move(after)));
}

std::shared_ptr<const AffinityEntries> WithoutFields(
    const std::shared_ptr<const AffinityEntries>& before,
    const std::vector<std::string>& fields) {
  if (before == nullptr) return nullptr;
  const absl::flat_hash_set<std::string> gone(fields.begin(), fields.end());
  AffinityList after;
  for (const AffinityEntry& entry : *before) {
    if (!gone.contains(entry.text)) after.push_back(entry);
  }
  return Kept(std::make_shared<const AffinityEntries>(std::move(after)));
}

}  // namespace groupring::redis
