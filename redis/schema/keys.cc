#include "redis/schema/keys.h"

#include <algorithm>

#include "redis/base/dns_name.h"

namespace groupring::redis {
namespace {

struct Suffix {
  std::string_view text;
  KeyKind kind;
  Family family;
};

// A suffix that ends in another suffix is listed before it.
constexpr Suffix kSuffixes[] = {
    {":CONFIG", KeyKind::kConfig, Family::kA},
    {":GROUPS", KeyKind::kGroups, Family::kA},
    {":WEIGHTS", KeyKind::kWeights, Family::kA},
    {":STATE", KeyKind::kState, Family::kA},
    {":CHECK", KeyKind::kCheck, Family::kA},
    {":DISABLED", KeyKind::kDisabled, Family::kA},
    {":A", KeyKind::kMembers, Family::kA},
    {":AAAA", KeyKind::kMembers, Family::kAaaa},
    {":A:SKIPLIST", KeyKind::kSkipList, Family::kA},
    {":AAAA:SKIPLIST", KeyKind::kSkipList, Family::kAaaa},
};

constexpr std::string_view kVerdictsPrefix = "groupring:verdicts:";

// A colon separates the parts of other applications' keys, and the root has no
// keys.
bool IsNameOfKeys(std::string_view name) {
  return !name.empty() && name.find(':') == std::string_view::npos &&
         IsValidName(name);
}

}  // namespace

std::optional<ParsedKey> ParseKey(std::string_view key) {
  for (const Suffix& suffix : kSuffixes) {
    if (key.size() > suffix.text.size() && key.ends_with(suffix.text)) {
      return ParsedKey{suffix.kind, suffix.family,
                       key.substr(0, key.size() - suffix.text.size())};
    }
  }
  return std::nullopt;
}

std::string MakeKey(std::string_view owner, KeyKind kind, Family family) {
  for (const Suffix& suffix : kSuffixes) {
    if (suffix.kind != kind || suffix.family != family) continue;
    std::string key;
    key.reserve(owner.size() + suffix.text.size());
    key.append(owner).append(suffix.text);
    return key;
  }
  return std::string(owner);
}

std::vector<std::string> KeySuffixes() {
  std::vector<std::string> suffixes;
  for (const Suffix& suffix : kSuffixes) suffixes.emplace_back(suffix.text);
  std::sort(suffixes.begin(), suffixes.end(),
            [](const std::string& a, const std::string& b) {
              return a.size() > b.size();
            });
  return suffixes;
}

std::string VerdictsKey(std::string_view checker, std::string_view group) {
  std::string key(kVerdictsPrefix);
  key.append(checker).append(":").append(group);
  return key;
}

std::optional<VerdictsOwner> ParseVerdictsKey(std::string_view key) {
  if (!key.starts_with(kVerdictsPrefix)) return std::nullopt;
  key.remove_prefix(kVerdictsPrefix.size());
  const size_t colon = key.find(':');
  if (colon == 0 || colon == std::string_view::npos ||
      colon + 1 == key.size()) {
    return std::nullopt;
  }
  return VerdictsOwner{key.substr(0, colon), key.substr(colon + 1)};
}

NameForm FormOfName(std::string_view owner) {
  const bool dot = owner.size() > 1 && owner.back() == '.';
  if (!IsNameOfKeys(dot ? owner.substr(0, owner.size() - 1) : owner)) {
    return NameForm::kNoName;
  }
  for (char c : owner) {
    if (c >= 'A' && c <= 'Z') return NameForm::kUpperCase;
  }
  return dot ? NameForm::kTrailingDot : NameForm::kStored;
}

bool IsFollowedKey(std::string_view key) {
  return key == kGenerationKey || key == kAcceptedKey || key == kAffinityKey ||
         key == kCheckKey || key == kCheckersKey ||
         key.starts_with(kCheckerKeyPrefix) || ParseVerdictsKey(key) ||
         ParseKey(key);
}

}  // namespace groupring::redis
