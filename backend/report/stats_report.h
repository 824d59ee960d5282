// The figures of a node and of each group, a row each, for scripts.
#ifndef GROUPRING_BACKEND_REPORT_STATS_REPORT_H_
#define GROUPRING_BACKEND_REPORT_STATS_REPORT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backend/report/colour.h"
#include "backend/report/list_part.h"
#include "backend/report/status_report.h"
#include "backend/resolver/query_counts.h"
#include "backend/snapshot/snapshot.h"
#include "redis/model/availability.h"
#include "redis/model/dataset.h"
#include "redis/model/feed_counts.h"
#include "redis/model/health.h"
#include "redis/model/node_status.h"

namespace groupring::backend {

// What the figures are made of. The pointers stay the caller's.
struct StatsSource {
  const Snapshot* snapshot = nullptr;
  NodeFacts facts;
  const QueryCounts* counts = nullptr;
  const std::vector<std::string>* counted_groups = nullptr;  // by number
  const redis::HealthConclusions* health = nullptr;          // may be null
  int64_t unix_millis = 0;
};

struct GroupStats {
  std::string group;
  redis::AdminState state = redis::AdminState::kEnabled;
  double kept_ratio = 0;  // of its clients
  // Of the client networks, by weights and kept ratios; averaged over the names
  // that are answered from groups.
  double expected_ratio = 0;
  std::array<size_t, redis::kFamilies> addresses{};  // and ranges
  // Those that are not down; nothing: the group is not checked.
  std::array<std::optional<size_t>, redis::kFamilies> up{};
  std::optional<bool> health_acts;  // what is down is not answered
  size_t names = 0;
  std::array<uint64_t, redis::kFamilies> answers{};

  uint64_t AllAnswers() const { return answers[0] + answers[1]; }
};

struct NodeStats {
  std::string version;
  bool is_ready = false;
  redis::DataOrigin answers_from = redis::DataOrigin::kLive;
  bool redis_connected = false;
  int64_t generation = 0;  // of Redis, applied
  size_t names = 0;        // dynamic ones
  // Of PowerDNS, of all methods, by result.
  std::array<uint64_t, kQueryResults> questions{};
  // Dynamic answers by whose address chose the group.
  std::array<uint64_t, kCountedClients> clients{};
  std::array<uint64_t, redis::kFamilies> answers{};  // dynamic ones
  // Of these, by what the addresses were taken from.
  std::array<uint64_t, kCountedSources> sources{};
  std::array<uint64_t, kCountedDraws> draws{};  // of addresses
  uint64_t connections = 0;                     // that are open
  uint64_t refused = 0;
  redis::FeedCounts feed;
  std::optional<double> state_file_age_seconds;

  uint64_t AllQuestions() const;
};

struct StatsReport {
  NodeStats node;
  std::vector<GroupStats> groups;  // by name
  uint64_t group_answers = 0;      // of all of them

  // The part of the answers from groups that the group has had; 0: there were
  // none.
  double AnswerRatio(const GroupStats& group) const;
};

StatsReport ReportStats(const StatsSource& source);

// `part`: of the groups.
std::string StatsText(const StatsReport& report,
                      Colours colours = Colours::kNone,
                      const ListPart& part = {});
// For programs; ../api/README.md is the page of both. A page of JSON that would
// be longer than `max_bytes` ends before, unless one group is.
std::string StatsJson(const StatsReport& report, const ListPart& part = {},
                      size_t max_bytes = SIZE_MAX);
std::string StatsCsv(const StatsReport& report, const ListPart& part = {});

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_STATS_REPORT_H_
