#include "backend/control/node_wait.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/control/operands.h"
#include "backend/report/group_words.h"
#include "backend/report/table.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;

// Nodes tell of a change at once: the first looks come quickly.
constexpr milliseconds kFirstPause{50};
constexpr milliseconds kLongestPause{500};

// How long one look for news of the group may take.
constexpr milliseconds kLook{2000};

bool IsAway(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

absl::Status NotOut(const std::string& group, const std::string& why) {
  return absl::AbortedError(absl::StrFormat("not safe to upgrade: %s %s",
                                            Printable(group), Printable(why)));
}

std::string Quoted(const std::string& reason) {
  return reason.empty() ? "" : " (\"" + reason + "\")";
}

// Whether an entry says that the group has come back, or is about to.
bool BringsBack(const redis::AuditEntry& entry, const std::string& group) {
  return entry.target == group &&
         (entry.what == "group enable" || entry.what == "group fill");
}

}  // namespace

NodeProgress ProgressOf(const std::vector<redis::NodeStatus>& nodes,
                        int64_t generation) {
  NodeProgress progress;
  for (const redis::NodeStatus& node : nodes) {
    (node.generation >= generation ? progress.applied : progress.behind)
        .push_back(node.name);
    if (!node.trouble.empty()) {
      progress.troubled.push_back(node.name + ": " + node.trouble);
    }
  }
  std::sort(progress.applied.begin(), progress.applied.end());
  std::sort(progress.behind.begin(), progress.behind.end());
  return progress;
}

absl::StatusOr<NodeWait> WaitForNodes(int64_t generation, milliseconds timeout,
                                      ControlStore* store, const Clock* clock,
                                      const Pause& pause, const News& news) {
  const auto deadline = clock->Steady() + timeout;
  NodeWait wait;
  std::set<std::string> ever_behind;
  milliseconds next = kFirstPause;
  std::string said;
  for (;;) {
    const auto nodes = store->Nodes();
    if (!nodes.ok() && !IsAway(nodes.status())) return nodes.status();
    std::string now;
    if (nodes.ok()) {
      wait.has_looked = true;
      wait.progress = ProgressOf(*nodes, generation);
      const NodeProgress& progress = wait.progress;
      for (const std::string& node : ever_behind) {
        const auto lists = [&](const std::vector<std::string>& names) {
          return std::binary_search(names.begin(), names.end(), node);
        };
        if (!lists(progress.applied) && !lists(progress.behind)) {
          wait.progress.gone.push_back(node);
        }
      }
      ever_behind.insert(progress.behind.begin(), progress.behind.end());
      if (progress.complete()) return wait;
      now = "waiting for " + absl::StrJoin(progress.behind, ", ");
    } else {
      now = "waiting for Redis: " + std::string(nodes.status().message());
    }
    if (now != said) news(now);
    said = std::move(now);
    const auto left =
        std::chrono::duration_cast<milliseconds>(deadline - clock->Steady());
    if (left.count() <= 0) {
      wait.timed_out = true;
      return wait;
    }
    pause(std::min(next, left));
    next = std::min(next * 2, kLongestPause);
  }
}

absl::Status WaitForExpiry(const std::string& group, int64_t unix_seconds,
                           ControlStore* store, const Clock* clock,
                           const Pause& pause, const News& news) {
  const int64_t start = clock->UnixMillis();
  if (unix_seconds * 1000 > start) {
    news(absl::StrFormat(
        "waiting until %s, in %s, for the last cached answer to expire",
        UtcTime(unix_seconds), DurationText(unix_seconds - start / 1000)));
  }
  for (;;) {
    const milliseconds left(unix_seconds * 1000 - clock->UnixMillis());
    if (left.count() <= 0) break;
    const auto entries = store->AuditAfter("$", std::min(left, kLook));
    if (!entries.ok()) {
      // What is said meanwhile is in the data at the end, at the latest.
      if (!IsAway(entries.status())) return entries.status();
      pause(std::min(left, kLook));
      continue;
    }
    for (const redis::AuditEntry& entry : *entries) {
      if (BringsBack(entry, group)) {
        return NotOut(group, absl::StrFormat("was changed by %s%s: %s -> %s",
                                             entry.who, Quoted(entry.reason),
                                             entry.before, entry.after));
      }
    }
  }
  const auto dataset = store->Load();
  if (!dataset.ok()) return dataset.status();
  const auto found = dataset->groups.find(group);
  if (found == dataset->groups.end()) return absl::OkStatus();
  const redis::GroupState& state = found->second->state;
  if (RetainedShare(state, clock->UnixMillis()) == 0) return absl::OkStatus();
  const std::string circumstances =
      StateCircumstances(state, clock->UnixMillis());
  return NotOut(group,
                "is " + StateWords(state, clock->UnixMillis()) +
                    (circumstances.empty() ? " again"
                                           : " again (" + circumstances + ")"));
}

}  // namespace groupring::backend
