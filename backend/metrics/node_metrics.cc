#include "backend/metrics/node_metrics.h"

#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/engine/engine.h"
#include "backend/metrics/exposition.h"
#include "backend/metrics/feed_metrics.h"
#include "backend/metrics/ring_metrics.h"
#include "backend/metrics/traffic_metrics.h"
#include "backend/report/group_words.h"
#include "backend/resolver/outlook.h"
#include "redis/model/availability.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using redis::Family;
using redis::GroupData;
using redis::kFamilies;

constexpr double kMillis = 1000;

template <typename Enum>
std::string Name(size_t value) {
  return std::string(ToText(static_cast<Enum>(value)));
}

std::string FamilyLabel(size_t family) {
  return std::string(FamilyName(static_cast<Family>(family)));
}

// Each group of the snapshot once, by name.
std::map<std::string_view, const GroupData*> GroupsOf(
    const Snapshot& snapshot) {
  std::map<std::string_view, const GroupData*> groups;
  for (const auto& view : snapshot.rings) {
    for (const auto& group : view->groups) {
      groups.emplace(group->name, group.get());
    }
  }
  return groups;
}

// Writes the metrics of one node, a room of them at a time.
class Writer {
 public:
  explicit Writer(const MetricsSource& source) : source_(source) {}

  std::string Text() {
    AddProcess();
    AddQueries();
    AddFeed(source_.facts, source_.builds, source_.unix_millis, &out_);
    if (source_.snapshot != nullptr) {
      for (const auto& [name, group] : GroupsOf(*source_.snapshot)) {
        if (groups_.size() < kMaxGroupsWithSeries) {
          groups_.emplace(name, group);
        } else {
          ++left_out_;
        }
      }
      AddNames(*source_.snapshot);
      AddGroups();
      AddRings(*source_.snapshot);
    }
    if (source_.health != nullptr) AddHealth(*source_.health);
    return out_.Text();
  }

 private:
  void Counter(std::string name, std::string help) {
    out_.Begin(MetricKind::kCounter, std::move(name), std::move(help));
  }
  void Gauge(std::string name, std::string help) {
    out_.Begin(MetricKind::kGauge, std::move(name), std::move(help));
  }
  void Single(std::string name, std::string help, double value) {
    Gauge(std::move(name), std::move(help));
    out_.Add(value);
  }

  void AddProcess() {
    Gauge("groupring_build_info", "1, with the version of the program.");
    out_.Add(1, {{"version", source_.facts.version}});
    Single("groupring_start_time_seconds",
           "When this process began to answer, in unix time.",
           static_cast<double>(source_.started_unix_millis) / kMillis);
    Single("groupring_ready", "Whether the node can answer: what /readyz says.",
           NotReady(source_.snapshot, source_.facts).empty() ? 1 : 0);
  }

  void AddQueries() {
    if (source_.counts == nullptr) return;
    const QueryCounts& counts = *source_.counts;
    Counter("groupring_queries_total",
            "Questions of PowerDNS, by what they came over, by method, and by "
            "what came of them.");
    for (size_t t = 0; t < kTransports; ++t) {
      for (size_t m = 0; m < kMethodCount; ++m) {
        AddResults(counts.queries[t][m], {{"transport", Name<Transport>(t)},
                                          {"method", Name<Method>(m)}});
      }
    }
    Counter("groupring_lookups_total",
            "Lookups by the type that PowerDNS asked for: nearly always ANY.");
    for (size_t t = 0; t < kLookupTypes; ++t) {
      AddResults(counts.lookups[t], {{"qtype", Name<LookupType>(t)}});
    }
    Counter("groupring_client_keys_total",
            "Dynamic answers by whose address chose the group: that of EDNS "
            "Client Subnet, of the resolver, or nobody's.");
    for (size_t c = 0; c < kCountedClients; ++c) {
      AddCount(counts.clients[c], {{"source", Name<CountedClient>(c)}});
    }
    Counter("groupring_answer_scopes_total",
            "Dynamic answers by the scope prefix length that caches are told.");
    for (size_t bits = 0; bits < kScopes; ++bits) {
      AddCount(counts.scopes[bits], {{"scope", absl::StrFormat("%d", bits)}});
    }
    Counter("groupring_failures_total",
            "Questions that failed, by cause: nothing has been loaded yet, "
            "nothing is in service and ON_EMPTY is servfail, or no address is "
            "known.");
    for (size_t c = 0; c < kFailureCauses; ++c) {
      AddCount(counts.failures[c], {{"cause", Name<FailureCause>(c)}});
    }
    Counter("groupring_draws_total",
            "Addresses that were drawn for answers, by Redis, or here where "
            "its draws were used up.");
    for (size_t d = 0; d < kCountedDraws; ++d) {
      AddCount(counts.draws[d], {{"by", Name<CountedDraw>(d)}});
    }
    Counter("groupring_answers_total",
            "Families of dynamic answers by what the addresses were taken "
            "from: what is in service, also where health is ignored for the "
            "ring (panic), or what ON_EMPTY fail_open falls back to.");
    for (size_t f = 0; f < kFamilies; ++f) {
      for (size_t s = 0; s < kCountedSources; ++s) {
        AddCount(counts.answers[f][s], {{"family", FamilyLabel(f)},
                                        {"source", Name<CountedSource>(s)}});
      }
    }
    AddGroupAnswers(counts);
    AddTraffic(counts.traffic, &out_);
  }

