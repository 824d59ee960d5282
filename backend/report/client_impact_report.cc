#include "backend/report/client_impact_report.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/report/change_words.h"
#include "backend/report/json_text.h"
#include "backend/report/table.h"
#include "redis/base/printable.h"
#include "redis/base/words.h"

namespace groupring::backend {
namespace {

using nlohmann::ordered_json;

constexpr size_t kShownRings = 5;
constexpr size_t kShownGroups = 20;

double Part(double weight, const ClientImpact& impact) {
  return impact.weight > 0 ? weight / impact.weight : 0;
}

// Whole numbers without a fraction.
std::string WeightText(double weight) {
  return weight == std::floor(weight) && weight < 1e15
             ? absl::StrFormat("%d", static_cast<int64_t>(weight))
             : absl::StrFormat("%.2f", weight);
}

std::string SharesOf(const RingClients& ring, const ClientImpact& impact) {
  struct Row {
    std::string group;
    double before = 0;
    double after = 0;
  };
  std::map<std::string, Row> rows;
  for (const auto& [group, weight] : ring.before) {
    rows[group].before = Part(weight, impact);
  }
  for (const auto& [group, weight] : ring.after) {
    rows[group].after = Part(weight, impact);
  }
  std::vector<Row> sorted;
  for (auto& [group, row] : rows) {
    row.group = group;
    sorted.push_back(row);
  }
  std::stable_sort(
      sorted.begin(), sorted.end(), [](const Row& a, const Row& b) {
        return std::abs(a.after - a.before) > std::abs(b.after - b.before);
      });
  Table table({"GROUP", "BEFORE", "AFTER", "CHANGE"}, {1, 2, 3});
  for (size_t i = 0; i < std::min(sorted.size(), kShownGroups); ++i) {
    const Row& row = sorted[i];
    const double change = row.after - row.before;
    table.Add({GroupWord(row.group), Percent(row.before), Percent(row.after),
               (change < 0 ? "-" : "+") + Percent(std::abs(change))});
  }
  std::string text = table.Text(2);
  if (sorted.size() > kShownGroups) {
    text += absl::StrFormat("  … and %d more groups\n",
                            sorted.size() - kShownGroups);
  }
  return text;
}

std::string BusiestOf(const RingClients& ring) {
  Table table({"BUSIEST MOVERS", "WEIGHT", "FROM", "TO"}, {1});
  for (const ClientMove& move : ring.busiest) {
    table.Add({move.client, WeightText(move.weight), GroupWord(move.from),
               GroupWord(move.to)});
  }
  return table.Text(2);
}

std::string RingText(const RingClients& ring, const ClientImpact& impact,
                     bool planned) {
  const bool given = impact.source == ClientImpact::Source::kGiven;
  const char* const verb = planned ? "would move" : "moves";
  const std::string names = FirstOf(ring.names);
  if (ring.moved == 0) {
    return absl::StrFormat("%s none of %s of %s\n", verb,
                           given ? "the clients" : "these networks", names);
  }
  std::string text =
      absl::StrFormat("%s %d of %s ", verb, ring.moved,
                      Counted(impact.clients, given ? "client" : "network"));
  text += given ? absl::StrFormat("of %s, %s of what they weigh", names,
                                  Percent(Part(ring.moved_weight, impact)))
                : absl::StrFormat("looked at of %s", names);
  text += MovesWords(ring.moves, impact.weight) + "\n";
  if (planned && given) text += SharesOf(ring, impact) + BusiestOf(ring);
  return text;
}

}  // namespace

std::string ClientImpactText(const ClientImpact& impact, bool planned) {
  if (impact.source == ClientImpact::Source::kNone) return "";
  std::string text;
  const size_t shown = std::min(impact.rings.size(), kShownRings);
  for (size_t i = 0; i < shown; ++i) {
    text += RingText(impact.rings[i], impact, planned);
  }
  if (impact.rings.empty()) {
    text += absl::StrFormat("%s none of the %d clients\n",
                            planned ? "would move" : "moves", impact.clients);
  }
  const size_t more = impact.rings.size() - shown + impact.uncounted_rings;
  if (more > 0) text += absl::StrFormat("and clients of %d more rings\n", more);
  return text;
}

ordered_json ClientImpactToJson(const ClientImpact& impact) {
  if (impact.source == ClientImpact::Source::kNone) return nullptr;
  const auto ring_to_json = [&](const RingClients& ring) {
    ordered_json moves = ordered_json::array();
    for (const auto& [from_to, weight] : ring.moves) {
      moves.push_back({{"from", from_to.first},
                       {"to", from_to.second},
                       {"weight", weight}});
    }
    ordered_json shares = ordered_json::array();
    auto all = ring.before;
    all.insert(ring.after.begin(), ring.after.end());
    for (const auto& [group, unused] : all) {
      const auto before = ring.before.find(group);
      const auto after = ring.after.find(group);
      shares.push_back(
          {{"group", group},
           {"before",
            before == ring.before.end() ? 0.0 : Part(before->second, impact)},
           {"after",
            after == ring.after.end() ? 0.0 : Part(after->second, impact)}});
    }
    ordered_json busiest = ordered_json::array();
    for (const ClientMove& move : ring.busiest) {
      busiest.push_back({{"client", move.client},
                         {"weight", move.weight},
                         {"from", move.from},
                         {"to", move.to}});
    }
    return ordered_json{{"names", ring.names},
                        {"moved", ring.moved},
                        {"moved_weight", ring.moved_weight},
                        {"moves", moves},
                        {"shares", shares},
                        {"busiest", busiest}};
  };
  return {
      {"source",
       impact.source == ClientImpact::Source::kGiven ? "given" : "networks"},
      {"clients", impact.clients},
      {"weight", impact.weight},
      {"rings", JsonArray(impact.rings, ring_to_json)},
      {"uncounted_rings", impact.uncounted_rings}};
}

}  // namespace groupring::backend
