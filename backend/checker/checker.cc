#include "backend/checker/checker.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "absl/strings/str_format.h"
#include "backend/node/options.h"
#include "backend/report/verdict_words.h"
#include "redis/base/printable.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/keys.h"
#include "redis/schema/verdict.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kTick{1000};
constexpr seconds kLastProbes{2};
// Verdicts of the same moment are told together.
constexpr milliseconds kFlushSpacing{20};
// Lines about verdicts, and about probes that could not be made.
constexpr int kLogLines = 200;
constexpr seconds kLogInterval{10};

// Proxies may write their address in either form.
std::vector<std::string> HeartbeatKeys(const PlannedCheck& plan) {
  std::set<std::string> addresses{plan.canonical};
  for (const CheckUse& use : plan.uses) addresses.insert(use.address);
  std::vector<std::string> keys;
  keys.reserve(addresses.size());
  for (const std::string& address : addresses) {
    keys.push_back(std::string(redis::kAliveKeyPrefix) + address);
  }
  return keys;
}

}  // namespace

Checker::Checker(CheckerOptions options, CheckerState state, const Clock* clock,
                 RedisClock* redis_clock, const LogSink& log)
    : options_(std::move(options)),
      clock_(clock),
      redis_clock_(redis_clock),
      log_(log),
      limited_log_(kLogLines, kLogInterval, clock, log),
      started_unix_millis_(clock->UnixMillis()),
      runner_(
          &options_, clock, redis_clock,
          [this](TaskId task, const std::vector<std::string>& keys) {
            writer_->Ask(task, keys);
          },
          [this](TaskId task, int64_t begun,
                 absl::StatusOr<ProbeOutcome> outcome) {
            OnRound(task, begun, std::move(outcome));
          }),
      state_(std::move(state)),
      self_doubt_(state_.inputs.health != nullptr && state_.doubts),
      references_(options_.references, &runner_) {
  VerdictWriterOptions writer;
  writer.checker = options_.id;
  writer.location = options_.store.location;
  writer.timeouts.connect = options_.store.connect_timeout;
  writer.timeouts.command = options_.store.command_timeout;
  const auto wake = [this] { wakeup_.Notify(); };
  writer_ = std::make_unique<VerdictWriter>(std::move(writer), clock_,
                                            redis_clock_, log_, wake);
  redis::StoreOptions store = options_.store;
  store.redis_clock = redis_clock_;
  feed_ = std::make_unique<CheckFeed>(std::move(store), state_.inputs, clock_,
                                      log_, wake);
}

Checker::~Checker() { Stop(); }

void Checker::Start() {
  doubt_adopted_ = state_.inputs.health != nullptr;
  for (const auto& [place, damping] : state_.dampings) {
    if (!damping.verdict()) continue;
    updates_.push_back(
        {place.first, place.second, redis::VerdictValue(*damping.verdict())});
  }
  if (state_.inputs.health != nullptr) Replan();
  writer_->Start();
  feed_->Start();
}

CheckerState Checker::Stop() {
  // Rounds that end later would change what another checker has by then.
  if (std::exchange(stopped_, true)) return {};
  feed_->Stop();
  runner_.Finish(clock_->Steady() + kLastProbes);
  Flush();
  writer_->Stop();
  state_.doubts = self_doubt_.reason() == DoubtReason::kManyAtOnce;
  return std::move(state_);
}

void Checker::Turn(int fd, Time until) {
  const Time now = clock_->Steady();
  Time wake = std::min({until, next_tick_, runner_.NextTime()});
  if (!updates_.empty()) wake = std::min(wake, last_flush_ + kFlushSpacing);
  pollfd waits[] = {
      {fd, POLLIN, 0}, {wakeup_.fd(), POLLIN, 0}, {runner_.fd(), POLLIN, 0}};
  const auto left = std::chrono::ceil<milliseconds>(wake - now).count();
  poll(waits, std::size(waits),
       static_cast<int>(std::clamp<int64_t>(left, 0, kTick.count())));

  if (wakeup_.Clear()) {
    if (std::optional<CheckInputs> inputs = feed_->Take()) {
      TakeInputs(*std::move(inputs));
    }
    for (const HeartbeatAnswer& answer : writer_->TakeAnswers()) {
      runner_.Heartbeat(answer.question, answer.is_alive);
    }
  }
  runner_.Turn();
  if (clock_->Steady() >= next_tick_) Tick();
  if (!updates_.empty() && clock_->Steady() >= last_flush_ + kFlushSpacing) {
    JudgeSelf();
    Flush();
  }
}

