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

// Redis looks at this many keys in one step: some hundred microseconds.
constexpr int64_t kKeysPerStep = 1000;

constexpr int64_t kManySteps = 1'000'000;

}  // namespace

absl::StatusOr<bool> Discovery::Step(Connection* connection,
                                     std::vector<std::string>* keys) {
  const bool starts = cursor_ == "0";
  if (starts) connection->Append({"DBSIZE"});
  connection->Append(
      {"SCAN", cursor_, "MATCH",
       schema_ == Schema::kRazor ? kRazorDiscoveryPattern : kDiscoveryPattern,
       "COUNT", std::to_string(kKeysPerStep)});
  if (starts) {
    ASSIGN_OR_RETURN(const Reply size, connection->Read());
    expected_steps_ = size.type == Reply::Type::kInteger
                          ? size.integer / kKeysPerStep + 1
                          : kManySteps;
  }
  ASSIGN_OR_RETURN(Reply reply, connection->Read());
  if (reply.is_error()) return StatusOfErrorReply(reply.text);
  if (reply.elements.size() != 2 ||
      reply.elements[0].type != Reply::Type::kString ||
      reply.elements[1].type != Reply::Type::kArray) {
    return absl::InternalError(
        "Redis replied to SCAN with no pair of a cursor "
        "and keys");
  }
  cursor_ = std::move(reply.elements[0].text);
  for (Reply& key : reply.elements[1].elements) {
    keys->push_back(std::move(key.text));
  }
  return cursor_ == "0";
}

absl::Status Discovery::Walk(Connection* connection,
                             std::vector<std::string>* keys) {
  Restart();
  for (bool completed = false; !completed;) {
    ASSIGN_OR_RETURN(completed, Step(connection, keys));
  }
  return absl::OkStatus();
}

FoundKey ClassifyKey(const std::string& key, Schema schema) {
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
          key,
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
