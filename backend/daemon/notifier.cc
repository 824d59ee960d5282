#include "backend/daemon/notifier.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/handover/memory_file.h"
#include "redis/base/errno_status.h"
#include "redis/base/status_macros.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kInterval{1000};

// Variables that are for this process only.
constexpr std::string_view kNotInherited[] = {"LISTEN_", "NOTIFY_", "WATCHDOG_",
                                              "GROUPRING_"};

std::vector<char*> Environment() {
  std::vector<char*> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (std::none_of(std::begin(kNotInherited), std::end(kNotInherited),
                     [&](std::string_view prefix) {
                       return text.starts_with(prefix);
                     })) {
      all.push_back(*entry);
    }
  }
  all.push_back(nullptr);
  return all;
}

}  // namespace

Notifier::Notifier(Settings::Notify settings, std::string node,
                   const Engine* engine, const Clock* clock, LogSink log)
    : settings_(std::move(settings)),
      node_(std::move(node)),
      engine_(engine),
      clock_(clock),
      log_(std::move(log)) {}

void Notifier::Start() {
  if (settings_.command.empty()) return;
  thread_.Start([this] { Run(); });
}

void Notifier::Stop() {
  thread_.Stop();
  const MutexLock lock(&mutex_);
  if (running_ != 0 && !ended_) kill(-running_, SIGKILL);
  running_ = 0;
}

void Notifier::ChildEnded(pid_t child, int status) {
  const MutexLock lock(&mutex_);
  if (child != running_) return;
  ended_ = status;
  thread_.Wake();
}

void Notifier::Run() {
  TimePoint next_look{};
  while (!thread_.stopping()) {
    if (clock_->Steady() >= next_look) {
      Look();
      next_look = clock_->Steady() + kInterval;
    }
    SeeToRunning();
    TellNext();
    TimePoint until = next_look;
    {
      const MutexLock lock(&mutex_);
      if (running_ != 0 && !overdue_) until = std::min(until, deadline_);
    }
    thread_.WaitUntil(until, *clock_);
  }
}

void Notifier::Look() {
  const std::shared_ptr<const Snapshot> snapshot = engine_->snapshots().Take();
  if (snapshot == nullptr) return;
  const int64_t now = clock_->UnixMillis();
  ServiceView view = ViewForEvents(*snapshot, *engine_->CurrentHealth(),
                                   engine_->Facts(), now);
  if (before_) {
    for (ServiceEvent& event : EventsBetween(*before_, view)) {
      if (waiting_.size() < kMostWaiting) {
        waiting_.push_back({std::move(event), now});
      } else {
        ++left_out_;
      }
    }
  }
  before_ = std::move(view);
}

void Notifier::TellNext() {
  if (waiting_.empty()) return;
  const TimePoint now = clock_->Steady();
  if (now >= minute_ + std::chrono::minutes(1)) {
    minute_ = now;
    this_minute_ = 0;
  }
  if (this_minute_ >= settings_.per_minute) return;
  // While this is held, no end of the child can be missed.
  const MutexLock lock(&mutex_);
  if (running_ != 0) return;
  const Waiting next = std::move(waiting_.front());
  waiting_.pop_front();
  ++this_minute_;
  const absl::StatusOr<pid_t> child =
      Spawn(EventJson(next.event, node_, next.unix_millis, left_out_));
  if (!child.ok()) {
    log_(Severity::kWarning,
         "[notify] command: " + std::string(child.status().message()));
    return;
  }
  left_out_ = 0;
  running_ = *child;
  ended_.reset();
  overdue_ = false;
  deadline_ = now + std::chrono::seconds(settings_.timeout_seconds);
}

void Notifier::SeeToRunning() {
  const MutexLock lock(&mutex_);
  if (running_ == 0) return;
  if (!ended_) {
    if (overdue_ || clock_->Steady() < deadline_) return;
    overdue_ = true;
    log_(Severity::kWarning,
         absl::StrFormat("[notify] command: %s takes longer than %d s: killed",
                         settings_.command[0], settings_.timeout_seconds));
    kill(-running_, SIGKILL);
    return;
  }
  if (!overdue_ && *ended_ != 0) {
    log_(Severity::kWarning,
         absl::StrFormat(
             "[notify] command: %s %s %d", settings_.command[0],
             WIFSIGNALED(*ended_) ? "was ended by signal" : "ended with status",
             WIFSIGNALED(*ended_) ? WTERMSIG(*ended_) : WEXITSTATUS(*ended_)));
  }
  running_ = 0;
}

absl::StatusOr<pid_t> Notifier::Spawn(const std::string& json) const {
  // A file, so that whether it is read makes no difference to anybody.
  ASSIGN_OR_RETURN(const FileDescriptor input, MakeMemoryFile(json));
  if (lseek(input.get(), 0, SEEK_SET) != 0) {
    return ErrnoStatus(errno, "a file in memory");
  }
  std::vector<std::string> words = settings_.command;
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::vector<char*> environment = Environment();

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // This process blocks and ignores signals; the command has its own group, to
  // be ended as a whole.
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  sigset_t all;
  sigfillset(&all);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK |
                                            POSIX_SPAWN_SETSIGDEF |
                                            POSIX_SPAWN_SETPGROUP);
  pid_t child = 0;
  const int error = posix_spawn(&child, words[0].c_str(), &actions, &attributes,
                                argv.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return ErrnoStatus(error, absl::StrFormat("%s cannot be run", words[0]));
  }
  return child;
}

}  // namespace groupring::backend