void Checker::TakeInputs(CheckInputs inputs) {
  if (inputs.health == nullptr) return;
  const bool same = SameChecks(inputs, state_.inputs);
  state_.inputs = std::move(inputs);
  if (!std::exchange(doubt_adopted_, true)) AdoptDoubt();
  if (!same) Replan();
}

void Checker::AdoptDoubt() {
  for (const redis::CheckerStatus& checker : state_.inputs.health->checkers) {
    if (checker.id == options_.id && checker.doubts_itself) {
      self_doubt_ = SelfDoubt(true);
    }
  }
}

void Checker::Replan() {
  std::map<std::string, PlannedCheck> plan =
      PlanChecks(state_.inputs.groups, *state_.inputs.health);
  for (auto task = task_by_key_.begin(); task != task_by_key_.end();) {
    if (plan.contains(task->first)) {
      ++task;
      continue;
    }
    runner_.Remove(task->second);
    checks_.erase(task->second);
    task = task_by_key_.erase(task);
  }
  for (auto& [key, planned] : plan) {
    const auto known = task_by_key_.find(key);
    if (known == task_by_key_.end()) {
      AddCheck(key, std::move(planned));
      continue;
    }
    Check& check = checks_.at(known->second);
    check.plan.uses = std::move(planned.uses);
    UseDampings(&check);
  }
  ForgetUnused();
  PlanReferences();
}

void Checker::AddCheck(const std::string& key, PlannedCheck plan) {
  const TaskId id = next_task_++;
  task_by_key_[key] = id;
  CheckTask task;
  task.family = plan.family;
  task.address = plan.address;
  task.check = plan.check;
  task.interval = plan.check.interval;
  if (plan.has_heartbeat()) task.heartbeat_keys = HeartbeatKeys(plan);
  Check& check = checks_[id];
  check.plan = std::move(plan);
  UseDampings(&check);
  runner_.Add(id, std::move(task));
}

void Checker::UseDampings(Check* check) {
  check->dampings.clear();
  for (const CheckUse& use : check->plan.uses) {
    check->dampings.push_back(DampingOf(use));
  }
}

AddressDamping* Checker::DampingOf(const CheckUse& use) {
  const Place place{use.group, use.address};
  const auto known = state_.dampings.find(place);
  if (known != state_.dampings.end()) return &known->second;
  for (const auto& [checker, verdicts] :
       state_.inputs.health->groups.at(use.group)->by_checker) {
    if (checker != options_.id) continue;
    const redis::AddressVerdict* const verdict =
        redis::FindVerdict(*verdicts, use.address);
    if (verdict == nullptr) break;
    updates_.push_back({use.group, use.address, redis::VerdictValue(*verdict)});
    return &state_.dampings.try_emplace(place, *verdict).first->second;
  }
  return &state_.dampings.try_emplace(place, use.address).first->second;
}

void Checker::ForgetUnused() {
  std::set<Place> used;
  for (const auto& [id, check] : checks_) {
    for (const CheckUse& use : check.plan.uses) {
      used.insert({use.group, use.address});
    }
  }
  for (auto damping = state_.dampings.begin();
       damping != state_.dampings.end();) {
    if (used.contains(damping->first)) {
      ++damping;
      continue;
    }
    updates_.push_back(
        {damping->first.first, damping->first.second, std::nullopt});
    damping = state_.dampings.erase(damping);
  }
}

void Checker::PlanReferences() {
  milliseconds interval = redis::CheckSettings().interval * 2;
  seconds timeout = redis::CheckSettings().timeout;
  for (const auto& [id, check] : checks_) {
    const redis::CheckSettings& settings = check.plan.check;
    interval = std::min<milliseconds>(interval, settings.interval);
    timeout = std::min(timeout, settings.timeout);
  }
  references_.Plan(interval, timeout, &next_task_);
}

void Checker::OnRound(TaskId task, int64_t begun,
                      absl::StatusOr<ProbeOutcome> outcome) {
  const auto found = checks_.find(task);
  if (found == checks_.end()) {
    references_.OnRound(task, begun, outcome);
    return;
  }
  Check& check = found->second;
  if (!outcome.ok()) {
    ++not_made_;
    if (std::exchange(check.is_hindered, true)) return;
    const CheckUse& use = check.plan.uses.front();
    limited_log_.Log(
        Severity::kWarning,
        absl::StrFormat("%s %s: not probed, so nothing is concluded: %s",
                        Printable(use.group, kMaxLine),
                        Printable(use.address, kMaxLine),
                        std::string(outcome.status().message())));
    return;
  }
  check.is_hindered = false;
  ++rounds_[static_cast<size_t>(outcome->reason)];
  const Doubt doubt = self_doubt_.doubts() ? Doubt::kYes : Doubt::kNo;
  for (size_t i = 0; i < check.dampings.size(); ++i) {
    AddressDamping& damping = *check.dampings[i];
    const CheckUse& use = check.plan.uses[i];
    const std::optional<redis::AddressVerdict> before = damping.verdict();
    if (damping.Note(*outcome, begun, use.limits, doubt)) {
      Publish(use, *damping.verdict(), before);
    }
  }
}

