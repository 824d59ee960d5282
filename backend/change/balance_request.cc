#include "backend/change/balance_request.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "backend/change/balance.h"
#include "redis/base/printable.h"
#include "redis/schema/raw_value.h"

namespace groupring::backend {
namespace {

using redis::NameData;
using redis::WeightedGroup;

constexpr size_t kFewestGroups = 2;

}  // namespace

absl::Status CheckRequest(const BalanceRequest& request, const NameData& name,
                          size_t groups) {
  if (!request.weights.empty() && !request.wanted.empty()) {
    return absl::InvalidArgumentError(
        "--weights says which weights to write, --wanted which shares to find "
        "weights for: expected one of them");
  }
  if (request.weights.empty() && groups < kFewestGroups) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s has %d groups of weight above 0; there is nothing to balance "
        "between fewer than two",
        name.name, groups));
  }
  if (request.weights.empty() && groups > kMostBalanced) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s has %d groups of weight above 0; a balance is found for at most %d",
        name.name, groups, kMostBalanced));
  }
  const bool by_load = request.by == "load";
  if (!by_load && request.by != "questions") {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--by: \"%s\" is not understood; expected questions or load",
        Printable(request.by)));
  }
  if (by_load && !(request.wanted.empty() && request.weights.empty())) {
    return absl::InvalidArgumentError(
        "--by load finds weights under which all groups are used alike: "
        "expected it without --wanted and --weights");
  }
  if (request.span != "hour" && request.span != "day") {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--span: \"%s\" is not understood; expected day or hour",
        Printable(request.span)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::map<std::string, uint32_t>> ParseNumbers(
    const std::string& option, const std::string& text, const NameData& name,
    int64_t least) {
  std::map<std::string, uint32_t> numbers;
  const std::vector<std::string> items =
      absl::StrSplit(text, ',', absl::SkipWhitespace());
  for (const std::string& untrimmed : items) {
    const std::string item(absl::StripAsciiWhitespace(untrimmed));
    // The name of a group may have a "=".
    const size_t sign = item.rfind('=');
    const std::string group = item.substr(0, sign);
    const auto number = sign == std::string::npos
                            ? std::nullopt
                            : redis::ParseWholeNumber(item.substr(sign + 1),
                                                      least, redis::kMaxWeight);
    if (!number) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: \"%s\" is not understood; expected GROUP=NUMBER for each group, "
          "separated by commas, with whole numbers from %d to %d",
          option, Printable(item), least, redis::kMaxWeight));
    }
    const bool is_member = std::any_of(
        name.groups->begin(), name.groups->end(),
        [&](const WeightedGroup& member) { return member.name == group; });
    if (!is_member) {
      return absl::NotFoundError(absl::StrFormat(
          "%s: %s has no group %s", option, name.name, Printable(group)));
    }
    if (!numbers.emplace(group, static_cast<uint32_t>(*number)).second) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: %s is named twice", option, Printable(group)));
    }
  }
  if (numbers.empty()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: \"%s\" names no group; expected GROUP=NUMBER for each group, "
        "separated by commas",
        option, Printable(text)));
  }
  return numbers;
}

absl::StatusOr<std::vector<double>> WantedOf(
    const std::vector<WeightedGroup>& groups, const NameData& name,
    const std::string& wanted) {
  std::vector<double> parts(groups.size(), 1);
  if (wanted == "equal") return parts;
  const bool equal_now =
      std::all_of(groups.begin(), groups.end(), [&](const WeightedGroup& one) {
        return one.weight == groups.front().weight;
      });
  if (wanted.empty() && equal_now) return parts;
  if (wanted.empty()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "the weights of %s differ (%s): are they the wanted shares, or the "
        "result of a balance before? Expected --wanted equal, --wanted weights "
        "or --wanted GROUP=NUMBER,…",
        name.name, WeightsText(groups)));
  }
  if (wanted == "weights") {
    for (size_t i = 0; i < groups.size(); ++i) parts[i] = groups[i].weight;
    return parts;
  }
  const auto numbers = ParseNumbers("--wanted", wanted, name, 1);
  if (!numbers.ok()) return numbers.status();
  for (size_t i = 0; i < groups.size(); ++i) {
    const auto found = numbers->find(groups[i].name);
    if (found == numbers->end()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "--wanted: nothing is said of %s; expected a number for each group "
          "of weight above 0, or equal, or weights",
          Printable(groups[i].name)));
    }
    parts[i] = found->second;
  }
  for (const auto& part : *numbers) {
    const std::string& group = part.first;
    const bool is_weighed = std::any_of(
        groups.begin(), groups.end(),
        [&](const WeightedGroup& one) { return one.name == group; });
    if (!is_weighed) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "--wanted: %s has weight 0 on %s, so it can have no share; "
          "`groupring group weight %s %s 1` gives it a weight first",
          Printable(group), name.name, name.name, Printable(group)));
    }
  }
  return parts;
}

std::string WeightsText(const std::vector<WeightedGroup>& groups) {
  std::vector<std::string> items;
  items.reserve(groups.size());
  for (const WeightedGroup& group : groups) {
    items.push_back(absl::StrFormat("%s=%d", group.name, group.weight));
  }
  return absl::StrJoin(items, ",");
}

}  // namespace groupring::backend
