#include "redis/schema/affinity.h"

#include <algorithm>
#include <array>
#include <tuple>
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

auto OrderOf(const AffinityEntry& entry) {
  return std::tie(entry.family, entry.first, entry.prefix_length);
}

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

bool AffinityBefore(const AffinityEntry& a, const AffinityEntry& b) {
  return OrderOf(a) < OrderOf(b);
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

void ArrangeAffinity(AffinityEntries* entries, Complaints* complaints) {
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

std::shared_ptr<const AffinityEntries> ParseAffinity(
    const RawValue& raw, const std::shared_ptr<const AffinityEntries>& before,
    Complaints* complaints) {
  const std::string key(kAffinityKey);
  CheckReadable(key, raw, "hash", "what could be read last is used instead",
                complaints);
  if (!raw.is_readable()) return before;
  absl::flat_hash_map<std::string_view, const AffinityEntry*> known;
  const auto in_force = [&](std::string_view text) -> const AffinityEntry* {
    if (known.empty() && before != nullptr) {
      for (const AffinityEntry& entry : *before) known[entry.text] = &entry;
    }
    const auto found = known.find(text);
    return found == known.end() ? nullptr : found->second;
  };
  auto entries = std::make_shared<AffinityEntries>();
  entries->reserve(raw.items.size() / 2);
  for (size_t i = 0; i + 1 < raw.items.size(); i += 2) {
    absl::StatusOr<AffinityEntry> entry = ParseAffinityPrefix(raw.items[i]);
    if (!entry.ok()) {
      complaints->push_back(
          {key, absl::StrCat("field ", std::string(entry.status().message()),
                             "; it is left out")});
      continue;
    }
    absl::StatusOr<AffinityLabel> label = ParseAffinityLabel(raw.items[i + 1]);
    if (label.ok()) {
      entry->label = *std::move(label);
      entries->push_back(*std::move(entry));
      continue;
    }
    const AffinityEntry* const stays = in_force(raw.items[i]);
    complaints->push_back(
        {key,
         absl::StrFormat("field %s: %s; %s", Quoted(raw.items[i]),
                         std::string(label.status().message()),
                         stays == nullptr
                             ? "it is left out"
                             : absl::StrFormat("its previous label, %s, "
                                               "stays in force",
                                               AffinityValue(stays->label)))});
    if (stays != nullptr) entries->push_back(*stays);
  }
  ArrangeAffinity(entries.get(), complaints);
  if (entries->empty()) return nullptr;
  if (before != nullptr && *before == *entries) return before;
  return entries;
}

std::shared_ptr<const AffinityEntries> WithEntries(
    const std::shared_ptr<const AffinityEntries>& before,
    const AffinityEntries& entries) {
  std::vector<std::string> replaced;
  replaced.reserve(entries.size());
  for (const AffinityEntry& entry : entries) replaced.push_back(entry.text);
  const auto rest = WithoutFields(before, replaced);
  auto after = rest == nullptr ? std::make_shared<AffinityEntries>()
                               : std::make_shared<AffinityEntries>(*rest);
  after->insert(after->end(), entries.begin(), entries.end());
  ArrangeAffinity(after.get(), nullptr);
  if (after->empty()) return nullptr;
  return after;
}

std::shared_ptr<const AffinityEntries> WithoutFields(
    const std::shared_ptr<const AffinityEntries>& before,
    const std::vector<std::string>& fields) {
  if (before == nullptr) return nullptr;
  const absl::flat_hash_set<std::string> gone(fields.begin(), fields.end());
  auto after = std::make_shared<AffinityEntries>();
  for (const AffinityEntry& entry : *before) {
    if (!gone.contains(entry.text)) after->push_back(entry);
  }
  if (after->empty()) return nullptr;
  return after;
}

}  // namespace groupring::redis
