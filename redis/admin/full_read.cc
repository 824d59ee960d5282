#include "redis/admin/full_read.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "redis/schema/keys.h"
#include "redis/store/discovery.h"
#include "redis/store/generation.h"
#include "redis/store/judged_key.h"
#include "redis/store/key_reader.h"
#include "redis/store/mirror.h"

namespace groupring::redis {
namespace {

class FullRead {
 public:
  FullRead(Connection* connection, const BeforeRead& before_read,
           Findings* findings)
      : connection_(connection),
        before_read_(before_read),
        findings_(findings) {}

  absl::StatusOr<Dataset> Run() {
    const absl::StatusOr<int64_t> generation =
        ReadGeneration(connection_, &commands_, findings_);
    if (!generation.ok()) return generation.status();
    const absl::StatusOr<Wanted> names = FindNames();
    if (!names.ok()) return names.status();

    Mirror mirror;
    Staged staged;
    staged.generation = *generation;
    absl::Status status = Read(*names, &mirror, &staged);
    if (!status.ok()) return status;
    Wanted groups;
    for (const std::string& group : mirror.AllGroups(staged)) {
      groups.groups[group] = GroupParts::All();
    }
    status = Read(groups, &mirror, &staged);
    if (!status.ok()) return status;

    mirror.Commit(staged);
    const auto add = [](auto from, auto* to) {
      to->insert(to->end(), from.begin(), from.end());
    };
    add(staged.findings.keys, &findings_->keys);
    add(staged.findings.complaints, &findings_->complaints);
    return mirror.dataset();
  }

 private:
  absl::StatusOr<Wanted> FindNames() {
    Discovery discovery;
    std::vector<std::string> keys;
    for (bool completed = false; !completed;) {
      const absl::StatusOr<bool> step =
          discovery.Step(connection_, &commands_, &keys);
      if (!step.ok()) return step.status();
      completed = *step;
    }
    Wanted names;
    for (const std::string& key : keys) {
      JudgedKey judged = JudgeKey(key);
      if (!judged.name.empty()) {
        names.names[judged.name] = NameParts::All();
      }
      if (judged.complaint) {
        findings_->keys.push_back(key);
        findings_->complaints.push_back(*std::move(judged.complaint));
      }
    }
    return names;
  }

  absl::Status Read(const Wanted& wanted, Mirror* mirror, Staged* staged) {
    if (wanted.empty()) return absl::OkStatus();
    if (before_read_) {
      std::vector<std::string> keys;
      for (const auto& [name, parts] : wanted.names) {
        keys.push_back(MakeKey(name, KeyKind::kConfig));
        keys.push_back(MakeKey(name, KeyKind::kGroups));
        keys.push_back(MakeKey(name, KeyKind::kWeights));
      }
      for (const auto& [group, parts] : wanted.groups) {
        keys.push_back(MakeKey(group, KeyKind::kState));
      }
      const absl::Status status = before_read_(keys);
      if (!status.ok()) return status;
    }
    static const std::atomic<bool> kNeverStop{false};
    const absl::StatusOr<Readings> readings =
        ReadKeys(wanted, connection_, kNeverStop, &commands_);
    if (!readings.ok()) return readings.status();
    mirror->Stage(readings->names, staged);
    mirror->Stage(readings->groups, staged);
    return absl::OkStatus();
  }

  Connection* const connection_;
  const BeforeRead& before_read_;
  Findings* const findings_;
  std::atomic<uint64_t> commands_{0};
};

}  // namespace

absl::StatusOr<Dataset> ReadEverything(Connection* connection,
                                       const BeforeRead& before_read,
                                       Findings* findings) {
  return FullRead(connection, before_read, findings).Run();
}

absl::StatusOr<std::shared_ptr<const GroupData>> ReadGroup(
    const std::string& group, Connection* connection) {
  static const std::atomic<bool> kNeverStop{false};
  std::atomic<uint64_t> commands{0};
  Wanted wanted;
  wanted.groups[group] = GroupParts::All();
  const absl::StatusOr<Readings> readings =
      ReadKeys(wanted, connection, kNeverStop, &commands);
  if (!readings.ok()) return readings.status();
  Staged staged;
  Mirror().Stage(readings->groups, &staged);
  const auto found = staged.groups.find(group);
  if (found == staged.groups.end() || found->second == nullptr) return nullptr;
  const GroupData& data = *found->second;
  const bool has_any = !data.addresses[0]->empty() ||
                       !data.addresses[1]->empty() ||
                       !(data.state == GroupState());
  return has_any ? found->second : nullptr;
}

bool SameService(const Dataset& a, const Dataset& b) {
  const auto same_name = [&](const auto& entry) {
    const auto it = b.names.find(entry.first);
    return it != b.names.end() && it->second->config == entry.second->config &&
           *it->second->groups == *entry.second->groups;
  };
  const auto same_group = [&](const auto& entry) {
    const auto it = b.groups.find(entry.first);
    return it != b.groups.end() && it->second->state == entry.second->state;
  };
  return a.names.size() == b.names.size() &&
         a.groups.size() == b.groups.size() &&
         std::all_of(a.names.begin(), a.names.end(), same_name) &&
         std::all_of(a.groups.begin(), a.groups.end(), same_group);
}

}  // namespace groupring::redis
