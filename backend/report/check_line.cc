#include "backend/report/check_line.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "redis/base/printable.h"
#include "redis/base/words.h"

namespace groupring::backend {
namespace {

// Nagios reads four kilobytes of a plugin, and pagers show far less.
constexpr size_t kMaxText = 1000;
constexpr size_t kMaxListed = 5;

std::string_view Word(PluginState state) {
  switch (state) {
    case PluginState::kOk:
      return "OK";
    case PluginState::kWarning:
      return "WARNING";
    case PluginState::kCritical:
      return "CRITICAL";
    case PluginState::kUnknown:
      break;
  }
  return "UNKNOWN";
}

Diagnostics BehindWarnings(const NodesReport& report) {
  Diagnostics findings;
  const std::vector<std::string> labels = NodeLabels(report.nodes);
  for (size_t i = 0; i < report.nodes.size(); ++i) {
    const redis::NodeStatus& node = report.nodes[i];
    if (!node.is_up() || node.generation >= report.generation) continue;
    findings.push_back({Severity::kWarning, DiagnosticCode::kNodeTrouble,
                        "node " + labels[i],
                        "is " + ProgressWords(node, report.generation), ""});
  }
  if (report.nodes.empty()) {
    findings.push_back({Severity::kWarning, DiagnosticCode::kNoNodes, "",
                        "no node is listed in this Redis", ""});
  }
  return findings;
}

std::string NodesSummary(const NodesReport& report) {
  const auto up_to_date = std::count_if(
      report.nodes.begin(), report.nodes.end(), [&](const auto& node) {
        return node.is_up() && node.generation >= report.generation;
      });
  return absl::StrFormat("%d of %s up to date", up_to_date,
                         Counted(report.nodes.size(), "node"));
}

std::string GroupsSummary(const ServiceReport& report) {
  std::vector<std::string> out;
  for (const ServiceGroup& entry : report.groups) {
    for (std::string& words : OutWords(entry.group)) {
      out.push_back(std::move(words));
    }
  }
  std::string text = absl::StrFormat(
      "%s in %s from %s", Counted(report.names, "name"),
      Counted(report.zones, "zone"), Counted(report.groups.size(), "group"));
  if (out.empty()) return text;
  const size_t shown = std::min(out.size(), kMaxListed);
  text += " (out: " +
          absl::StrJoin(out.begin(),
                        out.begin() + static_cast<std::ptrdiff_t>(shown), ", ");
  if (shown < out.size()) {
    text += absl::StrFormat(" and %d more", out.size() - shown);
  }
  return text + ")";
}

}  // namespace

int ExitStatusOf(PluginState state) {
  switch (state) {
    case PluginState::kOk:
      return 0;
    case PluginState::kWarning:
      return 1;
    case PluginState::kCritical:
      return 2;
    case PluginState::kUnknown:
      break;
  }
  return 3;
}

std::string CheckLine(std::string_view what, const PluginResult& result) {
  std::string text(absl::StripAsciiWhitespace(result.text));
  std::replace(text.begin(), text.end(), '\n', ' ');
  text = Printable(text, kMaxText);
  std::replace(text.begin(), text.end(), '|', '/');
  return absl::StrFormat(
      "GROUPRING %s %s - %s\n",
      absl::AsciiStrToUpper(absl::string_view(what.data(), what.size())),
      Word(result.state), text);
}

PluginResult CheckFindings(const Diagnostics& findings,
                           const std::string& summary) {
  std::vector<const Diagnostic*> wrong;
  for (const Diagnostic& finding : findings) {
    if (finding.severity >= Severity::kWarning) wrong.push_back(&finding);
  }
  if (wrong.empty()) return {PluginState::kOk, summary};
  std::stable_sort(
      wrong.begin(), wrong.end(),
      [](const auto* a, const auto* b) { return a->severity > b->severity; });
  const auto problems =
      std::count_if(wrong.begin(), wrong.end(), [](const auto* finding) {
        return finding->severity == Severity::kError;
      });
  const auto warnings = static_cast<std::ptrdiff_t>(wrong.size()) - problems;
  std::vector<std::string> counts;
  if (problems > 0) counts.push_back(Counted(problems, "problem"));
  if (warnings > 0) counts.push_back(Counted(warnings, "warning"));

  std::vector<std::string> sentences;
  for (const Diagnostic* finding : wrong) {
    if (sentences.size() == kMaxListed) {
      sentences.push_back(
          absl::StrFormat("and %d more", wrong.size() - kMaxListed));
      break;
    }
    // Without its advice, for which there is no room.
    sentences.push_back(finding->subject.empty()
                            ? finding->message
                            : finding->subject + ": " + finding->message);
  }
  return {problems > 0 ? PluginState::kCritical : PluginState::kWarning,
          absl::StrFormat("%s: %s; %s", absl::StrJoin(counts, ", "),
                          absl::StrJoin(sentences, "; "), summary)};
}

PluginResult CheckService(const ServiceReport& report) {
  Diagnostics findings = report.problems;
  for (const HealthTrouble& trouble : report.health_troubles) {
    // In a panic too few proxies are up to answer from those alone.
    const Severity severity = trouble.kind == HealthTroubleKind::kPanic
                                  ? Severity::kError
                                  : Severity::kWarning;
    findings.push_back(
        {severity, DiagnosticCode::kNodeTrouble, "health", trouble.text, ""});
  }
  for (Diagnostic& finding : BehindWarnings(report.nodes)) {
    findings.push_back(std::move(finding));
  }
  return CheckFindings(
      findings, GroupsSummary(report) + ", " + NodesSummary(report.nodes));
}

PluginResult CheckNodes(const NodesReport& report) {
  Diagnostics findings = NodeProblems(report.nodes);
  for (Diagnostic& finding : BehindWarnings(report)) {
    findings.push_back(std::move(finding));
  }
  return CheckFindings(findings, NodesSummary(report));
}

PluginResult CheckFailed(const absl::Status& status) {
  const bool unreachable =
      absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
  return {unreachable ? PluginState::kCritical : PluginState::kUnknown,
          (unreachable ? "Redis cannot be reached: " : "cannot be checked: ") +
              std::string(status.message())};
}

}  // namespace groupring::backend
