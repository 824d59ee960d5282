#include "backend/checker/check_runner.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;
using Next = ProbeSchedule::Next;

// A result that came so late is the fault of this process.
constexpr milliseconds kHeldUp{1000};
constexpr int64_t kDayMillis = int64_t{24} * 3600 * 1000;

// The next one that makes a connection, from `first` on; the size or more if
// there is none.
size_t NextConnection(const std::vector<redis::ProbeSpec>& probes,
                      size_t first) {
  while (first < probes.size() &&
         probes[first].kind == redis::ProbeKind::kHeartbeat) {
    ++first;
  }
  return first;
}

}  // namespace

CheckRunner::CheckRunner(const CheckerOptions* options, const Clock* clock,
                         const Clock* redis_clock, AskHeartbeat ask,
                         RoundDone done)
    : options_(options),
      clock_(clock),
      redis_clock_(redis_clock),
      ask_(std::move(ask)),
      done_(std::move(done)),
      schedule_(&random_, options->spacing),
      runner_(clock, options->tls.get()) {}

uint64_t CheckRunner::HostIdOf(redis::Family family,
                               const redis::AddressBytes& address) {
  std::string key(address.begin(), address.end());
  key += static_cast<char>(family);
  return host_ids_.try_emplace(std::move(key), host_ids_.size()).first->second;
}

void CheckRunner::Add(TaskId id, CheckTask task) {
  schedule_.Add(id, HostIdOf(task.family, task.address), task.interval,
                clock_->Steady());
  rounds_[id].task = std::move(task);
}

void CheckRunner::Remove(TaskId id) {
  schedule_.Remove(id);
  rounds_.erase(id);
}

void CheckRunner::Turn() {
  // What has arrived counts before anything that is due.
  runner_.Run(clock_->Steady());
  ProbeSchedule::Duration late{};
  while (const auto id = schedule_.Take(clock_->Steady(), &late)) {
    counts_.late = std::max(counts_.late, late);
    Start(*id, &rounds_.at(*id));
  }
}

void CheckRunner::Finish(Time end) {
  while (runner_.running() > 0 && clock_->Steady() < end) runner_.Run(end);
}

CheckRunner::Time CheckRunner::NextTime() const {
  return std::min(schedule_.NextDue(), runner_.NextDeadline());
}

CheckRunner::Counts CheckRunner::TakeCounts() {
  return std::exchange(counts_, {});
}

void CheckRunner::Start(TaskId id, Round* round) {
  const std::vector<redis::ProbeSpec>& probes = round->task.check.probes;
  if (round->next_probe == 0) {
    round->begun = redis_clock_->UnixMillis();
    round->certificate_days.reset();
  }
  round->next_probe = NextConnection(probes, round->next_probe);
  if (round->next_probe >= probes.size()) {
    // Nothing but a heartbeat.
    OnProbe(id, ProbeResult());
    return;
  }
  absl::StatusOr<ProbeRequest> request = RequestOf(*round);
  if (!request.ok()) {
    OnProbe(id, request.status());
    return;
  }
  ++counts_.probes;
  runner_.Start(*std::move(request),
                [this, id](absl::StatusOr<ProbeResult> result) {
                  OnProbe(id, std::move(result));
                });
}

absl::StatusOr<ProbeRequest> CheckRunner::RequestOf(const Round& round) const {
  ProbeRequest request;
  request.family = round.task.family;
  request.address = round.task.address;
  request.check = round.task.check;
  request.probe = request.check.probes[round.next_probe];
  request.source = options_->sources[static_cast<size_t>(request.family)];
  const std::string& name = request.check.login;
  if (!name.empty() && redis::IsFtp(request.probe.kind)) {
    const auto login = options_->logins.find(name);
    if (login == options_->logins.end()) {
      return absl::FailedPreconditionError(
          absl::StrFormat("LOGIN %s: [checker] logins_file has none of that "
                          "name",
                          Printable(name, kMaxLine)));
    }
    request.login = login->second;
  }
  return request;
}

void CheckRunner::NoteCertificate(const ProbeResult& result,
                                  Round* round) const {
  if (!result.certificate_not_after) return;
  const int64_t left =
      *result.certificate_not_after * 1000 - redis_clock_->UnixMillis();
  const int days = static_cast<int>(
      std::floor(static_cast<double>(left) / static_cast<double>(kDayMillis)));
  round->certificate_days =
      std::min(round->certificate_days.value_or(days), days);
}

void CheckRunner::OnProbe(TaskId id, absl::StatusOr<ProbeResult> result) {
  const Time now = clock_->Steady();
  const auto found = rounds_.find(id);
  if (found == rounds_.end()) {
    // It was removed meanwhile.
    schedule_.Done(id, Next::kInterval, now);
    return;
  }
  Round& round = found->second;
  const redis::CheckSettings& check = round.task.check;
  if (result.ok() && result->verdict() == redis::Verdict::kDown &&
      result->elapsed > check.timeout + kHeldUp) {
    result = absl::DeadlineExceededError(absl::StrFormat(
        "this process was held up for %d ms",
        std::chrono::duration_cast<milliseconds>(result->elapsed).count()));
  }
  if (result.ok()) NoteCertificate(*result, &round);
  const bool passed =
      result.ok() && result->reason == redis::VerdictReason::kOk;
  if (passed) {
    const size_t next = NextConnection(check.probes, round.next_probe + 1);
    if (next < check.probes.size()) {
      round.next_probe = next;
      schedule_.Done(id, Next::kMore, now);
      return;
    }
  }
  round.next_probe = 0;
  schedule_.Done(id, Next::kInterval, now);
  if (passed && !round.task.heartbeat_keys.empty()) {
    round.asked = Asked{round.begun, round.certificate_days};
    ask_(id, round.task.heartbeat_keys);
    return;
  }
  if (!result.ok()) {
    done_(id, round.begun, result.status());
    return;
  }
  done_(id, round.begun,
        ProbeOutcome{result->reason, result->text, round.certificate_days});
}

void CheckRunner::Heartbeat(TaskId id, bool is_alive) {
  const auto found = rounds_.find(id);
  if (found == rounds_.end()) return;
  const std::optional<Asked> asked =
      std::exchange(found->second.asked, std::nullopt);
  if (!asked) return;
  const redis::VerdictReason reason =
      is_alive ? redis::VerdictReason::kOk
               : redis::VerdictReason::kHeartbeatExpired;
  done_(id, asked->begun, ProbeOutcome{reason, "", asked->certificate_days});
}

}  // namespace groupring::backend
