#include "redis/admin/transaction.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "redis/connection/error_reply.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {
namespace {

constexpr size_t kKeysPerWatch = 100;

constexpr std::string_view kNothingWritten = "nothing was written";

absl::Status With(const absl::Status& status, std::string_view what) {
  return {status.code(),
          absl::StrFormat("%s; %s", std::string(status.message()), what)};
}

// The command as messages show it: shortened, as it can be long.
std::string Shown(const RedisCommand& command) {
  constexpr size_t kMaxWords = 4;
  std::string shown;
  for (size_t i = 0; i < std::min(command.size(), kMaxWords); ++i) {
    shown += (i == 0 ? "" : " ") + command[i];
  }
  return Quoted(command.size() > kMaxWords ? shown + " …" : shown);
}

// Sends MULTI and the commands. Redis already refuses here what cannot succeed:
// missing rights, a replica, no memory.
absl::Status Queue(const std::vector<TypedCommand>& commands,
                   Connection* connection) {
  connection->Append({"MULTI"});
  for (const TypedCommand& command : commands) {
    connection->Append(std::vector<std::string_view>(command.words.begin(),
                                                     command.words.end()));
  }
  absl::Status refused;
  for (size_t i = 0; i <= commands.size(); ++i) {
    const absl::StatusOr<Reply> reply = connection->Read();
    if (!reply.ok()) return With(reply.status(), kNothingWritten);
    if (!reply->is_error() || !refused.ok()) continue;
    const absl::Status status = StatusOfWriteError(reply->text);
    refused = absl::Status(
        status.code(),
        absl::StrFormat("Redis refused %s: %s; %s",
                        i == 0 ? "MULTI" : Shown(commands[i - 1].words),
                        std::string(status.message()), kNothingWritten));
  }
  if (refused.ok()) return absl::OkStatus();
  // If MULTI itself failed there is nothing to discard, and DISCARD fails
  // without harm.
  const absl::StatusOr<Reply> discarded = connection->Command({"DISCARD"});
  return refused;
}

absl::Status CheckResults(const std::vector<TypedCommand>& commands,
                          const std::vector<Reply>& results) {
  size_t failed = 0;
  size_t first = 0;
  for (size_t i = 0; i < results.size(); ++i) {
    if (!results[i].is_error()) continue;
    if (failed++ == 0) first = i;
  }
  if (failed == 0) return absl::OkStatus();
  const absl::Status status = StatusOfWriteError(results[first].text);
  return {
      status.code(),
      absl::StrFormat(
          "the change took effect only in part, as Redis does not take back "
          "what went before: %d of %d commands failed, the first is %s: %s; "
          "put that right and make the change again",
          failed, results.size(),
          first < commands.size() ? Shown(commands[first].words) : "",
          std::string(status.message()))};
}

// The keys that must have a certain type for the commands, with that type.
std::map<std::string, std::string_view> TypedKeys(
    const std::vector<TypedCommand>& commands) {
  std::map<std::string, std::string_view> typed;
  std::set<std::string> deleted;
  for (const auto& [type, words] : commands) {
    if (type.empty()) {
      deleted.insert(words.begin() + 1, words.end());
    } else if (!deleted.contains(words[1])) {
      typed.emplace(words[1], type);
    }
  }
  return typed;
}

}  // namespace

absl::Status Watch(const std::vector<std::string>& keys,
                   Connection* connection) {
  for (size_t start = 0; start < keys.size(); start += kKeysPerWatch) {
    const size_t end = std::min(keys.size(), start + kKeysPerWatch);
    std::vector<std::string_view> words = {"WATCH"};
    words.insert(words.end(), keys.begin() + static_cast<std::ptrdiff_t>(start),
                 keys.begin() + static_cast<std::ptrdiff_t>(end));
    const absl::StatusOr<Reply> reply = connection->Command(words);
    if (!reply.ok()) return reply.status();
    if (reply->is_error()) return StatusOfWriteError(reply->text);
  }
  return absl::OkStatus();
}

absl::Status CheckTypes(const std::vector<TypedCommand>& commands,
                        Connection* connection) {
  const std::map<std::string, std::string_view> typed = TypedKeys(commands);
  for (const auto& [key, type] : typed) connection->Append({"TYPE", key});
  absl::Status wrong;
  for (const auto& [key, type] : typed) {
    const absl::StatusOr<Reply> reply = connection->Read();
    if (!reply.ok()) return reply.status();
    if (!wrong.ok()) continue;
    if (reply->is_error()) {
      wrong = StatusOfWriteError(reply->text);
    } else if (reply->text != "none" && reply->text != type) {
      wrong = absl::FailedPreconditionError(absl::StrFormat(
          "the key %s is a %s and must be a %s: RENAME or DEL it", Quoted(key),
          reply->text, type));
    }
  }
  return wrong;
}

absl::Status RunTransaction(const std::vector<TypedCommand>& commands,
                            Connection* connection) {
  const absl::Status queued = Queue(commands, connection);
  if (!queued.ok()) return queued;
  const absl::StatusOr<Reply> reply = connection->Command({"EXEC"});
  if (!reply.ok()) {
    return With(reply.status(),
                "it is not known whether the change has been made: look at "
                "the audit");
  }
  if (reply->is_error()) {
    return With(StatusOfWriteError(reply->text), kNothingWritten);
  }
  if (reply->type == Reply::Type::kNil) {
    return absl::AbortedError(
        "someone else made a change at the same time: look at the new state "
        "and try again; nothing was written");
  }
  return CheckResults(commands, reply->elements);
}

}  // namespace groupring::redis
