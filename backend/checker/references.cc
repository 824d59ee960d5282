#include "backend/checker/references.h"

#include <algorithm>
#include <utility>

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;

constexpr DampingLimits kLimits{2, 2};
constexpr milliseconds kLeast{1000};
constexpr milliseconds kMost{5000};

bool Fails(const AddressDamping& damping) {
  return damping.failing_since(kLimits.fall).has_value();
}

}  // namespace

References::References(const std::vector<AddressAndPort>& endpoints,
                       CheckRunner* runner)
    : runner_(runner) {
  for (const AddressAndPort& endpoint : endpoints) {
    references_.push_back(
        {endpoint, AddressDamping(EndpointText(endpoint)), 0});
  }
}

void References::Plan(milliseconds interval, std::chrono::seconds timeout,
                      CheckRunner::TaskId* next_task) {
  interval = std::clamp(interval / 2, kLeast, kMost);
  if (interval == interval_) return;
  for (Reference& reference : references_) {
    if (interval_.count() != 0) runner_->Remove(reference.task);
    reference.task = (*next_task)++;
    CheckTask task;
    task.family = reference.endpoint.family;
    task.address = reference.endpoint.address;
    task.check.probes = {{redis::ProbeKind::kTcp, reference.endpoint.port, ""}};
    task.check.timeout = timeout;
    task.interval = interval;
    runner_->Add(reference.task, std::move(task));
  }
  interval_ = interval;
}

bool References::OnRound(CheckRunner::TaskId task, int64_t begun,
                         const absl::StatusOr<ProbeOutcome>& outcome) {
  for (Reference& reference : references_) {
    if (reference.task != task || interval_.count() == 0) continue;
    // That this host has no way there is a failure, too: it is cut off.
    reference.damping.Note(
        outcome.ok()
            ? *outcome
            : ProbeOutcome{redis::VerdictReason::kConnectTimeout, "", {}},
        begun, kLimits);
    return true;
  }
  return false;
}

size_t References::failing() const {
  return static_cast<size_t>(std::count_if(
      references_.begin(), references_.end(),
      [](const Reference& reference) { return Fails(reference.damping); }));
}

std::string References::FailingWords() const {
  std::string words;
  for (const Reference& reference : references_) {
    if (!Fails(reference.damping)) continue;
    if (!words.empty()) words += ", ";
    words += EndpointText(reference.endpoint);
  }
  return words;
}

}  // namespace groupring::backend
