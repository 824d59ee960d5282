#include "backend/report/address_texts.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_format.h"

namespace groupring::backend {

std::string AddressesOnALine(const redis::AddressSet& set, size_t most) {
  const std::vector<redis::AddressRange>& members = set.members();
  std::string text;
  const size_t shown = std::min(members.size(), most);
  for (size_t i = 0; i < shown; ++i) {
    if (i > 0) text += " ";
    text += members[i].text;
  }
  if (shown < members.size()) {
    text += absl::StrFormat(" and %d more", members.size() - shown);
  }
  return text;
}

}  // namespace groupring::backend
