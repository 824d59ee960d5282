#include "redis/store/candidate.h"

#include "absl/strings/str_format.h"
#include "redis/schema/keys.h"

namespace groupring::redis {

Candidate JudgeKey(const std::string& key) {
  Candidate candidate;
  const std::optional<ParsedKey> parsed = ParseKey(key);
  if (!parsed ||
      (parsed->kind != KeyKind::kConfig && parsed->kind != KeyKind::kGroups)) {
    return candidate;
  }
  switch (FormOfName(parsed->owner)) {
    case NameForm::kStored:
      candidate.name = std::string(parsed->owner);
      break;
    case NameForm::kUpperCase:
    case NameForm::kTrailingDot:
      candidate.complaint = Complaint{
          key, absl::StrFormat(
                   "names are stored in lower case and without trailing dot; "
                   "it is left out: RENAME it to %s",
                   Quoted(MakeKey(StoredForm(parsed->owner), parsed->kind)))};
      break;
    case NameForm::kNoName:
      break;
  }
  return candidate;
}

}  // namespace groupring::redis
