#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/explanation.h"
#include "backend/report/table.h"

namespace groupring::backend {
namespace {

constexpr size_t kShownAddresses = 8;
constexpr size_t kShownGroups = 12;

std::string SourceWords(const std::string& key_source) {
  if (key_source != "nobody") return "from the " + key_source;
  return "from nobody: neither the client's subnet nor a resolver is known";
}

std::string WhyOf(const ExplainedGroup& group) {
  if (group.circumstances.empty()) return group.passed_over;
  if (group.passed_over.empty()) return group.circumstances;
  return group.passed_over + " (" + group.circumstances + ")";
}

std::string OrderText(const Explanation& e) {
  Table table({"#", "GROUP", "STATE", "ANSWERS", "WHY NOT"}, {0});
  const size_t shown = std::min(e.order.size(), kShownGroups);
  for (size_t i = 0; i < shown; ++i) {
    const ExplainedGroup& group = e.order[i];
    table.Add({absl::StrFormat("%d", i + 1), group.group, group.state,
               absl::StrJoin(group.answers, " "), WhyOf(group)});
  }
  std::string text = "order of groups for this slot\n" + table.Text(2);
  if (e.order.size() > shown) {
    text += absl::StrFormat("  … and %d more\n", e.order.size() - shown);
  }
  return text;
}

std::string AddressesText(const Explanation& e) {
  Table table({"FAMILY", "GROUP", "FROM", "DRAWN FROM"});
  for (const ExplainedFamily& family : e.families) {
    std::vector<std::string> shown = family.candidates;
    std::string rest;
    if (shown.size() > kShownAddresses) {
      rest = absl::StrFormat(" and %d more", shown.size() - kShownAddresses);
      shown.resize(kShownAddresses);
    }
    if (family.skipped > 0) {
      rest += absl::StrFormat(" (%d skipped)", family.skipped);
    }
    table.Add({family.family, family.group, family.how,
               absl::StrJoin(shown, " ") + rest});
  }
  return "addresses\n" + table.Text(2);
}

}  // namespace

std::string ExplanationText(const Explanation& e) {
  std::string text =
      absl::StrFormat("%s for %s: %s\n", Printable(e.name), Printable(e.client),
                      Printable(e.verdict, kMaxLine));
  text += absl::StrFormat("subnet     %s (%s), slot %d\n", e.subnet,
                          SourceWords(e.key_source), e.slot);
  text +=
      absl::StrFormat("zone       %s\n", e.zone.empty() ? "none here" : e.zone);
  if (!e.mode.empty()) {
    text += absl::StrFormat(
        "answer     %s; TTL %d s, scope /%d, ANSWERS %d, ON_EMPTY %s\n", e.mode,
        e.ttl_seconds, e.scope_mask, e.answers, e.on_empty);
    if (!e.order.empty()) text += OrderText(e);
    text += AddressesText(e);
  }
  text += absl::StrFormat(
      "snapshot   %d, %.1f s old; generation %d of Redis\n", e.snapshot,
      static_cast<double>(e.snapshot_age_millis) / 1000, e.generation);
  return text;
}

}  // namespace groupring::backend
