#include "backend/control/expiry_wait.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/change/operands.h"
#include "backend/control/still_out.h"
#include "backend/report/node_report.h"
#include "backend/report/table.h"
#include "backend/report/upgrade_words.h"
#include "backend/snapshot/snapshot_builder.h"
#include "redis/base/words.h"
#include "redis/connection/connection.h"
#include "redis/schema/node_status.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;

// How soon a change made with redis-cli is noticed.
constexpr milliseconds kLook{2000};

// What commands have done between the change and the first look.
constexpr size_t kAuditLooked = 50;

constexpr milliseconds kRetry{500};

// A node that is replaced or started again reports within this time.
constexpr milliseconds kReturn{10000};

// A resolver counts the TTL from when it has the answer, not from when a node
// gave it.
constexpr int64_t kOnTheirWaySeconds = 1;

// How much a node's times may move when it measures Redis' time again.
constexpr int64_t kClockSeconds = 2;

// A group that has these addresses only.
std::shared_ptr<const redis::GroupData> GroupOf(const Expiry& expiry) {
  auto group = std::make_shared<redis::GroupData>();
  group->name = expiry.group;
  std::array<std::vector<redis::AddressRange>, redis::kFamilies> members;
  for (const redis::AddressRange& address : expiry.addresses) {
    members[static_cast<size_t>(address.family)].push_back(address);
  }
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    group->addresses[f] = std::make_shared<const redis::AddressSet>(
        "", static_cast<redis::Family>(f), std::move(members[f]));
  }
  return group;
}

bool HasBeenOutFor(const redis::NodeStatus& node, milliseconds time,
                   int64_t unix_millis) {
  return !node.is_up() && unix_millis - node.seen_unix_millis > time.count();
}

// One wait; what it knows so far.
class Waiter {
 public:
  Waiter(const Expiry& expiry, ControlStore* store, const AskServers& servers,
         const Clock* clock)
      : expiry_(expiry), store_(store), servers_(servers), clock_(clock) {}

  // Reads who else answers the group's addresses: obstacles, for which waiting
  // does not help.
  absl::Status LookAtData() {
    const auto dataset = store_->Load();
    if (!dataset.ok()) return dataset.status();
    const auto found = dataset->groups.find(expiry_.group);
    if (!expiry_.addresses.empty()) {
      group_ = GroupOf(expiry_);
    } else if (found != dataset->groups.end()) {
      group_ = found->second;
    } else {
      // On no name any more; its addresses may be in other groups.
      auto unreferenced = store_->LoadGroup(expiry_.group);
      if (!unreferenced.ok()) return unreferenced.status();
      group_ = *std::move(unreferenced);
    }
    redis::DatasetChange everything;
    everything.everything = true;
    snapshot_ = SnapshotBuilder([](Severity, const std::string&) {
                }).Apply(*dataset, everything, clock_->UnixMillis());
    result_.obstacles = DataObstacles();
    return absl::OkStatus();
  }
  // Whether it is known which answers are waited for.
  bool is_settled() const {
    return expiry_.addresses.empty() || settled_.has_value();
  }
  bool has_data_obstacles() const { return !result_.obstacles.empty(); }

  // Reads the group's state and what nodes report.
  absl::Status LookAtNodes() {
    auto nodes = store_->Nodes();
    if (!nodes.ok()) return nodes.status();
    result_.nodes = *std::move(nodes);
    verdict_ = JudgeNodes(result_.nodes, groups_, expiry_.generation);
    LookForAnswers();
    // Nodes leave out what has expired. What a group is answered with once
    // its addresses are out does not count.
    const bool counts = expiry_.addresses.empty() || !settled_before_;
    if (counts && verdict_.cached_until > cached_until_) {
      cached_until_ = verdict_.cached_until;
      cached_by_ = NodeLabels(result_.nodes)[verdict_.cached_by];
    }
    settled_before_ = settled_.has_value();
    if (!expiry_.addresses.empty()) {
      const auto group = store_->LoadGroup(expiry_.group);
      if (!group.ok()) return group.status();
      return CheckAddresses(group->get(), expiry_, safe_from(),
                            clock_->UnixMillis());
    }
    const auto state = store_->State(expiry_.group);
    if (!state.ok()) return state.status();
    return CheckState(*state, expiry_, safe_from(), clock_->UnixMillis());
  }

  // Reads everything once more and asks the name servers. False, without
  // obstacles, if another group has begun to share an address.
  absl::StatusOr<bool> LastLook() {
    const std::vector<std::string> groups_before = groups_;
    absl::Status looked = LookAtData();
    if (!looked.ok()) return looked;
    if (groups_ != groups_before) {
      settled_.reset();
      return false;
    }
    if (servers_ && group_ != nullptr) {
      for (Obstacle& obstacle : servers_(*group_, *snapshot_)) {
        result_.obstacles.push_back(std::move(obstacle));
      }
    }
    if (result_.obstacles.empty()) result_.safe_since = safe_from();
    return result_.obstacles.empty();
  }

