#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/change_words.h"
#include "backend/report/client_impact_report.h"
#include "backend/report/group_words.h"
#include "backend/report/outcome_report.h"
#include "backend/report/table.h"
#include "backend/report/upgrade_words.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

constexpr size_t kShownRings = 5;
constexpr size_t kShownGroups = 20;
constexpr size_t kShownObjections = 10;
constexpr size_t kShownNotes = 10;
constexpr size_t kShownMalformed = 5;

// "33.2% of the client space of ftp.example.org: g1 -> g2 16.7%, …"
std::string MovesLine(const RingImpact& ring) {
  const std::string questions =
      ring.questions.before.empty()
          ? ""
          : absl::StrFormat(", and of the questions of a day %s",
                            Percent(ring.questions.moved));
  return absl::StrFormat("%s of the client space of %s%s%s\n",
                         Percent(ring.moved),
                         FirstOf(ring.names, ring.more_names), questions,
                         MovesWords(ring.moves, 1));
}

std::string MovesText(const RingImpact& ring, bool planned) {
  if (ring.moves.empty()) {
    return absl::StrFormat("%s no client of %s\n",
                           planned ? "would move" : "moves",
                           FirstOf(ring.names, ring.more_names));
  }
  return (planned ? "would move " : "moves ") + MovesLine(ring);
}

// "+8.4%", "-24.9%": as Percent, with a sign.
std::string SignedPercent(double ratio) {
  return (ratio < 0 ? "-" : "+") + Percent(std::abs(ratio));
}

std::string SharesTable(const RingImpact& ring) {
  struct Row {
    double change;
    std::string group;
    double before;
    double after;
  };
  std::vector<Row> rows;
  const auto share = [](const auto& shares, const std::string& group) {
    const auto found = shares.find(group);
    return found == shares.end() ? 0.0 : found->second;
  };
  for (const auto* shares : {&ring.shares_before, &ring.shares_after}) {
    for (const auto& [group, ratio] : *shares) {
      const double before = share(ring.shares_before, group);
      const double after = share(ring.shares_after, group);
      // Named again, as clang 14 lets no lambda capture a part of a pair.
      const bool known = std::any_of(
          rows.begin(), rows.end(),
          [&name = group](const Row& row) { return row.group == name; });
      if (before != after && !known) {
        rows.push_back({after - before, group, before, after});
      }
    }
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    if (std::abs(a.change) != std::abs(b.change)) {
      return std::abs(a.change) > std::abs(b.change);
    }
    return a.group < b.group;
  });
  std::vector<std::string> titles = {"GROUP", "BEFORE", "AFTER", "CHANGE"};
  const bool counted = !ring.questions.before.empty();
  if (counted) titles.insert(titles.end(), {"QUESTIONS BEFORE", "AFTER"});
  const Table::Columns right =
      counted ? Table::Columns{1, 2, 3, 4, 5} : Table::Columns{1, 2, 3};
  Table table(titles, right);
  for (size_t i = 0; i < std::min(rows.size(), kShownGroups); ++i) {
    const std::string& group = rows[i].group;
    std::vector<Cell> cells = {GroupWord(group), Percent(rows[i].before),
                               Percent(rows[i].after),
                               SignedPercent(rows[i].change)};
    if (counted) {
      cells.emplace_back(Percent(share(ring.questions.before, group)));
      cells.emplace_back(Percent(share(ring.questions.after, group)));
    }
    table.Add(std::move(cells));
  }
  std::string text = table.Text(2);
  if (rows.size() > kShownGroups) {
    text +=
        absl::StrFormat("  … and %d more groups\n", rows.size() - kShownGroups);
  }
  return text;
}

std::string ImpactText(const Impact& impact, bool planned) {
  std::string text;
  const size_t shown = std::min(impact.rings.size(), kShownRings);
  for (size_t i = 0; i < shown; ++i) {
    const RingImpact& ring = impact.rings[i];
    text += MovesText(ring, planned);
    if (planned && !ring.moves.empty()) text += SharesTable(ring);
  }
  if (impact.rings.size() > shown) {
    text += absl::StrFormat("and clients of %d more rings\n",
                            impact.rings.size() - shown);
  }
  if (impact.uncounted_rings > 0) {
    text += absl::StrFormat(
        "%d more rings, of %d names, change and were not counted\n",
        impact.uncounted_rings, impact.uncounted_names);
  }
  return text;
}

std::string PaintedWords(const Standing& standing, Colours colours) {
  return Painted(Printable(StandingWords(standing)), ToneOf(standing), colours);
}

