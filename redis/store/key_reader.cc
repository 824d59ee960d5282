#include "redis/store/key_reader.h"

#include <string>
#include <utility>

#include "redis/connection/error_reply.h"
#include "redis/schema/keys.h"

namespace groupring::redis {
namespace {

// Enough commands under way to keep Redis busy while we parse, and few enough
// to bound the memory that both sides need for them.
constexpr size_t kWindow = 512;

struct Job {
  const char* command;
  std::string key;
  RawValue* value;
};

void AddJobs(const NameParts& parts, NameReading* reading,
             std::vector<Job>* jobs) {
  const std::string& name = reading->name;
  if (parts.head) {
    RawNameHead& head = reading->head.emplace();
    jobs->push_back({"HGETALL", MakeKey(name, KeyKind::kConfig), &head.config});
    jobs->push_back(
        {"SMEMBERS", MakeKey(name, KeyKind::kGroups), &head.groups});
    jobs->push_back(
        {"HGETALL", MakeKey(name, KeyKind::kWeights), &head.weights});
  }
  for (size_t i = 0; i < kFamilies; ++i) {
    const auto family = static_cast<Family>(i);
    if (parts.members[i]) {
      jobs->push_back({"SMEMBERS", MakeKey(name, KeyKind::kMembers, family),
                       &reading->members[i].emplace()});
    }
    if (parts.skip[i]) {
      jobs->push_back({"SMEMBERS", MakeKey(name, KeyKind::kSkipList, family),
                       &reading->skip[i].emplace()});
    }
  }
}

void AddJobs(const GroupParts& parts, GroupReading* reading,
             std::vector<Job>* jobs) {
  for (size_t i = 0; i < kFamilies; ++i) {
    if (!parts.members[i]) continue;
    jobs->push_back(
        {"SMEMBERS",
         MakeKey(reading->name, KeyKind::kMembers, static_cast<Family>(i)),
         &reading->members[i].emplace()});
  }
  if (parts.state) {
    jobs->push_back({"HGETALL", MakeKey(reading->name, KeyKind::kState),
                     &reading->state.emplace()});
  }
}

absl::Status ToRawValue(Reply reply, RawValue* value) {
  if (reply.is_error()) {
    const absl::Status status = StatusOfErrorReply(reply.text);
    if (absl::IsInvalidArgument(status)) {
      value->kind = RawValue::Kind::kWrongType;
    } else if (absl::IsPermissionDenied(status)) {
      value->kind = RawValue::Kind::kDenied;
    } else {
      return status;
    }
    return absl::OkStatus();
  }
  if (reply.type != Reply::Type::kArray) {
    return absl::InternalError("Redis replied to a read with no array");
  }
  if (reply.elements.empty()) return absl::OkStatus();
  value->kind = RawValue::Kind::kValue;
  value->items.reserve(reply.elements.size());
  for (Reply& element : reply.elements) {
    value->items.push_back(std::move(element.text));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Readings> ReadKeys(const Wanted& wanted, Connection* connection,
                                  const std::atomic<bool>& stop,
                                  std::atomic<uint64_t>* commands) {
  Readings readings;
  std::vector<Job> jobs;
  // Reserved, as the jobs point into them.
  readings.names.reserve(wanted.names.size());
  readings.groups.reserve(wanted.groups.size());
  for (const auto& [name, parts] : wanted.names) {
    readings.names.emplace_back().name = name;
    AddJobs(parts, &readings.names.back(), &jobs);
  }
  for (const auto& [group, parts] : wanted.groups) {
    readings.groups.emplace_back().name = group;
    AddJobs(parts, &readings.groups.back(), &jobs);
  }

  size_t sent = 0;
  for (size_t done = 0; done < jobs.size(); ++done) {
    if (stop.load(std::memory_order_relaxed)) {
      return absl::CancelledError("stopping");
    }
    // Topped up by halves: one write for many commands.
    if (sent - done <= kWindow / 2) {
      for (; sent < jobs.size() && sent - done < kWindow; ++sent) {
        connection->Append({jobs[sent].command, jobs[sent].key});
      }
    }
    absl::StatusOr<Reply> reply = connection->Read();
    if (!reply.ok()) return reply.status();
    const absl::Status status = ToRawValue(*std::move(reply), jobs[done].value);
    if (!status.ok()) return status;
  }
  commands->fetch_add(jobs.size(), std::memory_order_relaxed);
  return readings;
}

}  // namespace groupring::redis
