#include "backend/report/address_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/group_report.h"
#include "backend/report/group_words.h"
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
    return name.own->name == owner ? name.own->addresses[family].get()
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
    if (data->dynamic != nullptr) names.emplace_back(name);
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

void AddDisabled(const redis::GroupData& group, int64_t unix_millis,
                 AddressReport* report) {
  const auto words = [](const redis::WithheldAddress* entry) {
    if (entry == nullptr) return std::string("DISABLED");
    const std::string circumstances = DisabledCircumstances(*entry);
    return std::string(WithheldWord(entry->cause)) +
           (circumstances.empty() ? "" : " (" + circumstances + ")");
  };
  for (ListedAddress& address : report->addresses) {
    const auto f = static_cast<size_t>(address.family);
    const auto range = redis::ParsePrefix(address.family, address.address);
    if (group.withheld[f] == nullptr || !range) continue;
    if (group.withheld[f]->list().LeavesHost(*range, unix_millis)) continue;
    address.disabled = words(group.withheld[f]->Covering(*range, unix_millis));
  }
  // What is no member: in a range of the group, or in none of its sets.
  for (const DisabledAddress& disabled : DisabledOf(group, unix_millis)) {
    const std::string& text = disabled.entry.range.text;
    const bool listed = std::any_of(
        report->addresses.begin(), report->addresses.end(),
        [&](const ListedAddress& address) { return address.address == text; });
    if (listed) continue;
    report->addresses.push_back(
        {disabled.entry.range.family, text, {}, words(&disabled.entry)});
    if (!disabled.in_group) {
      report->addresses.back().disabled += ", in no set of the group";
    }
  }
}

std::string AddressesText(const AddressReport& report) {
  if (report.addresses.empty()) {
    return Printable(report.owner) + " has no addresses\n";
  }
  const bool any_disabled = std::any_of(
      report.addresses.begin(), report.addresses.end(),
      [](const ListedAddress& address) { return !address.disabled.empty(); });
  std::vector<std::string> head = {"FAMILY", "ADDRESS", "NEVER ANSWERED AT"};
  if (any_disabled) head.emplace_back("OUT");
  Table table(head);
  for (const ListedAddress& address : report.addresses) {
    std::vector<Cell> row = {std::string(FamilyName(address.family)),
                             address.address, BlockedWords(address.blocked_at)};
    if (any_disabled) row.emplace_back(address.disabled, Tone::kOut);
    table.Add(row);
  }
  return table.Text();
}

std::string AddressesJson(const AddressReport& report) {
  const auto to_json = [](const ListedAddress& address) {
    return nlohmann::ordered_json{{"family", FamilyName(address.family)},
                                  {"address", address.address},
                                  {"blocked_at", address.blocked_at},
                                  {"disabled", !address.disabled.empty()}};
  };
  return JsonText(
      Versioned({{"owner", report.owner},
                 {"addresses", JsonArray(report.addresses, to_json)}}));
}

}  // namespace groupring::backend
