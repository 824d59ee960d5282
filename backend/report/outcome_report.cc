#include "backend/report/outcome_report.h"

#include <nlohmann/json.hpp>

#include "backend/report/change_words.h"
#include "backend/report/client_impact_report.h"
#include "backend/report/json_text.h"
#include "backend/report/upgrade_words.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using nlohmann::ordered_json;

const char* ResultName(Result result) {
  switch (result) {
    case Result::kPlanned:
      return "planned";
    case Result::kNothing:
      return "unchanged";
    case Result::kRefused:
      return "refused";
    case Result::kConflict:
      return "conflict";
    case Result::kWritten:
      return "written";
  }
  return "planned";
}

ordered_json TimeOrNull(int64_t unix_seconds) {
  if (unix_seconds == 0) return nullptr;
  return unix_seconds;
}

ordered_json RingJson(const RingImpact& ring) {
  ordered_json moves = ordered_json::array();
  for (const auto& [from_to, ratio] : ring.moves) {
    moves.push_back(
        {{"from", from_to.first}, {"to", from_to.second}, {"share", ratio}});
  }
  ordered_json shares = ordered_json::array();
  auto all = ring.shares_before;
  all.insert(ring.shares_after.begin(), ring.shares_after.end());
  for (const auto& [group, unused] : all) {
    // Named again, as clang 14 lets no lambda capture a part of a pair.
    const auto share = [&name = group](const auto& map) {
      const auto found = map.find(name);
      return found == map.end() ? 0.0 : found->second;
    };
    ordered_json entry = {{"group", group},
                          {"before", share(ring.shares_before)},
                          {"after", share(ring.shares_after)}};
    if (!ring.questions.before.empty()) {
      entry["questions_before"] = share(ring.questions.before);
      entry["questions_after"] = share(ring.questions.after);
    }
    shares.push_back(std::move(entry));
  }
  return {{"names", ring.names},
          {"moved", ring.moved},
          {"moves", moves},
          {"shares", shares},
          {"max_ttl_seconds", ring.max_ttl_seconds}};
}

ordered_json ReplicasJson(const redis::Replicated& replicated) {
  if (replicated.state == redis::Replicated::State::kNotExpected) {
    return nullptr;
  }
  return {{"connected", replicated.replicas},
          {"confirmed", replicated.confirmed},
          {"why_unconfirmed", replicated.why}};
}

ordered_json NodesJson(const Outcome& outcome) {
  if (!outcome.nodes_known) return nullptr;
  const NodeProgress& nodes = outcome.nodes;
  return {{"applied", nodes.applied},
          {"behind", nodes.behind},
          {"gone", nodes.gone},
          {"stopped", nodes.stopped},
          {"troubled", nodes.troubled}};
}

// What the change takes out of service, in words.
std::string Leaving(const Outcome& outcome) {
  const Change& change = outcome.plan.change;
  return LeavingWords(change.leaving_group, change.leaving_addresses);
}

ordered_json ObstaclesJson(const Outcome& outcome) {
  ordered_json obstacles = ordered_json::array();
  for (const Obstacle& obstacle : outcome.expiry.obstacles) {
    obstacles.push_back({{"code", ToText(obstacle.kind)},
                         {"what", ObstacleText(obstacle, Leaving(outcome),
                                               outcome.expiry.nodes)}});
  }
  return obstacles;
}

}  // namespace

std::string OutcomeJson(const Outcome& outcome) {
  const Change& change = outcome.plan.change;
  const ordered_json json = {
      {"version", kReportVersion},
      {"result", ResultName(outcome.result)},
      {"exit_status", outcome.exit_status},
      {"what", ToText(change.kind)},
      {"target", TargetWords(change)},
      {"before", StandingWords(change.before)},
      {"after", StandingWords(change.after)},
      {"by", outcome.occasion.who},
      {"reason", outcome.occasion.reason},
      {"forced", outcome.forced},
      {"generation", outcome.generation},
      {"objections", JsonArray(outcome.plan.objections, ObjectionText)},
      {"remarks", RemarkTexts(outcome)},
      {"notes", NoteTexts(outcome)},
      {"malformed", outcome.malformed},
      {"impact",
       {{"rings", JsonArray(outcome.plan.impact.rings, RingJson)},
        {"uncounted_rings", outcome.plan.impact.uncounted_rings},
        {"uncounted_names", outcome.plan.impact.uncounted_names}}},
      {"clients", ClientImpactToJson(outcome.plan.clients)},
      {"ramp_ends", TimeOrNull(change.settled_unix_seconds)},
      {"max_ttl_seconds", outcome.plan.max_ttl_seconds},
      {"old_answers_until", TimeOrNull(outcome.old_answers_until_unix_seconds)},
      {"nodes", NodesJson(outcome)},
      {"replicas", ReplicasJson(outcome.replicated)},
      {"safe_since", TimeOrNull(outcome.expiry.safe_since)},
      {"obstacles", ObstaclesJson(outcome)}};
  return JsonText(json);
}

}  // namespace groupring::backend
