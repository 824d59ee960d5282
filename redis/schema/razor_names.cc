#include "redis/schema/razor_names.h"

#include <algorithm>
#include <array>
#include <vector>

#include "redis/base/dns_name.h"
#include "redis/schema/keys.h"

namespace groupring::redis {
namespace {

constexpr std::array<ConfigField, 4> kInheritable = {
    ConfigField::kTtl, ConfigField::kAnswer, ConfigField::kAnswers,
    ConfigField::kOnEmpty};

uint16_t BitOf(ConfigField field) {
  return static_cast<uint16_t>(1 << static_cast<int>(field));
}

bool Has(const NameData& name, ConfigField field) {
  // A zone's ANSWER that makes no sense is not inherited.
  if (field == ConfigField::kAnswer && !name.config_key.gives_answer) {
    return false;
  }
  return (name.config_key.fields & BitOf(field)) != 0;
}

void Copy(ConfigField field, const NameConfig& from, NameConfig* to) {
  switch (field) {
    case ConfigField::kTtl:
      to->ttl_seconds = from.ttl_seconds;
      break;
    case ConfigField::kAnswer:
      to->answer = from.answer;
      break;
    case ConfigField::kAnswers:
      to->answers = from.answers;
      break;
    case ConfigField::kOnEmpty:
      to->on_empty = from.on_empty;
      break;
    case ConfigField::kPanic:
      to->panic_percent = from.panic_percent;
      break;
    case ConfigField::kSoa:
    case ConfigField::kNs:
    case ConfigField::kRecords:
    case ConfigField::kOther:
      break;
  }
}

bool HasOwnAddresses(const NameData& name) {
  for (size_t f = 0; f < kFamilies; ++f) {
    const bool had = name.last_good[f] != nullptr;
    if (had || !name.addresses[f]->empty()) return true;
  }
  return false;
}

// The wanted answer, if the name has what it needs.
AnswerMode Fitting(AnswerMode wanted, const NameData& name) {
  if (name.groups->empty()) {
    return wanted == AnswerMode::kGroupConsistentHash ? AnswerMode::kRandom
                                                      : wanted;
  }
  return HasOwnAddresses(name) ? wanted : AnswerMode::kGroupConsistentHash;
}

using KnownNames = SharedMap<NameData>;

// What is known of all names.
class Names {
 public:
  Names(const KnownNames& known, const NameMap& read)
      : known_(known), read_(read) {}

  // Null: it does not exist.
  const NameData* Find(const std::string& name) const {
    if (const auto found = read_.find(name); found != read_.end()) {
      return found->second.get();
    }
    const auto found = known_.find(name);
    return found == known_.end() ? nullptr : found->second.get();
  }

  // The closest zone above the name; null: there is none.
  const NameData* ZoneAbove(std::string_view name) const {
    for (std::string_view at = ParentOf(name); !at.empty(); at = ParentOf(at)) {
      const NameData* const found = Find(std::string(at));
      if (found != nullptr && found->config.is_zone) return found;
    }
    return nullptr;
  }

 private:
  const KnownNames& known_;
  const NameMap& read_;
};

// The name under razor's rules, given what its own keys say; null: it does not
// exist.
std::shared_ptr<const NameData> Resolved(
    const std::shared_ptr<const NameData>& name, const Names& names) {
  const NameData* const zone =
      name->config.is_zone ? nullptr : names.ZoneAbove(name->name);
  if (zone == nullptr && HasAddressesOnly(*name)) return nullptr;
  auto resolved = std::make_shared<NameData>(*name);
  resolved->config_key.inherited = 0;
  const NameConfig defaults;  // ANSWER is random
  for (const ConfigField field : kInheritable) {
    if ((name->config_key.fields & BitOf(field)) != 0) continue;
    if (zone == nullptr || !Has(*zone, field)) {
      Copy(field, defaults, &resolved->config);
    } else {
      Copy(field, zone->config, &resolved->config);
      resolved->config_key.inherited =
          static_cast<uint8_t>(resolved->config_key.inherited | BitOf(field));
    }
  }
  if ((name->config_key.fields & BitOf(ConfigField::kAnswer)) == 0) {
    const AnswerMode wanted = resolved->config.answer;
    resolved->config.answer = Fitting(wanted, *name);
    if (resolved->config.answer != wanted) {
      resolved->config_key.inherited = static_cast<uint8_t>(
          resolved->config_key.inherited & ~BitOf(ConfigField::kAnswer));
    }
  }
  return resolved;
}

// Whether the change of a zone from `before` to `after` changes its names.
// Either may be null, or not a zone.
bool GivesOtherNames(const NameData* before, const NameData* after) {
  const bool was_zone = before != nullptr && before->config.is_zone;
  const bool is_zone = after != nullptr && after->config.is_zone;
  if (!was_zone && !is_zone) return false;
  if (was_zone != is_zone) return true;
  const auto same = [&](ConfigField field) {
    NameConfig a;
    NameConfig b;
    Copy(field, before->config, &a);
    Copy(field, after->config, &b);
    return Has(*before, field) == Has(*after, field) && a == b;
  };
  return !std::all_of(kInheritable.begin(), kInheritable.end(), same);
}

// The zones, old or new, that now give their names other settings.
std::vector<std::string> ZonesChanged(const KnownNames& known,
                                      const NameMap& read) {
  std::vector<std::string> zones;
  for (const auto& [name, data] : read) {
    const auto before = known.find(name);
    if (GivesOtherNames(before == known.end() ? nullptr : before->second.get(),
                        data.get())) {
      zones.push_back(name);
    }
  }
  return zones;
}

}  // namespace

bool MayBeRazorName(std::string_view owner) {
  return !ParentOf(owner).empty() && FormOfName(owner) == NameForm::kStored;
}

bool HasAddressesOnly(const NameData& name) {
  return !name.config.is_zone && name.config_key.fields == 0 &&
         name.groups->empty();
}

void ApplyRazorRules(const KnownNames& known, NameMap* read) {
  const std::vector<std::string> zones = ZonesChanged(known, *read);
  if (!zones.empty()) {
    for (const auto& [name, data] : known) {
      const bool below = std::any_of(
          zones.begin(), zones.end(),
          [&, &of = name](const auto& zone) { return IsInZone(of, zone); });
      if (below) read->try_emplace(name, data);
    }
  }
  const Names names(known, *read);
  // Zones inherit nothing, so the order does not matter.
  for (auto& [name, data] : *read) {
    if (data == nullptr) continue;
    data = Resolved(data, names);
    const auto before = known.find(name);
    if (data != nullptr && before != known.end() && *before->second == *data) {
      data = before->second;
    }
  }
}

}  // namespace groupring::redis
