#include "redis/load/own_values.h"

#include <limits>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "redis/base/status_macros.h"
#include "redis/connection/error_reply.h"
#include "redis/connection/short_read.h"
#include "redis/load/value_reader.h"
#include "redis/schema/acceptance.h"
#include "redis/schema/affinity_edits.h"
#include "redis/schema/keys.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {
namespace {

constexpr int64_t kMaxNumber = std::numeric_limits<int64_t>::max();

// Of more changes than this at once a walk over the key space tells as well.
constexpr int64_t kMaxEntries = 100;

// What one entry of the audit says.
struct Change {
  int64_t generation = 0;
  std::vector<std::string> names;
  std::string affinity;
};

Change ParseChange(const Reply& entry) {
  Change change;
  if (entry.elements.size() != 2) return change;
  const std::vector<Reply>& fields = entry.elements[1].elements;
  for (size_t i = 0; i + 1 < fields.size(); i += 2) {
    const std::string& value = fields[i + 1].text;
    if (fields[i].text == kAuditGeneration) {
      change.generation = ParseWholeNumber(value, 0, kMaxNumber).value_or(0);
    } else if (fields[i].text == kAuditNames) {
      change.names = absl::StrSplit(value, ' ', absl::SkipEmpty());
    } else if (fields[i].text == kAuditAffinity) {
      change.affinity = value;
    }
  }
  return change;
}

// The changes after one generation up to another, by their generations; nothing
// when the audit does not tell of each of them.
absl::StatusOr<std::optional<std::map<int64_t, Change>>> ReadChanges(
    int64_t after, int64_t up_to, Connection* connection) {
  std::optional<std::map<int64_t, Change>> changes;
  if (up_to <= after || up_to - after > kMaxEntries) return changes;
  // A few more, should more changes have been made by now.
  const int64_t count = up_to - after + 10;
  ASSIGN_OR_RETURN(const Reply reply,
                   connection->Command({"XREVRANGE", kAuditKey, "+", "-",
                                        "COUNT", std::to_string(count)}));
  std::map<int64_t, Change> told;
  for (const Reply& entry : reply.elements) {
    Change change = ParseChange(entry);
    if (change.generation <= after || change.generation > up_to) continue;
    told.emplace(change.generation, std::move(change));
  }
  if (static_cast<int64_t>(told.size()) == up_to - after) {
    changes = std::move(told);
  }
  return changes;
}

}  // namespace

absl::StatusOr<int64_t> ReadGeneration(Connection* connection,
                                       Findings* findings) {
  ASSIGN_OR_RETURN(const Reply reply,
                   ReadShort(kGenerationKey, kLongestNumber, connection));
  const std::string key(kGenerationKey);
  findings->keys.push_back(key);
  if (reply.is_error()) {
    const absl::Status status = StatusOfErrorReply(reply.text);
    if (!absl::IsInvalidArgument(status) && !absl::IsPermissionDenied(status)) {
      return status;
    }
    findings->complaints.push_back(
        {key, absl::StrFormat("%s; nodes cannot say which changes they have "
                              "applied",
                              std::string(status.message()))});
    return 0;
  }
  if (reply.type == Reply::Type::kNil) return 0;
  const std::optional<int64_t> number =
      reply.type == Reply::Type::kString
          ? ParseWholeNumber(reply.text, 0, kMaxNumber)
          : std::nullopt;
  if (number) return *number;
  findings->complaints.push_back(
      {key, absl::StrFormat("%s is no whole number; DEL it to start again",
                            Quoted(reply.text))});
  return 0;
}

absl::StatusOr<std::optional<std::vector<std::string>>> ReadNamesWritten(
    int64_t after, int64_t up_to, Connection* connection) {
  ASSIGN_OR_RETURN(const auto changes, ReadChanges(after, up_to, connection));
  std::optional<std::vector<std::string>> names;
  if (!changes) return names;
  std::set<std::string> written;
  for (const auto& [generation, change] : *changes) {
    written.insert(change.names.begin(), change.names.end());
  }
  names.emplace(written.begin(), written.end());
  return names;
}

absl::StatusOr<std::optional<AffinityEdits>> ReadAffinityEdits(
    int64_t after, int64_t up_to, Connection* connection) {
  ASSIGN_OR_RETURN(const auto changes, ReadChanges(after, up_to, connection));
  std::optional<AffinityEdits> edits;
  if (!changes) return edits;
  AffinityEdits all;
  for (const auto& [generation, change] : *changes) {
    const auto of_change = ParseAffinityEdits(change.affinity);
    if (!of_change) return edits;
    all.insert(all.end(), of_change->begin(), of_change->end());
  }
  edits = std::move(all);
  return edits;
}

absl::StatusOr<Acceptance> ReadAcceptance(Connection* connection,
                                          Findings* findings) {
  ASSIGN_OR_RETURN(Reply reply, connection->Command({"HGETALL", kAcceptedKey}));
  findings->keys.emplace_back(kAcceptedKey);
  ASSIGN_OR_RETURN(const RawValue raw, ToRawValue(std::move(reply)));
  return ParseAcceptance(raw, &findings->complaints);
}

}  // namespace groupring::redis
