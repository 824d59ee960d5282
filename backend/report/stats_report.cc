#include "backend/report/stats_report.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/csv_text.h"
#include "backend/report/expected_shares.h"
#include "backend/report/group_report.h"
#include "backend/report/group_words.h"
#include "backend/report/json_text.h"
#include "backend/report/table.h"
#include "redis/base/words.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using redis::Family;
using redis::kFamilies;

double Ratio(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0
                    : static_cast<double>(part) / static_cast<double>(whole);
}

// How many names there are on each ring, by place.
std::vector<size_t> NamesOnRings(const Snapshot& snapshot) {
  std::vector<size_t> names(snapshot.rings.size());
  for (const auto& [of, members] : *snapshot.classes) {
    if (of.ring != kNoRing) names[of.ring] += members.names;
  }
  return names;
}

// GroupStats::expected_ratio, by group.
std::map<std::string_view, double> ExpectedRatios(const Snapshot& snapshot,
                                                  int64_t unix_millis) {
  const std::vector<size_t> names = NamesOnRings(snapshot);
  double all_names = 0;
  for (const size_t of_ring : names) all_names += static_cast<double>(of_ring);
  std::map<std::string_view, double> ratios;
  for (size_t r = 0; r < snapshot.rings.size(); ++r) {
    if (names[r] == 0) continue;
    const RingView& view = *snapshot.rings[r];
    const std::vector<double> shares = ExpectedShares(view, unix_millis);
    const double of_names = static_cast<double>(names[r]) / all_names;
    for (size_t g = 0; g < shares.size(); ++g) {
      ratios[view.groups[g]->name] += of_names * shares[g];
    }
  }
  return ratios;
}

using Answers = std::array<uint64_t, kFamilies>;

std::map<std::string_view, Answers> AnswersOf(const StatsSource& source) {
  std::map<std::string_view, Answers> answers;
  for (uint32_t i = 0; i < source.counted_groups->size(); ++i) {
    Answers& of = answers[(*source.counted_groups)[i]];
    for (size_t f = 0; f < kFamilies; ++f) {
      of[f] += source.counts->groups.Of(i, f);
    }
  }
  return answers;
}

void AddHealth(const redis::HealthConclusions& health, GroupStats* group) {
  const auto found = health.groups.find(group->group);
  if (found == health.groups.end()) return;
  group->health_acts = found->second->acts;
  for (size_t f = 0; f < kFamilies; ++f) {
    group->up[f] = found->second->families[f].up;
  }
}

NodeStats StatsOfNode(const StatsSource& source) {
  const QueryCounts& counts = *source.counts;
  NodeStats node;
  node.version = source.facts.version;
  node.is_ready = NotReady(source.snapshot, source.facts).empty();
  node.answers_from = AnswersFromOf(source.facts).origin;
  node.redis_connected = source.facts.redis_connected;
  node.generation = source.snapshot->redis_generation;
  for (const auto& [of, members] : *source.snapshot->classes) {
    node.names += members.names;
  }
  for (const auto& methods : counts.queries) {
    for (const QueryCounts::ByResult& results : methods) {
      for (size_t r = 0; r < kQueryResults; ++r) {
        node.questions[r] += results[r].value();
      }
    }
  }
  for (size_t c = 0; c < kCountedClients; ++c) {
    node.clients[c] = counts.clients[c].value();
  }
  for (size_t f = 0; f < kFamilies; ++f) {
    for (size_t s = 0; s < kCountedSources; ++s) {
      const uint64_t count = counts.answers[f][s].value();
      node.answers[f] += count;
      node.sources[s] += count;
    }
  }
  for (size_t d = 0; d < kCountedDraws; ++d) {
    node.draws[d] = counts.draws[d].value();
  }
  node.feed = source.facts.feed;
  if (const auto saved = source.facts.saved_unix_millis) {
    node.state_file_age_seconds =
        static_cast<double>(std::max<int64_t>(source.unix_millis - *saved, 0)) /
        1000;
  }
  for (size_t k = 0; k < kTrafficKinds; ++k) {
    node.connections += counts.traffic.Open(k);
    for (const Count& count : counts.traffic.refused[k]) {
      node.refused += count.value();
    }
  }
  return node;
}

// A column of CSV and a field of JSON; null: it does not apply.
struct Field {
  const char* name;
  nlohmann::ordered_json value;
};

nlohmann::ordered_json OrNull(const auto& optional) {
  return optional ? nlohmann::ordered_json(*optional)
                  : nlohmann::ordered_json(nullptr);
}

