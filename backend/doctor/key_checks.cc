#include "backend/doctor/key_checks.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "backend/settings/nearest.h"
#include "redis/base/dns_name.h"
#include "redis/base/printable.h"
#include "redis/load/discovery.h"
#include "redis/schema/keys.h"

namespace groupring::backend {
namespace {

using Code = DiagnosticCode;
using redis::KeyKind;

// What an editor or a file of another system leaves in a text, unseen: the byte
// order mark, the zero-width space and the no-break space of UTF-8.
constexpr std::string_view kInvisible[] = {"\xef\xbb\xbf", "\xe2\x80\x8b",
                                           "\xc2\xa0"};

// Those that are read one by one.
constexpr size_t kMaxWeightsKeys = 10'000;

// Without blanks and control characters at both ends, around colons, and
// wherever DNS allows none, which is everywhere.
std::string WithoutInvisible(std::string_view text) {
  std::string visible;
  while (!text.empty()) {
    const auto* const found = std::find_if(
        std::begin(kInvisible), std::end(kInvisible),
        [&](std::string_view sequence) { return text.starts_with(sequence); });
    if (found != std::end(kInvisible)) {
      text.remove_prefix(found->size());
      continue;
    }
    const char c = text.front();
    if (c != ' ' && !absl::ascii_iscntrl(static_cast<unsigned char>(c))) {
      visible += c;
    }
    text.remove_prefix(1);
  }
  return visible;
}

// With the suffix of a key of ours as it is written; nothing when it ends in
// none, whatever the case and with a letter wrong.
std::optional<std::string> WithSuffix(const std::string& key) {
  const std::vector<std::string> suffixes = redis::KeySuffixes();
  // The longest first: ":A:SKIPLIST" ends in no other, but "x:a" in ":A".
  for (const std::string& suffix : suffixes) {
    if (key.size() > suffix.size() && absl::EndsWithIgnoreCase(key, suffix)) {
      return key.substr(0, key.size() - suffix.size()) + suffix;
    }
  }
  const size_t colon = key.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  const std::string tail = absl::AsciiStrToUpper(key.substr(colon));
  // Two letters are near to any two.
  constexpr size_t kShortest = 5;
  if (tail.size() < kShortest) return std::nullopt;
  const std::string nearest = Nearest(tail, suffixes);
  if (nearest.empty() || nearest.size() < kShortest) return std::nullopt;
  return key.substr(0, colon) + nearest;
}

}  // namespace

KeyChecks::KeyChecks(const redis::Dataset& dataset,
                     const redis::AlikeNames& alike)
    : dataset_(dataset) {
  for (const auto& [name, more] : alike) {
    parents_.insert(name.substr(name.find('.') + 1));
  }
  for (const auto& [name, data] : dataset.names) owners_.insert(name);
  for (const auto& [group, data] : dataset.groups) {
    owners_.insert(group);
    groups_by_lower_case_[absl::AsciiStrToLower(group)] = group;
  }
}

bool KeyChecks::IsKnown(std::string_view owner) const {
  const absl::string_view whole(owner.data(), owner.size());
  if (owners_.contains(whole)) return true;
  const size_t dot = owner.find('.');
  return !parents_.empty() && dot != owner.npos &&
         parents_.contains(whole.substr(dot + 1));
}

// Whether the key would be read, if it were called this.
bool KeyChecks::Concerns(std::string_view meant) const {
  const auto parsed = redis::ParseKey(meant);
  if (!parsed) return false;
  if (IsKnown(parsed->owner)) return true;
  const bool makes_name =
      parsed->kind == KeyKind::kConfig || parsed->kind == KeyKind::kGroups;
  return makes_name && parsed->owner.find('.') != std::string_view::npos &&
         redis::FormOfName(parsed->owner) == redis::NameForm::kStored;
}

// What the key was most likely meant to be; empty: it is as it is meant to be,
// or another application's.
std::string KeyChecks::Meant(std::string_view key) const {
  // As it is first: a group may have blanks in its name.
  std::optional<std::string> repaired;
  for (const std::string& text : {std::string(key), WithoutInvisible(key)}) {
    repaired = WithSuffix(text);
    if (repaired && *repaired != key && Concerns(*repaired)) return *repaired;
  }
  if (!repaired) return {};
  const auto parsed = redis::ParseKey(*repaired);
  if (!parsed) return {};
  // Names are stored in lower case, and groups as they are spelt on the name.
  const std::string lower = absl::AsciiStrToLower(std::string(parsed->owner));
  const auto group = groups_by_lower_case_.find(lower);
  const std::string owner = group != groups_by_lower_case_.end()
                                ? group->second
                                : CanonicalName(parsed->owner);
  std::string meant = redis::MakeKey(owner, parsed->kind, parsed->family);
  return meant != key && Concerns(meant) ? meant : std::string();
}

void KeyChecks::See(std::string_view key) {
  const auto parsed = redis::ParseKey(key);
  if (parsed && IsKnown(parsed->owner)) {
    if (parsed->kind == KeyKind::kWeights &&
        weights_keys_.size() < kMaxWeightsKeys) {
      weights_keys_.emplace_back(key);
    }
    return;
  }
  // These are complained of by those who look for names.
  if (redis::ClassifyKey(key).complaint) return;
  if (const std::string meant = Meant(key); !meant.empty()) {
    Add({Severity::kWarning, Code::kNearlyRightKey,
         redis::Quoted(std::string(key)),
         "is nearly a key of groupring, and nothing reads it",
         absl::StrFormat("RENAME it to %s, or DEL it", redis::Quoted(meant))});
    return;
  }
  const bool makes_name = parsed && (parsed->kind == KeyKind::kConfig ||
                                     parsed->kind == KeyKind::kGroups);
  if (makes_name && parsed->owner.find('.') != std::string_view::npos &&
      parsed->owner.find(':') == std::string_view::npos &&
      !IsValidName(CanonicalName(parsed->owner))) {
    Add({Severity::kWarning, Code::kUnaskableName,
         redis::Quoted(std::string(key)),
         "is of a name that DNS cannot ask for: labels have 1 to 63 bytes, "
         "without blanks and control characters, and a name has 253 at most",
         "RENAME it, or DEL it"});
  }
}

void KeyChecks::SeeWeights(const std::string& key,
                           const std::vector<std::string>& groups) {
  const auto parsed = redis::ParseKey(key);
  if (!parsed) return;
  const auto name = dataset_.names.find(std::string(parsed->owner));
  if (name == dataset_.names.end()) return;
  for (const std::string& group : groups) {
    if (group.starts_with(redis::kOwnFieldPrefix)) continue;
    const bool on_name = std::any_of(
        name->second->groups->begin(), name->second->groups->end(),
        [&](const redis::WeightedGroup& on) { return on.name == group; });
    if (on_name) continue;
    const std::string groups_key =
        redis::MakeKey(parsed->owner, KeyKind::kGroups);
    Add({Severity::kWarning, Code::kWeightWithoutGroup, key,
         absl::StrFormat("has a weight for %s, which is not in %s: it has no "
                         "effect",
                         redis::Quoted(group), groups_key),
         absl::StrFormat("SADD %s %s, or HDEL %s %s", groups_key,
                         redis::Quoted(group), key, redis::Quoted(group))});
  }
}

void KeyChecks::Add(Diagnostic finding) {
  ++found_;
  if (findings_.size() < kMaxListed) findings_.push_back(std::move(finding));
}

Diagnostics KeyChecks::Findings() const {
  Diagnostics findings = findings_;
  std::sort(findings.begin(), findings.end(),
            [](const Diagnostic& a, const Diagnostic& b) {
              return a.subject < b.subject;
            });
  if (found_ > findings.size()) {
    findings.push_back({Severity::kWarning, Code::kNearlyRightKey, "data",
                        absl::StrFormat("%d more keys are nearly right",
                                        found_ - findings.size()),
                        "put those right that are listed, and ask again"});
  }
  return findings;
}

}  // namespace groupring::backend
