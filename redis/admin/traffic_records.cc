#include "redis/admin/traffic_records.h"

#include <cstddef>
#include <initializer_list>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "redis/base/status_macros.h"
#include "redis/connection/error_reply.h"
#include "redis/schema/node_status.h"
#include "redis/schema/traffic.h"

namespace groupring::redis {
namespace {

struct Listed {
  std::string member;
  int64_t unix_millis = 0;
};

// The oldest first.
absl::StatusOr<std::vector<Listed>> ReadIndex(Connection* connection) {
  ASSIGN_OR_RETURN(
      const Reply reply,
      connection->Command({"ZRANGE", kTrafficKey, "0", "-1", "WITHSCORES"}));
  if (reply.is_error()) return StatusOfWriteError(reply.text);
  std::vector<Listed> listed;
  for (size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
    listed.push_back({reply.elements[i].text,
                      ParseWholeNumber(reply.elements[i + 1].text, 0,
                                       std::numeric_limits<int64_t>::max())
                          .value_or(0)});
  }
  return listed;
}

std::string KeyOf(const std::string& member) {
  return std::string(kTrafficKeyPrefix) + member;
}

}  // namespace

absl::Status WriteProfile(const NodeIdentity& node,
                          const TrafficProfile& profile,
                          Connection* connection) {
  ASSIGN_OR_RETURN(const std::vector<Listed> listed, ReadIndex(connection));
  const std::string member = NodeMember(node);
  const std::string key = KeyOf(member);
  const std::string time = std::to_string(profile.unix_millis);
  const std::string expiry = std::to_string(kProfileMillis);
  const std::string value = EncodeProfile(profile);
  size_t replies = 0;
  const auto append = [&](std::initializer_list<std::string_view> words) {
    connection->Append(words);
    ++replies;
  };
  append({"MULTI"});
  append({"HSET", key, kTrafficField, value});
  append({"PEXPIRE", key, expiry});
  append({"ZADD", kTrafficKey, time, member});
  append({"PEXPIRE", kTrafficKey, expiry});
  for (size_t i = 0; i < listed.size(); ++i) {
    if (listed[i].member == member) continue;
    const bool is_old =
        profile.unix_millis - listed[i].unix_millis > kProfileMillis;
    // This one may be new in the list.
    const bool too_many = listed.size() - i >= kMostProfiles;
    if (!is_old && !too_many) continue;
    append({"ZREM", kTrafficKey, listed[i].member});
    append({"DEL", KeyOf(listed[i].member)});
  }
  append({"EXEC"});
  absl::Status refused;
  const auto note = [&](const Reply& reply) {
    if (refused.ok() && reply.is_error()) {
      refused = StatusOfWriteError(reply.text);
    }
  };
  for (size_t i = 0; i < replies; ++i) {
    ASSIGN_OR_RETURN(const Reply reply, connection->Read());
    note(reply);
    for (const Reply& result : reply.elements) note(result);
  }
  return refused;
}

absl::StatusOr<TrafficProfile> ReadProfiles(int64_t unix_millis,
                                            Connection* connection,
                                            Complaints* complaints) {
  ASSIGN_OR_RETURN(const std::vector<Listed> listed, ReadIndex(connection));
  for (const Listed& one : listed) {
    connection->Append({"HGETALL", KeyOf(one.member)});
  }
  std::vector<TrafficProfile> profiles;
  absl::Status refused;
  for (const Listed& one : listed) {
    ASSIGN_OR_RETURN(const Reply reply, connection->Read());
    if (reply.is_error()) {
      refused = StatusOfErrorReply(reply.text);
      continue;
    }
    for (size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
      if (reply.elements[i].text != kTrafficField) continue;
      auto profile = DecodeProfile(reply.elements[i + 1].text);
      if (profile.ok()) {
        profiles.push_back(*std::move(profile));
      } else {
        complaints->push_back(
            {KeyOf(one.member), absl::StrFormat("field %s %s", kTrafficField,
                                                profile.status().message())});
      }
    }
  }
  if (!refused.ok()) return refused;
  return Merge(profiles, unix_millis);
}

TrafficPublisher::TrafficPublisher(NodeIdentity node, Profile profile,
                                   const Clock* clock, LogSink log)
    : node_(std::move(node)),
      profile_(std::move(profile)),
      clock_(clock),
      log_(log ? std::move(log) : [](Severity, const std::string&) {}) {}

absl::Status TrafficPublisher::Tick(Connection* connection, bool last) {
  const auto now = clock_->Steady();
  if (!started_) {
    started_ = now;
    next_ = now + kInterval;
  }
  const bool is_due = last ? now - *started_ >= kInterval : now >= next_;
  if (!is_due) return absl::OkStatus();
  next_ = now + kInterval;
  const TrafficProfile profile = profile_();
  if (profile.empty()) return absl::OkStatus();
  const absl::Status status = WriteProfile(node_, profile, connection);
  if (IsConnectionLost(status)) return status;
  if (status.ok()) {
    refused_ = false;
  } else if (!std::exchange(refused_, true)) {
    log_(Severity::kWarning,
         absl::StrFormat(
             "this node cannot write to %s what it counts, so reports do not "
             "show its share of questions; queries are answered as ever: %s",
             kTrafficKey, std::string(status.message())));
  }
  return absl::OkStatus();
}

}  // namespace groupring::redis