std::vector<Field> FieldsOf(const NodeStats& node) {
  const auto result = [&](QueryResult r) {
    return node.questions[static_cast<size_t>(r)];
  };
  const auto client = [&](CountedClient c) {
    return node.clients[static_cast<size_t>(c)];
  };
  const auto of_source = [&](CountedSource s) {
    return node.sources[static_cast<size_t>(s)];
  };
  return {{"names", node.names},
          {"answers_a", node.answers[0]},
          {"answers_aaaa", node.answers[1]},
          {"version", node.version},
          {"ready", node.is_ready ? 1 : 0},
          {"redis_connected", node.redis_connected ? 1 : 0},
          {"answers_from", redis::ToText(node.answers_from)},
          {"generation", node.generation},
          {"questions", node.AllQuestions()},
          {"answered", result(QueryResult::kAnswered)},
          {"nothing", result(QueryResult::kNothing)},
          {"failed", result(QueryResult::kServfail)},
          {"by_ecs", client(CountedClient::kSubnet)},
          {"by_resolver", client(CountedClient::kResolver)},
          {"by_nobody", client(CountedClient::kNobody)},
          {"connections", node.connections},
          {"refused", node.refused},
          {"fallback", of_source(CountedSource::kFallback)},
          {"panic", of_source(CountedSource::kPanic)},
          {"draws_redis", node.draws[static_cast<size_t>(CountedDraw::kRedis)]},
          {"draws_own", node.draws[static_cast<size_t>(CountedDraw::kOwn)]},
          {"redis_connects", node.feed.connects},
          {"redis_commands", node.feed.commands},
          {"redis_loads", node.feed.loads},
          {"redis_changed_reads", node.feed.changed_reads},
          {"redis_rereads", node.feed.rereads},
          {"state_file_age_seconds", OrNull(node.state_file_age_seconds)}};
}

std::vector<Field> FieldsOf(const StatsReport& report,
                            const GroupStats& group) {
  return {{"group", group.group},
          {"state", redis::ToText(group.state)},
          {"kept_ratio", group.kept_ratio},
          {"expected_ratio", group.expected_ratio},
          {"answer_ratio", report.AnswerRatio(group)},
          {"addresses_a", group.addresses[0]},
          {"up_a", OrNull(group.up[0])},
          {"addresses_aaaa", group.addresses[1]},
          {"up_aaaa", OrNull(group.up[1])},
          {"health_acts", group.health_acts ? nlohmann::ordered_json(
                                                  *group.health_acts ? 1 : 0)
                                            : nlohmann::ordered_json(nullptr)},
          {"names", group.names},
          {"answers_a", group.answers[0]},
          {"answers_aaaa", group.answers[1]}};
}

nlohmann::ordered_json ObjectOf(const std::vector<Field>& fields) {
  auto object = nlohmann::ordered_json::object();
  for (const Field& field : fields) object[field.name] = field.value;
  return object;
}

// The columns in their order. New ones come behind these.
constexpr const char* kColumns[] = {"type",
                                    "group",
                                    "state",
                                    "kept_ratio",
                                    "expected_ratio",
                                    "answer_ratio",
                                    "addresses_a",
                                    "up_a",
                                    "addresses_aaaa",
                                    "up_aaaa",
                                    "health_acts",
                                    "names",
                                    "answers_a",
                                    "answers_aaaa",
                                    "version",
                                    "ready",
                                    "redis_connected",
                                    "answers_from",
                                    "generation",
                                    "questions",
                                    "answered",
                                    "nothing",
                                    "failed",
                                    "by_ecs",
                                    "by_resolver",
                                    "by_nobody",
                                    "connections",
                                    "refused",
                                    "fallback",
                                    "panic",
                                    "draws_redis",
                                    "draws_own",
                                    "redis_connects",
                                    "redis_commands",
                                    "redis_loads",
                                    "redis_changed_reads",
                                    "redis_rereads",
                                    "state_file_age_seconds"};

std::string CsvValue(const nlohmann::ordered_json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return CsvQuoted(value.get<std::string>());
  if (value.is_number_float()) {
    return absl::StrFormat("%.6g", value.get<double>());
  }
  return value.dump();
}

std::string CsvLine(const char* type, const std::vector<Field>& fields) {
  std::string line;
  for (const char* const column : kColumns) {
    if (!line.empty()) line += ',';
    if (line.empty()) {
      line = type;
      continue;
    }
    for (const Field& field : fields) {
      if (std::string_view(field.name) == column) {
        line += CsvValue(field.value);
      }
    }
  }
  return line + "\n";
}

