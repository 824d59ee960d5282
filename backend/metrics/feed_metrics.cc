#include "backend/metrics/feed_metrics.h"

#include <algorithm>
#include <string>
#include <utility>

#include "backend/metrics/traffic_metrics.h"
#include "redis/model/feed_counts.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

constexpr double kMillis = 1000;

class Writer {
 public:
  Writer(const NodeFacts& facts, int64_t unix_millis, Exposition* out)
      : facts_(facts), unix_millis_(unix_millis), out_(*out) {}

  void AddRedis() {
    Gauge("groupring_redis_connected", "Whether Redis is connected.",
          facts_.redis_connected);
    Gauge("groupring_redis_loaded",
          "Whether Redis has been read as a whole since the start.",
          facts_.redis_loaded);
    Gauge("groupring_redis_silence_seconds", "Since the last reply of Redis.",
          static_cast<double>(facts_.redis_silent_millis) / kMillis);
    Gauge("groupring_redis_tracking",
          "Whether Redis announces changes; without it they are polled for.",
          facts_.tracking && !facts_.tracking_overflows);
    if (facts_.clock_offset_millis) {
      Gauge("groupring_clock_offset_seconds",
            "By how much the host's clock is ahead of Redis' time.",
            static_cast<double>(*facts_.clock_offset_millis) / kMillis);
    }
  }

  // All of this process.
  void AddWork() {
    const redis::FeedCounts& feed = facts_.feed;
    Counter("groupring_redis_connects_total",
            "Attempts to connect to Redis and to read everything. Behind the "
            "first that was done each is a reconnect.");
    Add(feed.connects, {{"result", "done"}});
    Add(feed.connect_failures, {{"result", "failed"}});
    Counter("groupring_redis_commands_total",
            "Commands that Redis answered to the connection that reads data.");
    Add(feed.commands);
    Counter("groupring_redis_announcements_total",
            "Keys that Redis said have changed.");
    Add(feed.announcements);
    Counter("groupring_redis_loads_total", "Times that everything was read.");
    Add(feed.loads);
    Counter("groupring_redis_reads_total",
            "Names and groups that were read apart from loads: as a change was "
            "announced or found, or in turn, lest one was missed.");
    Add(feed.changed_reads, {{"cause", "changed"}});
    Add(feed.rereads, {{"cause", "in_turn"}});
    Counter("groupring_redis_draws_total",
            "Draws of addresses that Redis made, used or not.");
    Add(feed.draws);
    Gauge("groupring_keys_complained_of",
          "Keys in Redis with values that cannot be read or make no sense.",
          static_cast<double>(facts_.keys_complained_of));
    Counter("groupring_malformed_values_total",
            "Values that were left out because they make no sense.");
    Add(feed.malformed);
  }

  void AddOrigin() {
    out_.Begin(
        MetricKind::kGauge, "groupring_answers_from",
        "1 for what the node answers from: live data of Redis, data held "
        "while Redis is away, or the data from before a loss that is doubted.");
    const AnswersFrom from = AnswersFromOf(facts_);
    for (const redis::DataOrigin each :
         {redis::DataOrigin::kLive, redis::DataOrigin::kHeld,
          redis::DataOrigin::kDoubted}) {
      out_.Add(each == from.origin ? 1 : 0,
               {{"origin", std::string(redis::ToText(each))}});
    }
    // Live data is as old as the last reply at most, whatever it is since.
    const bool live = from.origin == redis::DataOrigin::kLive;
    if (!live && from.since_unix_millis == 0) return;
    Gauge("groupring_data_age_seconds",
          "For how long what is answered from may differ from what Redis "
          "holds: 0 with live data, else since Redis was last heard of, or its "
          "loss was noticed. Missing while Redis was never reached.",
          live ? 0 : Since(from.since_unix_millis));
  }

  void AddStateFile() {
    if (facts_.saved_unix_millis) {
      Gauge("groupring_state_file_age_seconds",
            "Since the data on disk was saved. It is saved when it changes.",
            Since(*facts_.saved_unix_millis));
    }
    Gauge("groupring_state_file_trouble",
          "Whether the last good data could not be saved on disk.",
          facts_.state_trouble.empty() ? 0 : 1);
    Gauge("groupring_listen_trouble",
          "Whether a socket cannot be reached by PowerDNS.",
          facts_.listen_trouble.empty() ? 0 : 1);
  }

 private:
  void Counter(std::string name, std::string help) {
    out_.Begin(MetricKind::kCounter, std::move(name), std::move(help));
  }
  void Add(uint64_t count, const Exposition::Labels& labels = {}) {
    out_.Add(static_cast<double>(count), labels);
  }
  void Gauge(std::string name, std::string help, double value) {
    out_.Begin(MetricKind::kGauge, std::move(name), std::move(help));
    out_.Add(value);
  }
  double Since(int64_t unix_millis) const {
    return static_cast<double>(
               std::max<int64_t>(unix_millis_ - unix_millis, 0)) /
           kMillis;
  }

  const NodeFacts& facts_;
  const int64_t unix_millis_;
  Exposition& out_;
};

}  // namespace

void AddFeed(const NodeFacts& facts, const LatencyCounts* builds,
             int64_t unix_millis, Exposition* out) {
  Writer writer(facts, unix_millis, out);
  writer.AddRedis();
  writer.AddWork();
  writer.AddOrigin();
  writer.AddStateFile();
  if (builds == nullptr) return;
  out->Begin(MetricKind::kHistogram, "groupring_snapshot_build_seconds",
             "How long it took to build what queries are answered from, for "
             "each change that was applied.");
  out->Add(BucketsOf(*builds), {});
}

}  // namespace groupring::backend