std::string Head(const Outcome& outcome, Colours colours) {
  const Change& change = outcome.plan.change;
  const std::string target = Printable(TargetWords(change));
  const std::string before = PaintedWords(change.before, colours);
  const std::string change_words =
      before + " -> " + PaintedWords(change.after, colours);
  switch (outcome.result) {
    case Result::kPlanned:
      return absl::StrFormat("plan of %s: %s: %s; nothing is written\n",
                             ToText(change.kind), target, change_words);
    case Result::kNothing:
      return absl::StrFormat("%s: unchanged: %s\n", target, before);
    case Result::kRefused:
    case Result::kConflict:
      return absl::StrFormat("%s: %s: %s; nothing was written\n",
                             Painted("refused", Tone::kBad, colours), target,
                             change_words);
    case Result::kWritten:
      break;
  }
  std::string by = "by " + outcome.occasion.who;
  if (!outcome.occasion.reason.empty()) {
    by += ", \"" + outcome.occasion.reason + "\"";
  }
  by = Printable(by);
  if (outcome.forced) by += ", " + Painted("FORCED", Tone::kOut, colours);
  return absl::StrFormat("%s: %s (%s)\n", target, change_words, by);
}

std::string Listed(const std::vector<std::string>& names,
                   const char* between = " ") {
  return Printable(absl::StrJoin(names, between));
}

// What the change takes out of service, in words.
std::string Leaving(const Outcome& outcome) {
  const Change& change = outcome.plan.change;
  return LeavingWords(change.leaving_group, change.leaving_addresses);
}

// "ns2 does not", "ns2, ns3 do not".
std::string DoNot(const std::vector<std::string>& nodes) {
  return Listed(nodes, ", ") + (nodes.size() == 1 ? " does not" : " do not");
}

}  // namespace

std::string OutcomeText(const Outcome& outcome, Colours colours) {
  std::string text = Head(outcome, colours);
  if (outcome.result == Result::kConflict) return text;
  const bool planned = outcome.result != Result::kWritten;
  // What a label moves is in no ring.
  if (!outcome.plan.change.about.affinity) {
    text += ImpactText(outcome.plan.impact, planned);
  }
  text += ClientImpactText(outcome.plan.clients, planned);
  if (outcome.old_answers_until_unix_seconds != 0) {
    text += absl::StrFormat(
        "resolvers %s old answers until %s (largest TTL %d s)\n",
        outcome.result == Result::kWritten ? "may hold" : "could hold",
        UtcTime(outcome.old_answers_until_unix_seconds),
        outcome.plan.max_ttl_seconds);
  }
  return text;
}

std::string NodesText(const Outcome& outcome) {
  std::string text;
  if (outcome.nodes_known) {
    const NodeProgress& nodes = outcome.nodes;
    const size_t all =
        nodes.applied.size() + nodes.behind.size() + nodes.gone.size();
    if (all == 0) {
      text += "applied on no node: none is up";
      if (!nodes.stopped.empty()) text += "; stopped: " + Listed(nodes.stopped);
      text += "\n";
    } else {
      text += absl::StrFormat("applied on %d of %d node%s",
                              nodes.applied.size(), all, all == 1 ? "" : "s");
      if (!nodes.applied.empty()) text += ": " + Listed(nodes.applied);
      if (!nodes.behind.empty()) text += "; not yet: " + Listed(nodes.behind);
      if (!nodes.gone.empty()) {
        text += "; silent: " + Listed(nodes.gone);
      }
      if (!nodes.stopped.empty()) text += "; stopped: " + Listed(nodes.stopped);
      text += "\n";
    }
  }
  if (outcome.expiry.safe_since != 0) {
    // Nodes measure per group, so of single addresses it is what the group
    // was answered with before.
    const bool all = outcome.plan.change.leaving_addresses.empty();
    text += absl::StrFormat(
        "safe to upgrade now: no node answers %s, and no cache has held %s "
        "since %s\n",
        Printable(Leaving(outcome)),
        all ? "it" : "what the group was answered with before",
        UtcTime(outcome.expiry.safe_since));
    text +=
        "that is about DNS: sessions that were open go on, see the proxy's "
        "own, "
        "as in: ss -tn state established\n";
  }
  if (outcome.filled) {
    text += absl::StrFormat("filled: %s is given to all its clients again\n",
                            Printable(outcome.plan.change.group));
  }
  return text;
}