  // Whether a node has been silent or stopped for so long that it is not about
  // to return.
  bool HasLostNodes() const {
    const int64_t now = clock_->UnixMillis();
    return std::any_of(verdict_.obstacles.begin(), verdict_.obstacles.end(),
                       [&](const Obstacle& obstacle) {
                         return obstacle.kind != Obstacle::Kind::kNoNodes &&
                                HasBeenOutFor(result_.nodes[obstacle.node],
                                              kReturn, now);
                       });
  }

  bool IsStillAnswered() const {
    return std::any_of(verdict_.obstacles.begin(), verdict_.obstacles.end(),
                       [](const Obstacle& obstacle) {
                         return obstacle.kind ==
                                Obstacle::Kind::kNodeStillAnswers;
                       });
  }

  // Unix seconds: when no cache holds the group any more, by what is known.
  int64_t safe_from() const {
    return std::max(expiry_.out_from, cached_until_) + kOnTheirWaySeconds;
  }
  milliseconds left() const {
    return milliseconds(safe_from() * 1000 - clock_->UnixMillis());
  }
  // The nodes' obstacles. Once the time has passed, also those nodes that have
  // not reported since then.
  std::vector<Obstacle> NodeObstacles() const {
    std::vector<Obstacle> obstacles = verdict_.obstacles;
    if (left().count() > 0 || !obstacles.empty()) return obstacles;
    for (size_t i = 0; i < result_.nodes.size(); ++i) {
      // A node that has stopped gave its last answer before it reported that.
      const redis::NodeStatus& node = result_.nodes[i];
      if (node.is_up() && node.seen_unix_millis < safe_from() * 1000) {
        obstacles.push_back({Obstacle::Kind::kNodeReportDue, i, {}, {}, {}});
      }
    }
    return obstacles;
  }
  std::string CachedBy() const {
    return cached_by_.empty() ? "" : " given by " + cached_by_;
  }
  const std::vector<redis::NodeStatus>& nodes() const { return result_.nodes; }

  ExpiryResult Result(std::vector<Obstacle> obstacles) {
    result_.obstacles = std::move(obstacles);
    return std::move(result_);
  }
  ExpiryResult Result() { return std::move(result_); }

 private:
  // Once every node answers by the change, what caches may hold no longer
  // grows. If it does, the group is answered although it is out of service.
  void LookForAnswers() {
    const int64_t now = clock_->UnixMillis();
    std::set<std::string> instances;
    int64_t reported = now;
    for (const redis::NodeStatus& node : result_.nodes) {
      instances.insert(redis::NodeMember(node));
      if (node.is_up()) reported = std::min(reported, node.seen_unix_millis);
    }
    // A process that begins counts groups as answered until then.
    const bool same = instances == std::exchange(instances_, instances);
    if (!same || !verdict_.obstacles.empty() || now < expiry_.out_from * 1000) {
      out_since_.reset();
      settled_.reset();
      return;
    }
    if (!out_since_) out_since_ = now;
    // Answers that were on their way then have been reported since.
    if (reported < *out_since_ + kOnTheirWaySeconds * 1000) return;
    if (!settled_) {
      settled_ = verdict_.cached_until;
    } else if (expiry_.addresses.empty() &&
               verdict_.cached_until > *settled_ + kClockSeconds) {
      verdict_.obstacles.push_back(
          {Obstacle::Kind::kNodeStillAnswers, verdict_.cached_by, {}, {}, {}});
    }
  }

  std::vector<Obstacle> DataObstacles() {
    std::vector<Obstacle> obstacles;
    if (!store_->KnowsRedisTime()) {
      obstacles.push_back({Obstacle::Kind::kOwnClockUnknown, 0, {}, {}, {}});
    }
    groups_ = {expiry_.group};
    if (group_ == nullptr) return obstacles;
    for (SharedAddress& shared :
         SharedAddresses(*group_, *snapshot_, clock_->UnixMillis())) {
      if (!shared.answered) {
        groups_.push_back(shared.owner);
        continue;
      }
      obstacles.push_back(
          {Obstacle::Kind::kAddressElsewhere, 0, std::move(shared), {}, {}});
    }
    return obstacles;
  }

  const Expiry& expiry_;
  ControlStore* const store_;
  const AskServers& servers_;
  const Clock* const clock_;
  // What Redis holds; null: nothing of the group.
  std::shared_ptr<const redis::GroupData> group_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::vector<std::string> groups_;  // it and those that share its addresses
  NodesVerdict verdict_;
  std::set<std::string> instances_;
  // Unix milliseconds: since when every node answers by the change, by all
  // looks; and what caches might hold once that was reported.
  std::optional<int64_t> out_since_;
  std::optional<int64_t> settled_;
  bool settled_before_ = false;  // in the look before this one
  // The latest of all looks, and the node that gave that answer.
  int64_t cached_until_ = 0;
  std::string cached_by_;
  ExpiryResult result_;
};

