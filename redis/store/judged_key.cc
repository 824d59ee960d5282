#include "redis/store/judged_key.h"

#include "absl/strings/str_format.h"
#include "redis/base/dns_name.h"
#include "redis/schema/keys.h"

namespace groupring::redis {

JudgedKey JudgeKey(const std::string& key) {
  JudgedKey judged;
  const std::optional<ParsedKey> parsed = ParseKey(key);
  if (!parsed ||
      (parsed->kind != KeyKind::kConfig && parsed->kind != KeyKind::kGroups)) {
    return judged;
  }
  switch (FormOfName(parsed->owner)) {
    case NameForm::kStored:
      judged.name = std::string(parsed->owner);
      break;
    case NameForm::kUpperCase:
    case NameForm::kTrailingDot:
      judged.complaint = Complaint{
          key,
          absl::StrFormat(
              "names are stored in lower case and without trailing dot; "
              "it is left out: RENAME it to %s",
              Quoted(MakeKey(CanonicalName(parsed->owner), parsed->kind)))};
      break;
    case NameForm::kNoName:
      break;
  }
  return judged;
}

}  // namespace groupring::redis
