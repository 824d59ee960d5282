#include "backend/report/address_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/json_text.h"
#include "backend/report/table.h"

namespace groupring::backend {
namespace {

using redis::kFamilies;

constexpr size_t kShownNames = 3;

// The set of the owner that the name answers from; null when it answers none of
// the owner's addresses.
const redis::AddressSet* SetAt(const Snapshot& snapshot,
                               const DynamicName& name,
                               const std::string& owner, size_t family) {
  if (name.ring == kNoRing) {
    return name.data->name == owner ? name.data->addresses[family].get()
                                    : nullptr;
  }
  const RingView& view = *snapshot.rings[name.ring];
  const auto index = view.ring->IndexOf(owner);
  return index.has_value() ? view.groups[*index]->addresses[family].get()
                           : nullptr;
}

std::string BlockedWords(const std::vector<std::string>& names) {
  if (names.size() <= kShownNames) return absl::StrJoin(names, " ");
  return absl::StrFormat(
      "%s and %d more",
      absl::StrJoin(names.begin(), names.begin() + kShownNames, " "),
      names.size() - kShownNames);
}

}  // namespace

AddressReport ReportAddresses(const Snapshot& snapshot,
                              const std::string& owner) {
  std::vector<std::string> names;
  for (const auto& [name, data] : *snapshot.owners) {
    if (data->dynamic != nullptr) names.push_back(name);
  }
  std::sort(names.begin(), names.end());

  AddressReport report;
  report.owner = owner;
  for (size_t f = 0; f < kFamilies; ++f) {
    const size_t start = report.addresses.size();
    bool listed = false;
    for (const std::string& name : names) {
      const DynamicName& dynamic = *snapshot.FindOwner(name)->dynamic;
      const redis::AddressSet* set = SetAt(snapshot, dynamic, owner, f);
      if (set == nullptr) continue;
      const auto& members = set->members();
      for (size_t i = 0; i < members.size(); ++i) {
        if (!listed) {
          report.addresses.push_back(
              {static_cast<redis::Family>(f), members[i].text, {}});
        }
        if (!dynamic.skip[f]->LeavesHost(members[i])) {
          report.addresses[start + i].blocked_at.push_back(name);
        }
      }
      listed = true;
    }
  }
  return report;
}

std::string AddressesText(const AddressReport& report) {
  if (report.addresses.empty()) {
    return Printable(report.owner) + " has no addresses\n";
  }
  Table table({"FAMILY", "ADDRESS", "NEVER ANSWERED AT"});
  for (const ListedAddress& address : report.addresses) {
    table.Add({std::string(FamilyName(address.family)), address.address,
               BlockedWords(address.blocked_at)});
  }
  return table.Text();
}

std::string AddressesJson(const AddressReport& report) {
  const auto to_json = [](const ListedAddress& address) {
    return nlohmann::ordered_json{{"family", FamilyName(address.family)},
                                  {"address", address.address},
                                  {"blocked_at", address.blocked_at}};
  };
  return JsonText(
      Versioned({{"owner", report.owner},
                 {"addresses", JsonArray(report.addresses, to_json)}}));
}

}  // namespace groupring::backend