// Tells what is waited for, each thing once.
class Telling {
 public:
  Telling(const Expiry& expiry, const Clock* clock, const News& news)
      : expiry_(expiry),
        clock_(clock),
        news_(news),
        leaving_(LeavingWords(expiry.group, expiry.addresses)) {}

  const std::string& leaving() const { return leaving_; }

  void Redis(const absl::Status& status) {
    Say("Redis", "waiting for Redis: " + std::string(status.message()));
  }

  void Ramp() {
    // Of a group that is out at once it is less than a second.
    if (expiry_.out_from * 1000 - clock_->UnixMillis() <= 1000) return;
    Say("ramp",
        "waiting until " + Until(expiry_.out_from) + ", for the ramp to end");
  }

  void Caches(const Waiter& waiter) {
    const char* const of_before =
        expiry_.addresses.empty() ? "" : " of the group from before the change";
    Say("cached " + UtcTime(waiter.safe_from()),
        absl::StrFormat(
            "waiting until %s, for the last cached answer%s%s to expire",
            Until(waiter.safe_from()), of_before, waiter.CachedBy()));
  }

  void Nodes(const Waiter& waiter, const Obstacle& obstacle) {
    const std::string text = ObstacleText(obstacle, leaving_, waiter.nodes());
    Say(text, "waiting, because " + text);
  }

 private:
  void Say(const std::string& about, const std::string& line) {
    if (about != said_) news_(line);
    said_ = about;
  }

  std::string Until(int64_t unix_seconds) const {
    return absl::StrFormat(
        "%s, in %s", UtcTime(unix_seconds),
        DurationText(unix_seconds - clock_->UnixMillis() / 1000));
  }

  const Expiry& expiry_;
  const Clock* const clock_;
  const News& news_;
  const std::string leaving_;
  std::string said_;  // what the last news was about
};

// Whether somebody has undone the change, and how the nodes stand now. `last`
// becomes the id of the newest entry.
absl::Status LookAt(
    const absl::StatusOr<std::vector<redis::AuditEntry>>& entries,
    const Expiry& expiry, Waiter* waiter, std::string* last) {
  if (!entries.ok()) return entries.status();
  if (!entries->empty()) *last = entries->back().id;
  const absl::Status status = CheckEntries(*entries, expiry);
  return status.ok() ? waiter->LookAtNodes() : status;
}

}  // namespace

absl::StatusOr<ExpiryResult> WaitForExpiry(
    const Expiry& expiry, milliseconds patience, ControlStore* store,
    const AskServers& ask_servers, const Clock* clock, const Pause& pause,
    const News& news) {
  Waiter waiter(expiry, store, ask_servers, clock);
  Telling telling(expiry, clock, news);
  const absl::Status looked = waiter.LookAtData();
  if (!looked.ok()) return looked;
  if (waiter.has_data_obstacles()) return waiter.Result();

  auto entries = store->Audit(kAuditLooked);
  std::string last = "0-0";
  for (bool first = true;; first = false) {
    absl::Status status = LookAt(entries, expiry, &waiter, &last);
    const std::vector<Obstacle> obstacles = waiter.NodeObstacles();
    if (status.ok() &&
        ((first && waiter.HasLostNodes()) || waiter.IsStillAnswered())) {
      return waiter.Result(obstacles);
    }
    if (status.ok() && waiter.left().count() <= 0 && waiter.is_settled() &&
        obstacles.empty()) {
      const absl::StatusOr<bool> checked = waiter.LastLook();
      status = checked.status();
      if (checked.ok() && *checked) return waiter.Result();
    }
    const bool patient = waiter.left() > -patience;
    if (redis::IsConnectionLost(status)) {
      if (!patient) {
        return absl::UnavailableError(absl::StrFormat(
            "not known to be safe to upgrade: whether %s is still out cannot "
            "be seen; %s",
            Printable(telling.leaving()), std::string(status.message())));
      }
      telling.Redis(status);
      pause(kRetry);
    } else if (!status.ok()) {
      return status;
    } else if (clock->UnixMillis() < expiry.out_from * 1000) {
      telling.Ramp();
    } else if (waiter.left().count() > 0) {
      telling.Caches(waiter);
    } else if (!patient) {
      return obstacles.empty() ? waiter.Result() : waiter.Result(obstacles);
    } else if (!obstacles.empty()) {
      telling.Nodes(waiter, obstacles[0]);
    }
    const milliseconds left = waiter.left();
    entries = store->AuditAfter(
        last, left.count() > 0 ? std::min(left, kLook) : kRetry);
  }
}

}  // namespace groupring::backend
