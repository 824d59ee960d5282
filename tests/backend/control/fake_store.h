// A Redis of memory for commands, with a clock that moves when they wait.
#ifndef GROUPRING_TESTS_BACKEND_CONTROL_FAKE_STORE_H_
#define GROUPRING_TESTS_BACKEND_CONTROL_FAKE_STORE_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "backend/control/control_store.h"
#include "redis/base/clock.h"
#include "tests/backend/change/changes.h"

namespace groupring::backend {

class ManualClock : public Clock {
 public:
  int64_t UnixMillis() const override { return kNow + passed_.count(); }
  std::chrono::steady_clock::time_point Steady() const override {
    return std::chrono::steady_clock::time_point() + passed_;
  }
  void Pass(std::chrono::milliseconds time) { passed_ += time; }
  std::chrono::milliseconds passed() const { return passed_; }

 private:
  std::chrono::milliseconds passed_{0};
};

class FakeStore : public ControlStore {
 public:
  FakeStore(const DatasetText& data, ManualClock* clock)
      : dataset_(data.dataset()), clock_(clock) {}

  // What others do: before the next commit, or at each look at the nodes.
  std::function<void()> before_commit;
  std::function<void()> at_nodes;
  // After each wait for news in the audit.
  std::function<void()> at_looks;
  // What replicas say of each change.
  absl::StatusOr<redis::Replicated> replicated = redis::Replicated();
  // Whether nodes that are up report all the time.
  bool reports = true;
  bool knows_time = true;
  // Keys that could not be read.
  redis::Complaints unread;
  redis::Complaints Unread() const override { return unread; }

  absl::StatusOr<redis::Dataset> Load() override {
    if (!away_.ok()) return away_;
    redis::Dataset dataset = dataset_;
    dataset.generation = generation_;
    // As redis::Admin: only groups that a name refers to.
    for (const std::string& group : on_no_name_) dataset.groups.erase(group);
    return dataset;
  }
  absl::StatusOr<std::shared_ptr<const redis::GroupData>> LoadGroup(
      const std::string& group) override {
    const auto found = dataset_.groups.find(group);
    if (found == dataset_.groups.end()) return nullptr;
    return found->second;
  }
  absl::StatusOr<redis::Dataset> LoadForUpdate() override {
    read_ = generation_;
    return Load();
  }
  absl::StatusOr<int64_t> Commit(const redis::WriteBatch& writes,
                                 const redis::AuditEntry& entry) override {
    if (before_commit) std::exchange(before_commit, nullptr)();
    if (read_ != generation_) return absl::AbortedError("someone else");
    dataset_ = Apply(writes, std::move(dataset_)).dataset;
    return Record(entry);
  }
  absl::StatusOr<std::vector<redis::AuditEntry>> Audit(size_t) override {
    if (!away_.ok()) return away_;
    told_ = audit_.size();
    return audit_;
  }
  absl::StatusOr<std::vector<redis::AuditEntry>> AuditAfter(
      const std::string&, std::chrono::milliseconds wait) override {
    if (!away_.ok()) return away_;
    clock_->Pass(wait);
    if (at_looks) at_looks();
    std::vector<redis::AuditEntry> fresh(
        audit_.begin() + static_cast<std::ptrdiff_t>(told_), audit_.end());
    told_ = audit_.size();
    return fresh;
  }
  absl::StatusOr<std::shared_ptr<const redis::HealthData>> Health(
      const redis::Dataset&) override {
    return std::make_shared<redis::HealthData>();
  }
  absl::StatusOr<std::vector<redis::NodeStatus>> Nodes() override {
    if (at_nodes) at_nodes();
    if (!away_.ok()) return away_;
    for (redis::NodeStatus& node : nodes_) {
      if (node.is_up() && reports) node.seen_unix_millis = clock_->UnixMillis();
    }
    return nodes_;
  }
  absl::StatusOr<std::vector<redis::HealthEvent>> HealthLog(size_t) override {
    return std::vector<redis::HealthEvent>();
  }
  absl::StatusOr<std::vector<redis::HealthEvent>> HealthLogAfter(
      const std::string&, std::chrono::milliseconds) override {
    return std::vector<redis::HealthEvent>();
  }
  absl::Status ForgetChecker(const std::string&) override {
    return absl::OkStatus();
  }
  redis::TrafficProfile traffic;
  absl::StatusOr<redis::TrafficProfile> Traffic(int64_t) override {
    return traffic;
  }
  redis::GroupLoads loads;
  absl::StatusOr<redis::GroupLoads> Loads(
      const std::vector<std::string>&) override {
    return loads;
  }
  bool KnowsRedisTime() const override { return knows_time; }
  absl::Status ForgetNode(const std::string& name) override {
    Gone(name);
    return absl::OkStatus();
  }
  absl::StatusOr<redis::GroupState> State(const std::string& group) override {
    if (!away_.ok()) return away_;
    return state(group);
  }
  absl::StatusOr<redis::Replicated> ConfirmReplicas(
      std::chrono::milliseconds) override {
    return replicated;
  }
  absl::StatusOr<redis::Acceptance> Accepted() override {
    return redis::Acceptance();
  }
  absl::StatusOr<std::vector<std::string>> Members(
      const std::string&) override {
    return std::vector<std::string>();
  }