  void AddResults(const QueryCounts::ByResult& counts,
                  const Exposition::Labels& labels) {
    for (size_t r = 0; r < kQueryResults; ++r) {
      Exposition::Labels with_result = labels;
      with_result.emplace_back("result", Name<QueryResult>(r));
      AddCount(counts[r], with_result);
    }
  }

  // What never happened has no series, as most combinations make no sense.
  void AddCount(const Count& count, const Exposition::Labels& labels) {
    if (count.value() == 0) return;
    out_.Add(static_cast<double>(count.value()), labels);
  }

  void AddGroupAnswers(const QueryCounts& counts) {
    Counter("groupring_group_answers_total",
            "Answers with addresses of a group, by family.");
    // A group that was forgotten and came back has several numbers.
    std::map<std::pair<std::string, size_t>, uint64_t> sums;
    for (uint32_t i = 0; i < source_.counted_groups.size(); ++i) {
      for (size_t f = 0; f < kFamilies; ++f) {
        const uint64_t count = counts.groups.Of(i, f);
        if (count != 0) sums[{source_.counted_groups[i], f}] += count;
      }
    }
    size_t series = 0;
    for (const auto& [key, sum] : sums) {
      if (++series > kMaxGroupsWithSeries * kFamilies) return;
      out_.Add(static_cast<double>(sum),
               {{"group", key.first}, {"family", FamilyLabel(key.second)}});
    }
  }

  void AddNames(const Snapshot& snapshot) {
    Single("groupring_zones", "Zones that are served.",
           static_cast<double>(snapshot.zones.size()));
    std::map<NameOutlook, size_t> names;
    ForEachOutlook(snapshot, source_.unix_millis,
                   [&](size_t count, const Outlook& outlook) {
                     names[outlook.name] += count;
                   });
    Gauge("groupring_names",
          "Dynamic names by how they answer now: from what is in service, "
          "from a fallback, without one family or any record (ON_EMPTY "
          "nodata), with an error for some clients, or for all.");
    const std::pair<NameOutlook, const char*> kinds[] = {
        {NameOutlook::kInService, "in_service"},
        {NameOutlook::kFallsBack, "falls_back"},
        {NameOutlook::kLeavesOut, "leaves_out"},
        {NameOutlook::kNoRecords, "no_records"},
        {NameOutlook::kFailsSometimes, "fails_sometimes"},
        {NameOutlook::kFails, "fails"},
    };
    for (const auto& [outlook, label] : kinds) {
      out_.Add(static_cast<double>(names[outlook]), {{"answer", label}});
    }
    Single("groupring_snapshot_generation",
           "Changes that this process has applied.",
           static_cast<double>(snapshot.generation));
    Single("groupring_redis_generation",
           "The last change by a command that the answers have.",
           static_cast<double>(snapshot.redis_generation));
    Single(
        "groupring_snapshot_age_seconds", "Since the last applied change.",
        static_cast<double>(source_.unix_millis - snapshot.built_unix_millis) /
            kMillis);
  }

  void AddGroups() {
    Gauge("groupring_group_state",
          "1 for the state that an operator gave the group, or that holds on "
          "this node alone.");
    for (const auto& [name, group] : groups_) {
      const redis::AdminState state =
          IntentOf(*group, source_.unix_millis).admin;
      for (const redis::AdminState each :
           {redis::AdminState::kEnabled, redis::AdminState::kDisabled,
            redis::AdminState::kDraining, redis::AdminState::kFilling}) {
        out_.Add(each == state ? 1 : 0,
                 {{"group", std::string(name)},
                  {"state", std::string(redis::ToText(each))}});
      }
    }
    Gauge("groupring_group_kept_ratio",
          "The part of its clients that the group keeps: less than 1 while it "
          "is drained, filled, disabled or returns after it was down.");
    for (const auto& [name, group] : groups_) {
      out_.Add(KeptRatio(IntentOf(*group, source_.unix_millis)),
               {{"group", std::string(name)}});
    }
    Gauge("groupring_group_addresses",
          "Addresses and ranges in the group's set.");
    for (const auto& [name, group] : groups_) {
      for (size_t f = 0; f < kFamilies; ++f) {
        out_.Add(static_cast<double>(group->addresses[f]->members().size()),
                 {{"group", std::string(name)}, {"family", FamilyLabel(f)}});
      }
    }
    Single("groupring_groups_without_series",
           "Groups beyond those that have series of their own.",
           static_cast<double>(left_out_));
  }

