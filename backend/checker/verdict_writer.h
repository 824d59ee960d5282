// Writes a checker's verdicts, events and signs of life to Redis, and asks
// Redis for the heartbeats of proxies.
#ifndef GROUPRING_BACKEND_CHECKER_VERDICT_WRITER_H_
#define GROUPRING_BACKEND_CHECKER_VERDICT_WRITER_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/checker/verdict_board.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/base/mutex.h"
#include "redis/base/redis_clock.h"
#include "redis/base/worker_thread.h"
#include "redis/connection/connection.h"
#include "redis/connection/location.h"

namespace groupring::backend {

// What a checker says of itself.
struct CheckerReport {
  bool doubts = false;
  std::string why;  // it doubts; else empty
  std::string version;
  std::string host;
  int64_t pid = 0;
  int64_t started_unix_millis = 0;
  int64_t probes_per_second = 0;
  int64_t lag_millis = 0;
};

// An entry of the log of health.
struct VerdictEvent {
  std::string group;
  std::string address;
  std::string verdict;
  std::string before;  // "": there was none
  std::string reason;
  std::string text;
};

struct VerdictUpdate {
  std::string group;
  std::string address;
  std::optional<std::string> verdict;  // its text; nothing: it has none
};

struct HeartbeatAnswer {
  uint64_t question = 0;
  bool is_alive = false;
};

struct VerdictWriterOptions {
  std::string checker;  // its id
  redis::Location location;
  redis::ConnectionTimeouts timeouts;
  std::chrono::milliseconds interval{1000};
  std::chrono::milliseconds backoff_max{1000};
  // How often what is in Redis is compared with what should.
  std::chrono::milliseconds compare_interval{15'000};
};

// A thread and a connection of its own. While Redis is away the latest verdicts
// and the newest 10,000 events are kept, and written when it is back.
class VerdictWriter {
 public:
  // The clocks outlive it; `redis_clock` is kept at the master's time. `wake`
  // is called on the writer's thread when there are answers.
  VerdictWriter(VerdictWriterOptions options, const Clock* clock,
                RedisClock* redis_clock, LogSink log,
                std::function<void()> wake);
  ~VerdictWriter() { Stop(); }

  void Start();
  // Writes what is left when Redis answers in time. Idempotent.
  void Stop();

  // The rest is for any thread, and never waits for Redis.

  // Queues a report, verdicts and events. Nothing is written before the first
  // call. What one call passes is written together.
  void Tell(CheckerReport report, std::vector<VerdictUpdate> updates,
            std::vector<VerdictEvent> events);

  // Whether one of the keys exists. While Redis is away there is no answer, and
  // the question is forgotten.
  void Ask(uint64_t question, std::vector<std::string> keys);
  std::vector<HeartbeatAnswer> TakeAnswers();

  bool connected() const { return connected_; }
  // By unix milliseconds of the host; 0: never.
  int64_t last_written_unix_millis() const { return last_written_; }

 private:
  struct Question {
    uint64_t id = 0;
    std::vector<std::string> keys;
  };

  void Run();
  absl::Status Turn();
  absl::Status Connect();
  absl::Status AnswerQuestions();
  absl::Status Compare();
  absl::Status FindForgottenGroups(std::set<std::string>* groups);
  absl::Status LookForTwin(const CheckerReport& report);
  absl::Status Write();
  void TakeTold();
  bool HasNews() ABSL_LOCKS_EXCLUDED(mutex_);
  void Say(const absl::Status& status);

  const VerdictWriterOptions options_;
  const Clock* const clock_;
  RedisClock* const redis_clock_;
  const LogSink log_;
  const std::function<void()> wake_;
  WorkerThread thread_{"verdict-writer"};
  std::atomic<bool> connected_{false};
  std::atomic<int64_t> last_written_{0};

  Mutex mutex_;
  std::optional<CheckerReport> told_report_ ABSL_GUARDED_BY(mutex_);
  std::vector<VerdictUpdate> told_updates_ ABSL_GUARDED_BY(mutex_);
  std::vector<VerdictEvent> told_events_ ABSL_GUARDED_BY(mutex_);
  std::vector<Question> questions_ ABSL_GUARDED_BY(mutex_);
  std::vector<HeartbeatAnswer> answers_ ABSL_GUARDED_BY(mutex_);

  // The thread's.
  std::unique_ptr<redis::Connection> connection_;
  std::optional<CheckerReport> report_;
  VerdictBoard board_;
  std::deque<VerdictEvent> events_;
  std::chrono::steady_clock::time_point next_compare_{};
  bool compared_ = false;  // since the start of the process
  bool has_reported_ = false;
  bool has_twin_ = false;
  std::set<absl::StatusCode> troubles_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHECKER_VERDICT_WRITER_H_
