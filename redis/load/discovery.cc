#include "redis/load/discovery.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "redis/base/dns_name.h"
#include "redis/base/status_macros.h"
#include "redis/connection/error_reply.h"
#include "redis/schema/keys.h"
#include "redis/schema/razor_names.h"

namespace groupring::redis {
namespace {

// Redis looks at this many keys in one step: about a microsecond for each, two
// where they are in no cache. Meanwhile it does nothing else.
constexpr int64_t kKeysPerStep = 2000;

constexpr int64_t kManySteps = 1'000'000;

// What CONFIG, GROUPS, WEIGHTS, STATE, DISABLED, CHECK, A, AAAA and SKIPLIST
// end in.
constexpr std::string_view kAnyKeyPattern = "*:*[ADEGKST]";

}  // namespace

absl::StatusOr<bool> Discovery::Step(Connection* connection,
                                     PackedTexts* keys) {
  RETURN_IF_ERROR(Ask(connection));
  return Take(connection, keys);
}

absl::Status Discovery::Ask(Connection* connection) {
  if (cursor_ == "0") {
    ASSIGN_OR_RETURN(const Reply size, connection->Command({"DBSIZE"}));
    const bool known = size.type == Reply::Type::kInteger;
    expected_steps_ = known ? size.integer / kKeysPerStep + 1 : kManySteps;
  }
  connection->Append({"SCAN", cursor_, "MATCH", Pattern(), "COUNT",
                      std::to_string(kKeysPerStep)});
  return connection->Send();
}

absl::StatusOr<bool> Discovery::Take(Connection* connection,
                                     PackedTexts* keys) {
  ASSIGN_OR_RETURN(Reply reply, connection->Read(keys));
  if (reply.is_error()) return StatusOfErrorReply(reply.text);
  if (reply.elements.size() != 2 ||
      reply.elements[0].type != Reply::Type::kString ||
      reply.elements[1].type != Reply::Type::kArray) {
    return absl::InternalError(
        "Redis replied to SCAN with no pair of a cursor "
        "and keys");
  }
  cursor_ = std::move(reply.elements[0].text);
  return cursor_ == "0";
}

std::string_view Discovery::Pattern() const {
  if (wanted_ == Keys::kEvery) return "*";
  if (wanted_ == Keys::kAll) return kAnyKeyPattern;
  return schema_ == Schema::kRazor ? kRazorDiscoveryPattern : kDiscoveryPattern;
}

absl::Status Discovery::Walk(
    Connection* connection,
    const std::function<void(std::string_view key)>& see, size_t limit) {
  Restart();
  PackedTexts keys;
  size_t seen = 0;
  RETURN_IF_ERROR(Ask(connection));
  for (bool is_last = false; !is_last;) {
    keys.Clear();
    ASSIGN_OR_RETURN(const bool completed, Take(connection, &keys));
    seen += keys.size();
    is_last = completed || seen >= limit;
    if (!is_last) RETURN_IF_ERROR(Ask(connection));
    for (size_t i = 0; i < keys.size(); ++i) see(keys[i]);
  }
  return absl::OkStatus();
}

FoundKey ClassifyKey(std::string_view key, Schema schema) {
  FoundKey found;
  const std::optional<ParsedKey> parsed = ParseKey(key);
  if (!parsed) return found;
  if (parsed->kind == KeyKind::kMembers && schema == Schema::kRazor &&
      MayBeRazorName(parsed->owner)) {
    found.name = std::string(parsed->owner);
    return found;
  }
  if (parsed->kind != KeyKind::kConfig && parsed->kind != KeyKind::kGroups) {
    return found;
  }
  switch (FormOfName(parsed->owner)) {
    case NameForm::kStored:
      found.name = std::string(parsed->owner);
      break;
    case NameForm::kUpperCase:
    case NameForm::kTrailingDot:
      found.complaint = Complaint{
          std::string(key),
          absl::StrFormat(
              "names are stored in lower case and without trailing dot; it is "
              "left out: RENAME it to %s",
              Quoted(MakeKey(CanonicalName(parsed->owner), parsed->kind)))};
      break;
    case NameForm::kNoName:
      break;
  }
  return found;
}

}  // namespace groupring::redis
