#include "tests/fuzz/redis_text.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <set>

#include "backend/snapshot/snapshot_builder.h"
#include "redis/base/clock.h"
#include "redis/load/build.h"
#include "redis/load/complaint_log.h"
#include "redis/load/discovery.h"
#include "redis/schema/keys.h"

namespace groupring::fuzz {
namespace {

using redis::Family;
using redis::KeyKind;
using redis::RawValue;

constexpr size_t kMostLines = 48;
constexpr size_t kMostFields = 64;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::string Unescape(std::string_view text) {
  std::string bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      bytes.push_back(text[i]);
      continue;
    }
    const char kind = text[++i];
    if (kind == 'n') {
      bytes.push_back('\n');
    } else if (kind == 't') {
      bytes.push_back('\t');
    } else if (kind == 'x' && i + 2 < text.size() &&
               HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0) {
      bytes.push_back(static_cast<char>(HexDigit(text[i + 1]) * 16 +
                                        HexDigit(text[i + 2])));
      i += 2;
    } else {
      bytes.push_back(kind);
    }
  }
  return bytes;
}

std::vector<std::string> Fields(std::string_view line) {
  std::vector<std::string> fields;
  while (fields.size() < kMostFields) {
    const size_t tab = line.find('\t');
    fields.push_back(Unescape(line.substr(0, tab)));
    if (tab == std::string_view::npos) break;
    line.remove_prefix(tab + 1);
  }
  return fields;
}

RawValue ToValue(std::vector<std::string> fields) {
  RawValue value;
  const std::string kind = fields.size() > 1 ? fields[1] : "";
  if (kind == "denied") value.kind = RawValue::Kind::kDenied;
  if (kind == "wrongtype") value.kind = RawValue::Kind::kWrongType;
  if (kind != "set" && kind != "hash" && kind != "stream") return value;
  value.kind = RawValue::Kind::kValue;
  // Neither holds anything twice, and a hash has pairs.
  std::set<std::string> seen;
  const size_t step = kind == "set" ? 1 : 2;
  for (size_t i = 2; i + step <= fields.size(); i += step) {
    if (kind != "stream" && !seen.insert(fields[i]).second) continue;
    for (size_t k = 0; k < step; ++k) value.items.push_back(fields[i + k]);
  }
  return value;
}

RawValue ValueAt(const RedisText& redis, const std::string& key) {
  const auto found = redis.keys.find(key);
  return found == redis.keys.end() ? RawValue() : found->second;
}

std::array<std::optional<RawValue>, redis::kFamilies> SetsOf(
    const RedisText& redis, const std::string& owner, KeyKind kind) {
  return {ValueAt(redis, redis::MakeKey(owner, kind, Family::kA)),
          ValueAt(redis, redis::MakeKey(owner, kind, Family::kAaaa))};
}

redis::Dataset ReadDataset(const RedisText& redis, redis::Findings* findings) {
  redis::Dataset dataset;
  redis::GroupLists lists;
  for (const auto& [key, value] : redis.keys) {
    redis::FoundKey found = redis::ClassifyKey(key);
    if (found.complaint) {
      findings->keys.push_back(key);
      findings->complaints.push_back(*found.complaint);
    }
    const std::string& name = found.name;
    if (name.empty() || dataset.names.contains(name)) continue;
    redis::NameReading reading;
    reading.name = name;
    reading.head = redis::RawNameHead{
        ValueAt(redis, redis::MakeKey(name, KeyKind::kConfig)),
        ValueAt(redis, redis::MakeKey(name, KeyKind::kGroups)),
        ValueAt(redis, redis::MakeKey(name, KeyKind::kWeights))};
    reading.members = SetsOf(redis, name, KeyKind::kMembers);
    reading.skip = SetsOf(redis, name, KeyKind::kSkipList);
    auto data = redis::BuildName(reading, nullptr, &lists, findings);
    if (data == nullptr) continue;
    for (const redis::WeightedGroup& group : *data->groups) {
      if (dataset.groups.contains(group.name)) continue;
      redis::GroupReading group_reading;
      group_reading.name = group.name;
      group_reading.members = SetsOf(redis, group.name, KeyKind::kMembers);
      group_reading.state =
          ValueAt(redis, redis::MakeKey(group.name, KeyKind::kState));
      group_reading.disabled =
          ValueAt(redis, redis::MakeKey(group.name, KeyKind::kDisabled));
      dataset.groups[group.name] =
          redis::BuildGroup(group_reading, nullptr, findings);
    }
    dataset.names.Set(std::move(data));
  }
  return dataset;
}

}  // namespace

RedisText ReadRedisText(std::string_view text) {
  RedisText redis;
  for (size_t lines = 0; !text.empty() && lines < kMostLines; ++lines) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.starts_with("> ")) {
      redis.commands.push_back(Unescape(line.substr(2)));
      continue;
    }
    std::vector<std::string> fields = Fields(line);
    std::string key = fields[0];
    const bool stream = fields.size() > 1 && fields[1] == "stream";
    RawValue value = ToValue(std::move(fields));
    if (stream) {
      redis.streams.emplace_back(std::move(key), std::move(value));
    } else {
      redis.keys[std::move(key)] = std::move(value);
    }
  }
  return redis;
}

World::World(const RedisText& redis) {
  redis::Findings findings;
  dataset_ = ReadDataset(redis, &findings);
  const SystemClock clock;
  std::atomic<uint64_t> malformed{0};
  redis::ComplaintLog complaints(
      &clock,
      [this](Severity, const std::string& line) { log_.push_back(line); },
      &malformed);
  complaints.Update(findings.keys, findings.complaints);
  Build();
}

World::World(redis::Dataset dataset) : dataset_(std::move(dataset)) { Build(); }

void World::Build() {
  backend::SnapshotBuilder builder(
      [this](Severity, const std::string& line) { log_.push_back(line); });
  redis::DatasetChange change;
  change.everything = true;
  snapshot_ = builder.Apply(dataset_, change, kNow);
}

}  // namespace groupring::fuzz