  void AddRings(const Snapshot& snapshot) {
    std::vector<std::string> found;
    if (source_.ring_names == nullptr) found = RingNames(snapshot);
    const bool known = source_.ring_names != nullptr;
    AddRingMetrics({.snapshot = &snapshot,
                    .names = known ? source_.ring_names : &found,
                    .answers = &source_.ring_answers,
                    .groups = &source_.counted_groups,
                    .unix_millis = source_.unix_millis},
                   kMaxGroupsWithSeries, &out_);
  }

  void AddHealth(const redis::HealthConclusions& health) {
    Gauge("groupring_health_source",
          "1 for what health is concluded from: nothing is checked, no checker "
          "ever was, live verdicts, the last ones, or none that count.");
    const std::pair<redis::HealthSource, const char*> sources[] = {
        {redis::HealthSource::kNothingChecked, "nothing_checked"},
        {redis::HealthSource::kNoChecker, "no_checker"},
        {redis::HealthSource::kLive, "live"},
        {redis::HealthSource::kStale, "stale"},
        {redis::HealthSource::kExpired, "expired"},
    };
    for (const auto& [source, label] : sources) {
      out_.Add(source == health.source ? 1 : 0, {{"source", label}});
    }
    std::map<std::string_view, const redis::GroupHealth*> checked;
    for (const auto& [name, group] : health.groups) {
      if (groups_.contains(name)) checked.emplace(name, group.get());
    }
    Gauge("groupring_group_addresses_down",
          "Addresses of a group that is checked which are down.");
    for (const auto& [name, group] : checked) {
      for (size_t f = 0; f < kFamilies; ++f) {
        const redis::FamilyHealth& of = group->families[f];
        out_.Add(static_cast<double>(of.addresses.size() - of.up),
                 {{"group", std::string(name)}, {"family", FamilyLabel(f)}});
      }
    }
    Gauge("groupring_group_health_acts",
          "Whether what is down of the group is withheld: not while health is "
          "paused, or only observed.");
    for (const auto& [name, group] : checked) {
      out_.Add(group->acts ? 1 : 0, {{"group", std::string(name)}});
    }
    AddPanics();
    if (source_.health_data != nullptr) AddCheckers(*source_.health_data);
  }

  void AddCheckers(const redis::HealthData& data) {
    size_t live = 0;
    size_t doubting = 0;
    for (const redis::CheckerStatus& checker : data.checkers) {
      if (source_.health_unix_millis - checker.seen_unix_millis >
          redis::kCheckerLifeMillis) {
        continue;
      }
      ++(checker.doubts_itself ? doubting : live);
    }
    Gauge("groupring_checkers",
          "Checkers by whether they vote: live ones, live ones that doubt "
          "themselves, and those that have fallen silent.");
    const std::pair<const char*, size_t> states[] = {
        {"live", live},
        {"doubting", doubting},
        {"silent", data.checkers.size() - live - doubting}};
    for (const auto& [state, checkers] : states) {
      out_.Add(static_cast<double>(checkers), {{"state", state}});
    }
  }

  void AddPanics() {
    if (source_.snapshot == nullptr) return;
    std::array<size_t, kFamilies> panics{};
    for (const auto& view : source_.snapshot->rings) {
      for (size_t f = 0; f < kFamilies; ++f) panics[f] += view->panics[f];
    }
    Gauge("groupring_rings_in_panic",
          "Rings for which health is ignored, as it would leave too few "
          "addresses.");
    for (size_t f = 0; f < kFamilies; ++f) {
      out_.Add(static_cast<double>(panics[f]), {{"family", FamilyLabel(f)}});
    }
  }

  const MetricsSource& source_;
  std::map<std::string_view, const GroupData*> groups_;
  size_t left_out_ = 0;
  Exposition out_;
};

}  // namespace

std::string NodeMetrics(const MetricsSource& source) {
  return Writer(source).Text();
}

void AddMetrics(const Engine* engine, const Clock* clock, HttpRouter* router) {
  const int64_t started = clock->UnixMillis();
  const auto ring_names = std::make_shared<RingNameCache>();
  router->Add("/metrics", [=](const HttpRequest&) {
    const std::shared_ptr<const Snapshot> snapshot = engine->snapshots().Take();
    const std::unique_ptr<QueryCounts> counts = engine->counts().Sum();
    const Engine::HealthCopy health = engine->CopyHealth();
    const auto names =
        snapshot == nullptr ? nullptr : ring_names->Of(*snapshot);
    HttpResponse response;
    response.content_type = Exposition::kContentType;
    response.body = NodeMetrics({.snapshot = snapshot.get(),
                                 .facts = engine->Facts(),
                                 .counts = counts.get(),
                                 .counted_groups = engine->CountedGroups(),
                                 .ring_names = names.get(),
                                 .ring_answers = engine->RecentRings(),
                                 .health = health.conclusions.get(),
                                 .health_data = health.data.get(),
                                 .health_unix_millis = health.unix_millis,
                                 .builds = &engine->builds(),
                                 .started_unix_millis = started,
                                 .unix_millis = clock->UnixMillis()});
    return response;
  });
}

}  // namespace groupring::backend