  // As another operator's command.
  void ElseSets(const std::string& group, redis::GroupState state,
                const std::string& what) {
    SetsQuietly(group, std::move(state));
    redis::AuditEntry entry;
    entry.who = "bob@ns2";
    entry.what = what;
    entry.target = group;
    entry.before = "in service";
    entry.after = "DISABLED";
    entry.reason = "disk";
    Record(std::move(entry));
  }
  // As plain redis-cli.
  void SetsQuietly(const std::string& group, redis::GroupState state) {
    dataset_ = Apply({redis::SetGroupState{group, std::move(state)}},
                     std::move(dataset_))
                   .dataset;
  }
  void Writes(const redis::WriteBatch& writes) {
    dataset_ = Apply(writes, std::move(dataset_)).dataset;
  }
  // As another operator's command that wrote what Writes wrote.
  void Tells(const std::string& what, const std::string& target) {
    redis::AuditEntry entry;
    entry.who = "bob@ns2";
    entry.what = what;
    entry.target = target;
    Record(std::move(entry));
  }
  void Adds(const std::string& group, const std::string& address) {
    dataset_ = Apply({redis::AddMembers{group, redis::Family::kA, {address}}},
                     std::move(dataset_))
                   .dataset;
  }
  void TakesOffNames(const std::string& group) {
    on_no_name_.insert(group);
    const auto before = dataset_.names;
    for (const auto& [name, data] : before) {
      auto changed = std::make_shared<redis::NameData>(*data);
      auto groups = std::make_shared<redis::GroupList>(*data->groups);
      std::erase_if(*groups,
                    [&](const auto& member) { return member.name == group; });
      changed->groups = std::move(groups);
      dataset_.names.Set(std::move(changed));
    }
  }
  void Node(const std::string& name, int64_t generation,
            const std::string& trouble = "") {
    Gone(name);
    redis::NodeStatus node;
    node.name = name;
    node.generation = generation;
    node.trouble = trouble;
    node.measures_caches = true;
    node.clock_offset_millis = 0;
    node.seen_unix_millis = clock_->UnixMillis();
    nodes_.push_back(node);
  }
  void Add(redis::NodeStatus node) { nodes_.push_back(std::move(node)); }
  // The last node answers the group now, with a TTL of 60 s.
  void AnswersNow(const std::string& group) {
    nodes_.back().cached_until[group] =
        (clock_->UnixMillis() + 999) / 1000 + 60;
  }
  redis::NodeStatus& LastNode() { return nodes_.back(); }
  // It answers by what it knew, and does not believe what Redis holds now.
  void Doubting(const std::string& name, int64_t generation) {
    Node(name, generation);
    nodes_.back().answers_from = redis::DataOrigin::kDoubted;
  }
  // It falls silent.
  void Silent(const std::string& name) {
    Gone(name);
    redis::NodeStatus node;
    node.name = name;
    node.state = redis::NodeState::kSilent;
    node.seen_unix_millis = clock_->UnixMillis();
    nodes_.push_back(node);
  }
  void Stopped(const std::string& name) {
    Silent(name);
    nodes_.back().state = redis::NodeState::kStopped;
  }
  // It leaves the list.
  void Gone(const std::string& name) {
    std::erase_if(nodes_, [&](const auto& node) { return node.name == name; });
  }
  void Away(absl::Status status) { away_ = std::move(status); }

  // Came back without the last changes.
  void Lost(int64_t generation) { generation_ = generation; }

  int64_t generation() const { return generation_; }
  const std::vector<redis::AuditEntry>& audit() const { return audit_; }
  const redis::GroupState& state(const std::string& group) const {
    return dataset_.groups.at(group)->state;
  }

 private:
  int64_t Record(redis::AuditEntry entry) {
    entry.generation = ++generation_;
    entry.unix_millis = clock_->UnixMillis();
    audit_.push_back(std::move(entry));
    return generation_;
  }

  redis::Dataset dataset_;
  ManualClock* const clock_;
  int64_t generation_ = 7;
  int64_t read_ = -1;
  std::vector<redis::AuditEntry> audit_;
  size_t told_ = 0;
  std::vector<redis::NodeStatus> nodes_;
  absl::Status away_;
  std::set<std::string> on_no_name_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_TESTS_BACKEND_CONTROL_FAKE_STORE_H_
