#include "backend/change/find.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/settings/nearest.h"
#include "redis/base/dns_name.h"
#include "redis/base/printable.h"
#include "redis/schema/keys.h"

namespace groupring::backend {
namespace {

template <typename Map>
std::vector<std::string> SortedKeys(const Map& map) {
  std::vector<std::string> keys;
  keys.reserve(map.size());
  for (const auto& [key, value] : map) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace

std::vector<std::string> GroupNames(const redis::Dataset& dataset) {
  return SortedKeys(dataset.groups);
}

std::vector<std::string> Names(const redis::Dataset& dataset) {
  return SortedKeys(dataset.names);
}

absl::Status UnknownGroup(const std::string& group,
                          const std::vector<std::string>& known) {
  const std::string nearest = DidYouMean(group, known);
  return absl::NotFoundError(absl::StrFormat(
      "there is no group %s on any name%s", Printable(group),
      nearest.empty() ? "; `groupring group list` shows them all" : nearest));
}

absl::Status UnknownName(const std::string& name,
                         const std::vector<std::string>& known) {
  const std::string nearest = DidYouMean(name, known);
  return absl::NotFoundError(absl::StrFormat(
      "there is no name %s%s", Printable(name),
      nearest.empty() ? "; `groupring name list` shows them all" : nearest));
}

absl::StatusOr<std::shared_ptr<const redis::GroupData>> FindGroup(
    const redis::Dataset& dataset, const std::string& group) {
  const auto found = dataset.groups.find(group);
  if (found != dataset.groups.end()) return found->second;
  return UnknownGroup(group, GroupNames(dataset));
}

absl::StatusOr<std::shared_ptr<const redis::NameData>> FindName(
    const redis::Dataset& dataset, std::string_view name) {
  const std::string canonical = CanonicalName(name);
  const auto found = dataset.names.find(canonical);
  if (found != dataset.names.end()) return found->second;
  return UnknownName(canonical, Names(dataset));
}

bool IsOnName(const redis::Dataset& dataset, const std::string& group) {
  return std::any_of(
      dataset.names.begin(), dataset.names.end(), [&](const auto& name) {
        return std::any_of(
            name.second->groups->begin(), name.second->groups->end(),
            [&](const auto& member) { return member.name == group; });
      });
}

absl::StatusOr<std::string> CheckName(std::string_view name) {
  std::string canonical = CanonicalName(name);
  if (redis::FormOfName(canonical) == redis::NameForm::kStored) {
    return canonical;
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "\"%s\" is no DNS name; expected labels of 1 to 63 letters, digits or "
      "hyphens with dots between them, such as ftp.example.org",
      Printable(std::string(name))));
}

}  // namespace groupring::backend