// Of the groups.
std::span<const GroupStats> Shown(const StatsReport& report,
                                  const ListPart& part) {
  const std::vector<GroupStats>& groups = report.groups;
  const auto begin = std::upper_bound(
      groups.begin(), groups.end(), part.after,
      [](const std::string& a, const GroupStats& b) { return a < b.group; });
  const auto left = static_cast<size_t>(groups.end() - begin);
  return {begin, std::min(left, part.limit)};
}

std::string UpText(const GroupStats& group, size_t f) {
  return group.up[f]
             ? absl::StrFormat("%d/%d", *group.up[f], group.addresses[f])
             : absl::StrFormat("%d", group.addresses[f]);
}

}  // namespace

uint64_t NodeStats::AllQuestions() const {
  uint64_t all = 0;
  for (const uint64_t of_result : questions) all += of_result;
  return all;
}

double StatsReport::AnswerRatio(const GroupStats& group) const {
  return Ratio(group.AllAnswers(), group_answers);
}

StatsReport ReportStats(const StatsSource& source) {
  StatsReport report;
  report.node = StatsOfNode(source);
  const std::map<std::string_view, double> expected =
      ExpectedRatios(*source.snapshot, source.unix_millis);
  const std::map<std::string_view, Answers> answers = AnswersOf(source);
  for (const GroupReport& of :
       ReportGroups(*source.snapshot, source.unix_millis)) {
    GroupStats group;
    group.group = of.group;
    group.state = of.intent.admin;
    group.kept_ratio = KeptRatio(of.intent);
    if (const auto ratio = expected.find(of.group); ratio != expected.end()) {
      group.expected_ratio = ratio->second;
    }
    for (size_t f = 0; f < kFamilies; ++f) {
      group.addresses[f] = of.addresses[f]->members().size();
    }
    group.names = of.name_count;
    if (const auto had = answers.find(of.group); had != answers.end()) {
      group.answers = had->second;
    }
    if (source.health != nullptr) AddHealth(*source.health, &group);
    report.group_answers += group.AllAnswers();
    report.groups.push_back(std::move(group));
  }
  return report;
}

std::string StatsText(const StatsReport& report, Colours colours,
                      const ListPart& part) {
  const NodeStats& node = report.node;
  std::string text = absl::StrFormat(
      "%s since the start: %d answered, %d with nothing, %d failed\n"
      "%s, %d refused; answers from %s data\n",
      Counted(node.AllQuestions(), "question"), node.questions[0],
      node.questions[1], node.questions[2],
      Counted(node.connections, "connection"), node.refused,
      redis::ToText(node.answers_from));
  Table table({"GROUP", "STATE", "KEEPS", "EXPECTED", "ANSWERS", "A", "AAAA",
               "ANSWERED A", "ANSWERED AAAA", "NAMES"},
              {2, 3, 4, 5, 6, 7, 8, 9}, {9, 2});
  for (const GroupStats& group : Shown(report, part)) {
    table.Add({group.group, std::string(redis::ToText(group.state)),
               Percent(group.kept_ratio), Percent(group.expected_ratio),
               Percent(report.AnswerRatio(group)), UpText(group, 0),
               UpText(group, 1), absl::StrFormat("%d", group.answers[0]),
               absl::StrFormat("%d", group.answers[1]),
               absl::StrFormat("%d", group.names)});
  }
  return text + table.Text(0, colours);
}

std::string StatsJson(const StatsReport& report, const ListPart& part,
                      size_t max_bytes) {
  nlohmann::ordered_json fields = {{"node", ObjectOf(FieldsOf(report.node))}};
  const std::span<const GroupStats> shown = Shown(report, part);
  // "next" and "total" come behind it. A byte of a name takes six at most.
  size_t longest = 0;
  for (const GroupStats& group : shown) {
    longest = std::max(longest, group.group.size());
  }
  const size_t beside = JsonText(fields).size() + 64 + 6 * longest;
  JsonListText text("groups", max_bytes - std::min(max_bytes, beside));
  for (const GroupStats& group : shown) {
    if (!text.Add(ObjectOf(FieldsOf(report, group)))) break;
  }
  if (text.size() > 0 &&
      shown[text.size() - 1].group != report.groups.back().group) {
    fields["next"] = shown[text.size() - 1].group;
    fields["total"] = report.groups.size();
  }
  return text.Finish(fields);
}

std::string StatsCsv(const StatsReport& report, const ListPart& part) {
  std::string csv = absl::StrJoin(kColumns, ",") + "\n";
  csv += CsvLine("node", FieldsOf(report.node));
  for (const GroupStats& group : Shown(report, part)) {
    csv += CsvLine("group", FieldsOf(report, group));
  }
  return csv;
}

}  // namespace groupring::backend
