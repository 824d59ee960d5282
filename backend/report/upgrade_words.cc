#include "backend/report/upgrade_words.h"

#include "absl/strings/str_format.h"
#include "backend/report/node_report.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

using Kind = Obstacle::Kind;

std::string SharedText(const SharedAddress& shared,
                       const std::string& leaving) {
  // The words for single addresses name them, and their group.
  const bool named = leaving.starts_with(shared.address + " ");
  const std::string address =
      named ? leaving : absl::StrFormat("%s of %s", shared.address, leaving);
  switch (shared.holder) {
    case SharedAddress::Holder::kGroup:
      return absl::StrFormat(
          "%s is also an address of the group %s, which is in service: take it "
          "out of one of them",
          address, shared.owner);
    case SharedAddress::Holder::kName:
      return absl::StrFormat(
          "%s is also answered at the name %s, which has addresses of its own: "
          "take it out there",
          address, shared.owner);
    case SharedAddress::Holder::kRecord:
      break;
  }
  return absl::StrFormat(
      "%s is also in a static record of %s: take the record out", address,
      shared.owner);
}

std::string NodeText(const Obstacle& obstacle,
                     const std::vector<redis::NodeStatus>& nodes) {
  const std::string node = NodeLabels(nodes)[obstacle.node];
  const std::string forget = ForgetOperand(nodes, obstacle.node);
  switch (obstacle.kind) {
    case Kind::kNodeBehind:
      return absl::StrFormat("%s has not applied the change", node);
    case Kind::kNodeNotSaved:
      return absl::StrFormat(
          "%s has not saved the change; started again without Redis it would "
          "answer what it saved before",
          node);
    case Kind::kNodeDoubts:
      return absl::StrFormat(
          "%s does not believe what Redis holds and answers what it knew "
          "before: see `groupring snapshot show`",
          node);
    case Kind::kNodeSilent:
      return absl::StrFormat(
          "%s is silent and may answer what it knew before; once it is "
          "certainly down: groupring nodes --forget %s",
          node, forget);
    case Kind::kNodeStopped:
      return absl::StrFormat(
          "%s is stopped; started again without Redis it would answer what it "
          "saved; if it will not come back: groupring nodes --forget %s",
          node, forget);
    case Kind::kNodeDoesNotMeasure:
      return absl::StrFormat(
          "%s does not report until when caches hold its answers: it is of an "
          "older version (%s)",
          node, nodes[obstacle.node].version);
    case Kind::kNodeStillAnswers:
      return absl::StrFormat(
          "%s goes on answering it, as nothing else of one of its names is in "
          "service: see `groupring status`, and bring another group back",
          node);
    case Kind::kNodeReportDue:
      return absl::StrFormat(
          "%s has not reported since the last cached answer expired", node);
    default:
      break;
  }
  return absl::StrFormat(
      "%s does not know Redis' time: let its Redis user use TIME", node);
}

}  // namespace

std::string_view ToText(Kind kind) {
  switch (kind) {
    case Kind::kNodeBehind:
      return "node_behind";
    case Kind::kNodeNotSaved:
      return "node_not_saved";
    case Kind::kNodeDoubts:
      return "node_doubts";
    case Kind::kNodeSilent:
      return "node_silent";
    case Kind::kNodeStopped:
      return "node_stopped";
    case Kind::kNodeDoesNotMeasure:
      return "node_does_not_measure";
    case Kind::kNodeClockUnknown:
      return "node_clock_unknown";
    case Kind::kNodeStillAnswers:
      return "node_still_answers";
    case Kind::kNodeReportDue:
      return "node_report_due";
    case Kind::kNoNodes:
      return "no_nodes";
    case Kind::kOwnClockUnknown:
      return "own_clock_unknown";
    case Kind::kAddressElsewhere:
      return "address_elsewhere";
    case Kind::kServerAnswersGroup:
      return "server_answers_group";
    case Kind::kServerDoesNotAnswer:
      return "server_does_not_answer";
  }
  return {};
}

std::string LeavingWords(const std::string& group,
                         const std::vector<redis::AddressRange>& addresses) {
  if (addresses.empty()) return group;
  std::string words;
  for (const redis::AddressRange& address : addresses) {
    if (!words.empty()) words += " and ";
    words += address.text;
  }
  return words + " of " + group;
}

std::string ObstacleText(const Obstacle& obstacle, const std::string& leaving,
                         const std::vector<redis::NodeStatus>& nodes) {
  std::string text;
  switch (obstacle.kind) {
    case Kind::kNoNodes:
      text = "no node is listed in Redis, so nobody knows who answers";
      break;
    case Kind::kOwnClockUnknown:
      text =
          "this command does not know Redis' time: let its Redis user use TIME";
      break;
    case Kind::kAddressElsewhere:
      text = SharedText(obstacle.shared, leaving);
      break;
    case Kind::kServerAnswersGroup:
      text = absl::StrFormat("the name server %s still answers %s: %s",
                             obstacle.server, leaving, obstacle.detail);
      break;
    case Kind::kServerDoesNotAnswer:
      text = absl::StrFormat("the name server %s could not be asked: %s",
                             obstacle.server, obstacle.detail);
      break;
    default:
      text = NodeText(obstacle, nodes);
  }
  return Printable(text, kMaxLine);
}

}  // namespace groupring::backend