void Checker::Publish(const CheckUse& use, const redis::AddressVerdict& verdict,
                      const std::optional<redis::AddressVerdict>& before) {
  updates_.push_back({use.group, use.address, redis::VerdictValue(verdict)});
  if (before && before->verdict == verdict.verdict) return;
  VerdictEvent event;
  event.group = use.group;
  event.address = use.address;
  event.verdict = redis::ToText(verdict.verdict);
  if (before) event.before = redis::ToText(before->verdict);
  event.reason = redis::ToText(verdict.reason);
  event.text = verdict.text;
  const bool is_bad = verdict.verdict == redis::Verdict::kDown;
  std::string line =
      absl::StrFormat("%s %s: %s", Printable(use.group, kMaxLine),
                      Printable(use.address, kMaxLine), event.verdict);
  if (before) line += ", was " + event.before;
  if (verdict.verdict != redis::Verdict::kUp) {
    line += absl::StrFormat(": %s", ReasonWords(verdict.reason));
    if (!verdict.text.empty()) line += ": " + verdict.text;
  }
  if (verdict.flapping) line += " (flapping)";
  limited_log_.Log(is_bad ? Severity::kWarning : Severity::kInfo, line);
  events_.push_back(std::move(event));
}

void Checker::JudgeSelf() {
  probed_.clear();
  for (const auto& [id, check] : checks_) {
    const uint32_t fall = check.plan.uses.front().limits.fall;
    probed_.push_back({check.dampings.front()->failing_since(fall),
                       check.plan.window().count()});
  }
  self_doubt_.Judge(references_.size(), references_.failing(), probed_,
                    redis_clock_->UnixMillis());
  if (self_doubt_.reason() == told_doubt_) return;
  told_doubt_ = self_doubt_.reason();
  if (self_doubt_.doubts()) {
    log_(Severity::kError,
         "this checker doubts itself, and its verdicts do not count: " +
             DoubtWords());
  } else {
    log_(Severity::kInfo,
         "this checker does not doubt itself any more; its verdicts count");
  }
}

std::string Checker::DoubtWords() const {
  switch (self_doubt_.reason()) {
    case DoubtReason::kNone:
      return "";
    case DoubtReason::kReferences:
      return "its references cannot be reached: " + references_.FailingWords();
    case DoubtReason::kManyAtOnce:
      return absl::StrFormat(
          "%d of %d addresses went down at once, which is more likely to be "
          "the fault of its own network",
          self_doubt_.failing(), self_doubt_.compared());
  }
  return "";
}

void Checker::Flush() {
  last_flush_ = clock_->Steady();
  if (state_.inputs.health == nullptr) return;
  CheckerReport report;
  report.doubts = self_doubt_.doubts();
  report.why = DoubtWords();
  report.version = kVersion;
  report.host = options_.host;
  report.pid = getpid();
  report.started_unix_millis = started_unix_millis_;
  report.probes_per_second = probes_per_second_;
  report.lag_millis = lag_millis_;
  writer_->Tell(std::move(report), std::exchange(updates_, {}),
                std::exchange(events_, {}));
}

void Checker::Tick() {
  const Time now = clock_->Steady();
  const auto passed = std::max(kTick, std::chrono::duration_cast<milliseconds>(
                                          now - (next_tick_ - kTick)));
  const CheckRunner::Counts counts = runner_.TakeCounts();
  probes_ += counts.probes;
  probes_per_second_ = counts.probes * 1000 / passed.count();
  lag_millis_ = std::chrono::duration_cast<milliseconds>(counts.late).count();
  next_tick_ = now + kTick;
  JudgeSelf();
  Flush();
}

CheckerFacts Checker::Facts() const {
  CheckerFacts facts;
  facts.id = options_.id;
  facts.has_data = state_.inputs.health != nullptr;
  facts.writes = writer_->connected();
  if (self_doubt_.doubts()) {
    facts.doubt = "it doubts itself: " + DoubtWords();
  }
  CountVerdicts(state_.dampings, &facts);
  facts.probes = probes_;
  facts.rounds = rounds_;
  facts.not_made = not_made_;
  facts.started_unix_millis = started_unix_millis_;
  facts.probes_per_second = probes_per_second_;
  facts.lag_millis = lag_millis_;
  return facts;
}

}  // namespace groupring::backend
