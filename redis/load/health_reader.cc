#include "redis/load/health_reader.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/base/status_macros.h"
#include "redis/base/text.h"
#include "redis/connection/error_reply.h"
#include "redis/load/value_reader.h"
#include "redis/schema/check.h"
#include "redis/schema/keys.h"
#include "redis/schema/verdict.h"

namespace groupring::redis {
namespace {

constexpr int64_t kMaxUnixMillis = int64_t{1} << 53;

void NoteRead(const std::string& key, const RawValue& raw, Findings* findings) {
  findings->keys.push_back(key);
  if (!raw.is_readable()) findings->unreadable.push_back(key);
}

// Reads hashes in a pipeline, in their order.
absl::StatusOr<std::vector<RawValue>> ReadHashes(
    const std::vector<std::string>& keys, Connection* connection) {
  std::vector<RawValue> values(keys.size());
  std::vector<ValueJob> jobs;
  jobs.reserve(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    jobs.push_back({ValueType::kHash, keys[i], kMaxMembers, &values[i]});
  }
  RETURN_IF_ERROR(ReadValues(jobs, connection));
  return values;
}

// The hash of a checker; what it lacks, or makes no sense there, is not known.
void TakeReport(const RawValue& raw, CheckerStatus* checker) {
  for (size_t i = 0; i + 1 < raw.items.size(); i += 2) {
    const std::string& field = raw.items[i];
    const std::string& value = raw.items[i + 1];
    if (field == "doubts") checker->doubts_itself = value == "yes";
    if (field == "why") checker->why = value;
    if (field == "version") checker->version = value;
    if (field == "host") checker->host = value;
    if (field == "lag_ms") {
      checker->lag_millis =
          ParseWholeNumber(value, 0, kMaxUnixMillis).value_or(0);
    }
  }
}

// Puts the verdicts of a checker into the group, or takes them out if there
// are none.
void SetVerdicts(const std::string& checker,
                 std::shared_ptr<const Verdicts> verdicts,
                 GroupVerdicts* group) {
  auto& all = group->by_checker;
  const auto at =
      std::lower_bound(all.begin(), all.end(), checker,
                       [](const auto& entry, const std::string& id) {
                         return entry.first < id;
                       });
  const bool there = at != all.end() && at->first == checker;
  if (verdicts->empty()) {
    if (there) all.erase(at);
  } else if (there) {
    at->second = std::move(verdicts);
  } else {
    all.insert(at, {checker, std::move(verdicts)});
  }
}

const Verdicts* VerdictsBefore(const HealthData& data,
                               const std::string& checker,
                               const std::string& group) {
  const auto found = data.groups.find(group);
  if (found == data.groups.end()) return nullptr;
  for (const auto& [id, verdicts] : found->second->by_checker) {
    if (id == checker) return verdicts.get();
  }
  return nullptr;
}

}  // namespace

bool HealthReader::NoteChanged(std::string_view key) {
  if (key == kCheckKey || key == kCheckersKey ||
      key.starts_with(kCheckerKeyPrefix)) {
    basics_changed_ = true;
    return true;
  }
  if (const auto verdicts = ParseVerdictsKey(key)) {
    std::string group(verdicts->group);
    if (groups_.contains(group)) {
      verdicts_.insert({std::string(verdicts->checker), std::move(group)});
    }
    return true;
  }
  const auto parsed = ParseKey(key);
  if (!parsed || parsed->kind != KeyKind::kCheck) return false;
  if (const std::string group(parsed->owner); groups_.contains(group)) {
    checks_.insert(group);
  }
  return true;
}

void HealthReader::SetGroups(std::vector<std::string> groups) {
  groups_ = {groups.begin(), groups.end()};
  NoteEverythingChanged();
}

void HealthReader::NoteGroup(const std::string& group, bool exists) {
  if (!exists) {
    groups_.erase(group);
    // The data is rebuilt without it.
    basics_changed_ = true;
    return;
  }
  if (!groups_.insert(group).second) return;
  checks_.insert(group);
  for (const CheckerStatus& checker : data_->checkers) {
    verdicts_.insert({checker.id, group});
  }
}

void HealthReader::NoteEverythingChanged() {
  basics_changed_ = true;
  checks_ = groups_;
  for (const std::string& group : groups_) {
    for (const CheckerStatus& checker : data_->checkers) {
      verdicts_.insert({checker.id, group});
    }
  }
}

absl::StatusOr<bool> HealthReader::ReadChanged(Connection* connection,
                                               Findings* findings) {
  if (!has_changes()) return false;
  auto data = std::make_shared<HealthData>(*data_);
  if (std::exchange(basics_changed_, false)) {
    RETURN_IF_ERROR(ReadBasics(connection, findings, data.get()));
  }
  RETURN_IF_ERROR(ReadGroups(connection, findings, data.get()));
  absl::erase_if(data->groups, [&](const auto& entry) {
    return !groups_.contains(entry.first);
  });
  const bool changed = data->defaults != data_->defaults ||
                       data->checkers != data_->checkers ||
                       data->groups != data_->groups;
  if (changed) data_ = std::move(data);
  return changed;
}

absl::Status HealthReader::ReadBasics(Connection* connection,
                                      Findings* findings, HealthData* data) {
  const std::string key(kCheckKey);
  ASSIGN_OR_RETURN(const std::vector<RawValue> check,
                   ReadHashes({key}, connection));
  NoteRead(key, check[0], findings);
  CheckSettings defaults = ParseCheck(key, check[0], CheckSettings(),
                                      &data->defaults, &findings->complaints);
  if (defaults != data->defaults) {
    data->defaults = std::move(defaults);
    checks_ = groups_;
  }
  std::vector<CheckerStatus> checkers = data->checkers;
  RETURN_IF_ERROR(ReadCheckers(connection, findings, &checkers));
  for (const CheckerStatus& checker : checkers) {
    const bool known = std::any_of(
        data->checkers.begin(), data->checkers.end(),
        [&](const CheckerStatus& before) { return before.id == checker.id; });
    if (known) continue;
    for (const std::string& group : groups_) {
      verdicts_.insert({checker.id, group});
    }
  }
  data->checkers = std::move(checkers);
  return absl::OkStatus();
}

// Leaves them as they are when they cannot be read.
absl::Status HealthReader::ReadCheckers(Connection* connection,
                                        Findings* findings,
                                        std::vector<CheckerStatus>* checkers) {
  const std::string key(kCheckersKey);
  ASSIGN_OR_RETURN(Reply reply, connection->Command({"ZRANGE", kCheckersKey,
                                                     "0", "-1", "WITHSCORES"}));
  ASSIGN_OR_RETURN(const RawValue raw, ToRawValue(std::move(reply)));
  NoteRead(key, raw, findings);
  CheckReadable(key, raw, "sorted set", "what it held before is used instead",
                &findings->complaints);
  if (!raw.is_readable()) return absl::OkStatus();
  std::vector<CheckerStatus> seen;
  for (size_t i = 0; i + 1 < raw.items.size(); i += 2) {
    const std::string& id = raw.items[i];
    const auto millis = ParseWholeNumber(raw.items[i + 1], 0, kMaxUnixMillis);
    if (id.empty() || id.find(':') != std::string::npos || !millis) {
      findings->complaints.push_back(
          {key, absl::StrFormat("member %s with score %s is no checker; it is "
                                "left out",
                                Quoted(id), Quoted(raw.items[i + 1]))});
      continue;
    }
    CheckerStatus checker;
    checker.id = id;
    checker.seen_unix_millis = *millis;
    seen.push_back(std::move(checker));
  }
  std::vector<std::string> keys;
  keys.reserve(seen.size());
  for (const CheckerStatus& checker : seen) {
    keys.push_back(std::string(kCheckerKeyPrefix) + checker.id);
  }
  ASSIGN_OR_RETURN(const std::vector<RawValue> own,
                   ReadHashes(keys, connection));
  for (size_t i = 0; i < seen.size(); ++i) {
    TakeReport(own[i], &seen[i]);
  }
  std::sort(seen.begin(), seen.end(),
            [](const CheckerStatus& a, const CheckerStatus& b) {
              return a.id < b.id;
            });
  *checkers = std::move(seen);
  return absl::OkStatus();
}

absl::Status HealthReader::ReadGroups(Connection* connection,
                                      Findings* findings, HealthData* data) {
  const std::set<std::string> checks = std::exchange(checks_, {});
  const std::set<VerdictsOf> verdicts = std::exchange(verdicts_, {});
  std::vector<std::string> keys;
  keys.reserve(checks.size() + verdicts.size());
  for (const std::string& group : checks) {
    keys.push_back(MakeKey(group, KeyKind::kCheck));
  }
  for (const VerdictsOf& of : verdicts) {
    keys.push_back(VerdictsKey(of.checker, of.group));
  }
  if (keys.empty()) return absl::OkStatus();
  const absl::StatusOr<std::vector<RawValue>> values =
      ReadHashes(keys, connection);
  if (!values.ok()) {
    // They are still to be read.
    checks_ = checks;
    verdicts_ = verdicts;
    return values.status();
  }
  const auto all_as_default =
      std::make_shared<const CheckSettings>(data->defaults);
  const auto group_of = [&](const std::string& group) {
    auto copy = std::make_shared<GroupVerdicts>();
    const auto found = data->groups.find(group);
    if (found != data->groups.end()) *copy = *found->second;
    if (copy->check == nullptr) copy->check = all_as_default;
    return copy;
  };
  size_t at = 0;
  for (const std::string& group : checks) {
    const RawValue& raw = (*values)[at];
    const std::string& key = keys[at++];
    NoteRead(key, raw, findings);
    auto copy = group_of(group);
    CheckSettings check = ParseCheck(key, raw, data->defaults,
                                     copy->check.get(), &findings->complaints);
    if (check == data->defaults) {
      copy->check = all_as_default;
    } else {
      copy->check = std::make_shared<const CheckSettings>(std::move(check));
    }
    data->groups[group] = std::move(copy);
  }
  for (const VerdictsOf& of : verdicts) {
    const RawValue& raw = (*values)[at];
    const std::string& key = keys[at++];
    NoteRead(key, raw, findings);
    const Verdicts* const before = VerdictsBefore(*data, of.checker, of.group);
    Verdicts parsed = ParseVerdicts(key, raw, before, &findings->complaints);
    if (before != nullptr && *before == parsed) continue;
    if (before == nullptr && parsed.empty()) continue;
    auto copy = group_of(of.group);
    SetVerdicts(of.checker, std::make_shared<const Verdicts>(std::move(parsed)),
                copy.get());
    data->groups[of.group] = std::move(copy);
  }
  return absl::OkStatus();
}

}  // namespace groupring::redis