std::string RefusalText(const Outcome& outcome) {
  std::string text;
  const std::vector<Objection>& objections = outcome.plan.objections;
  if (outcome.result == Result::kRefused ||
      outcome.result == Result::kPlanned) {
    const char* lead =
        outcome.result == Result::kRefused ? "refused: " : "would be refused: ";
    for (size_t i = 0; i < std::min(objections.size(), kShownObjections); ++i) {
      text += lead + Printable(ObjectionText(objections[i])) + "\n";
    }
    if (objections.size() > kShownObjections) {
      text += absl::StrFormat("%sand %d more such\n", lead,
                              objections.size() - kShownObjections);
    }
  }
  if (outcome.result == Result::kConflict) {
    text += Printable(TargetWords(outcome.plan.change)) +
            " was changed at the same moment; look at it and repeat the "
            "command if it is still right\n";
  }
  for (const std::string& note : NoteTexts(outcome)) text += note + "\n";
  if (outcome.result == Result::kRefused) {
    text += "--force makes the change nevertheless\n";
  }
  return text;
}

std::string ConclusionText(const Outcome& outcome, const std::string& timeout,
                           bool vouched_by_nodes) {
  const NodeProgress& nodes = outcome.nodes;
  const char* done =
      outcome.result == Result::kWritten ? "written" : "so in Redis";
  const bool is_degraded =
      outcome.exit_status == kExitDegraded && !vouched_by_nodes;
  std::string text;
  if (outcome.exit_status == kExitTimedOut) {
    text += absl::StrFormat(
        "%s, but after %s not every node answers by it%s; `groupring nodes` "
        "shows them\n",
        done, timeout, nodes.behind.empty() ? "" : ": " + DoNot(nodes.behind));
  } else if (!outcome.expiry.obstacles.empty()) {
    text += absl::StrFormat("%s, but not safe to upgrade:\n", done);
    for (const Obstacle& obstacle : outcome.expiry.obstacles) {
      text += "  " +
              ObstacleText(obstacle, Leaving(outcome), outcome.expiry.nodes) +
              "\n";
    }
  } else if (is_degraded && nodes.gone.empty()) {
    text += absl::StrFormat(
        "%s, but no node is up to answer by it: is `groupring serve` "
        "running, with this Redis?\n",
        done);
  } else if (is_degraded) {
    text += absl::StrFormat(
        "%s, but nothing is heard of %s: crashed, hanging, or cut off from "
        "Redis and answering by what was known before\n",
        done, Listed(nodes.gone, ", "));
    for (const std::string& node : nodes.forget) {
      text += absl::StrFormat(
          "once it is certainly down: groupring nodes --forget %s\n",
          Printable(node));
    }
  }
  if (outcome.replicated.state == redis::Replicated::State::kUnconfirmed) {
    text += absl::StrFormat(
        "written on the master only; not confirmed by a replica (%s): it may "
        "be lost should the master fail now; look again after a failover\n",
        Printable(outcome.replicated.why));
  }
  for (const std::string& trouble : nodes.troubled) {
    text += "node " + Printable(trouble) + "\n";
  }
  return text;
}

std::vector<std::string> RemarkTexts(const Outcome& outcome) {
  std::vector<std::string> texts;
  for (const Remark& remark : outcome.plan.change.remarks) {
    texts.push_back(RemarkText(remark, outcome.plan.change));
  }
  return texts;
}

std::vector<std::string> NoteTexts(const Outcome& outcome) {
  std::vector<std::string> texts;
  for (const redis::AuditEntry& entry : outcome.meanwhile) {
    texts.push_back(absl::StrFormat(
        "%s %s (%s -> %s) by %s%s at %s", entry.what, entry.target,
        entry.before, entry.after, entry.who,
        entry.reason.empty() ? "" : ", \"" + entry.reason + "\",",
        UtcTime(entry.unix_millis / 1000)));
  }
  for (const auto& [group, state] : outcome.groups_out) {
    texts.push_back(absl::StrFormat(
        "%s is %s", group,
        StateSentence(state, IntentOf(state, outcome.occasion.unix_millis))));
  }
  if (texts.size() > kShownNotes) texts.resize(kShownNotes);
  for (std::string& text : texts) text = Printable(text);
  return texts;
}

std::string MalformedText(const Outcome& outcome) {
  const size_t count = outcome.malformed.size();
  if (count == 0) return "";
  std::string text = absl::StrFormat(
      "%s in Redis %s malformed or cannot be read; nodes may go by what was in "
      "force before instead of what is used here:\n",
      Counted(static_cast<int64_t>(count), "value"), count == 1 ? "is" : "are");
  for (size_t i = 0; i < std::min(count, kShownMalformed); ++i) {
    text += "  " + Printable(outcome.malformed[i]) + "\n";
  }
  if (count > kShownMalformed) {
    text += absl::StrFormat("  and %d more: `groupring status` shows them\n",
                            count - kShownMalformed);
  }
  return text;
}

}  // namespace groupring::backend
