#include "backend/checker/verdict_writer.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/base/printable.h"
#include "redis/base/status_macros.h"
#include "redis/connection/error_reply.h"
#include "redis/connection/server_finder.h"
#include "redis/connection/server_time.h"
#include "redis/schema/keys.h"

namespace groupring::backend {
namespace {

using redis::RedisCommand;
using redis::Reply;
using std::chrono::milliseconds;

constexpr milliseconds kBackoffMin{100};
// However much there is to tell.
constexpr milliseconds kMinSpacing{20};
constexpr size_t kMaxEvents = 10'000;
// Of changes, events and replies at a time.
constexpr size_t kBatch = 1000;
// The report that a checker doubts itself must not expire while the checker
// counts as alive.
constexpr milliseconds kReportLife{60'000};

std::string Text(int64_t number) { return std::to_string(number); }

std::vector<std::string_view> Views(const RedisCommand& command) {
  return {command.begin(), command.end()};
}

// Replies to commands that only read.
absl::StatusOr<Reply> ReadReply(redis::Connection* connection) {
  ASSIGN_OR_RETURN(Reply reply, connection->Read());
  if (reply.is_error()) return redis::StatusOfErrorReply(reply.text);
  return reply;
}

RedisCommand EventCommand(const std::string& checker,
                          const VerdictEvent& event) {
  return {"XADD",    std::string(redis::kHealthLogKey),
          "MAXLEN",  "~",
          "10000",   "*",
          "checker", checker,
          "group",   event.group,
          "address", event.address,
          "verdict", event.verdict,
          "before",  event.before,
          "reason",  event.reason,
          "text",    event.text};
}

}  // namespace

VerdictWriter::VerdictWriter(VerdictWriterOptions options, const Clock* clock,
                             RedisClock* redis_clock, LogSink log,
                             std::function<void()> wake)
    : options_(std::move(options)),
      clock_(clock),
      redis_clock_(redis_clock),
      log_(std::move(log)),
      wake_(std::move(wake)),
      board_(options_.checker) {}

void VerdictWriter::Start() {
  thread_.Start([this] { Run(); });
}
void VerdictWriter::Stop() { thread_.Stop(); }

void VerdictWriter::Tell(CheckerReport report,
                         std::vector<VerdictUpdate> updates,
                         std::vector<VerdictEvent> events) {
  const MutexLock lock(&mutex_);
  const bool urgent = !updates.empty() || !told_report_ ||
                      told_report_->doubts != report.doubts;
  told_report_ = std::move(report);
  told_updates_.insert(told_updates_.end(),
                       std::make_move_iterator(updates.begin()),
                       std::make_move_iterator(updates.end()));
  told_events_.insert(told_events_.end(),
                      std::make_move_iterator(events.begin()),
                      std::make_move_iterator(events.end()));
  if (urgent) thread_.Wake();
}

void VerdictWriter::Ask(uint64_t question, std::vector<std::string> keys) {
  const MutexLock lock(&mutex_);
  questions_.push_back({question, std::move(keys)});
  thread_.Wake();
}

std::vector<HeartbeatAnswer> VerdictWriter::TakeAnswers() {
  const MutexLock lock(&mutex_);
  return std::exchange(answers_, {});
}

void VerdictWriter::TakeTold() {
  const MutexLock lock(&mutex_);
  report_ = told_report_;
  for (const VerdictUpdate& update : told_updates_) {
    board_.Set(update.group, update.address, update.verdict);
  }
  told_updates_.clear();
  for (VerdictEvent& event : told_events_) events_.push_back(std::move(event));
  told_events_.clear();
  while (events_.size() > kMaxEvents) events_.pop_front();
}

bool VerdictWriter::HasNews() {
  if (!events_.empty() || !board_.Differences(1).empty()) return true;
  const MutexLock lock(&mutex_);
  return !told_updates_.empty() || !questions_.empty() ||
         (told_report_ && report_ && told_report_->doubts != report_->doubts);
}

void VerdictWriter::Run() {
  milliseconds backoff = kBackoffMin;
  while (!thread_.stopping()) {
    const absl::Status status = Turn();
    const auto now = clock_->Steady();
    connected_ = status.ok();
    Say(status);
    if (status.ok()) {
      last_written_ = clock_->UnixMillis();
      backoff = kBackoffMin;
      thread_.SleepUntil(now + kMinSpacing, *clock_);
      if (!HasNews()) thread_.WaitUntil(now + options_.interval, *clock_);
      continue;
    }
    if (redis::IsConnectionLost(status)) connection_.reset();
    {
      const MutexLock lock(&mutex_);
      questions_.clear();
    }
    thread_.SleepUntil(now + backoff, *clock_);
    backoff = std::min(2 * backoff, options_.backoff_max);
  }
  // The last changes; what else there is to say is no matter.
  if (connection_ != nullptr && connected_) {
    TakeTold();
    Write().IgnoreError();
  }
  connection_.reset();
}

absl::Status VerdictWriter::Connect() {
  redis::ServerSearch search;
  search.must_be_master = true;
  ASSIGN_OR_RETURN(
      redis::FoundServer server,
      redis::FindServer(options_.location, search, options_.timeouts));
  connection_ = std::move(server.connection);
  next_compare_ = clock_->Steady();
  return absl::OkStatus();
}

absl::Status VerdictWriter::Turn() {
  TakeTold();
  if (connection_ == nullptr) RETURN_IF_ERROR(Connect());
  RETURN_IF_ERROR(AnswerQuestions());
  const absl::Status asked =
      redis::AskTime(TimeSource::kMaster, connection_.get(), redis_clock_);
  // Without the right to ask, it goes by its host's time.
  if (redis::IsConnectionLost(asked)) return asked;
  if (!report_) return absl::OkStatus();
  RETURN_IF_ERROR(LookForTwin(*report_));
  if (clock_->Steady() >= next_compare_) RETURN_IF_ERROR(Compare());
  return Write();
}

absl::Status VerdictWriter::AnswerQuestions() {
  std::vector<Question> questions;
  {
    const MutexLock lock(&mutex_);
    questions = std::exchange(questions_, {});
  }
  if (questions.empty()) return absl::OkStatus();
  std::vector<HeartbeatAnswer> answers;
  for (size_t begin = 0; begin < questions.size(); begin += kBatch) {
    const size_t end = std::min(questions.size(), begin + kBatch);
    for (size_t i = begin; i < end; ++i) {
      std::vector<std::string_view> words{"EXISTS"};
      words.insert(words.end(), questions[i].keys.begin(),
                   questions[i].keys.end());
      connection_->Append(words);
    }
    absl::Status refused;
    for (size_t i = begin; i < end; ++i) {
      ASSIGN_OR_RETURN(const Reply reply, connection_->Read());
      if (reply.is_error()) {
        refused = redis::StatusOfErrorReply(reply.text);
        continue;
      }
      answers.push_back({questions[i].id, reply.integer > 0});
    }
    RETURN_IF_ERROR(refused);
  }
  {
    const MutexLock lock(&mutex_);
    answers_.insert(answers_.end(), answers.begin(), answers.end());
  }
  wake_();
  return absl::OkStatus();
}

// Another process that writes the same keys: both would undo what the other
// says.
absl::Status VerdictWriter::LookForTwin(const CheckerReport& report) {
  connection_->Append(
      {"HGETALL", std::string(redis::kCheckerKeyPrefix) + options_.checker});
  ASSIGN_OR_RETURN(const Reply reply, ReadReply(connection_.get()));
  std::string host;
  std::string pid;
  std::string started;
  for (size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
    const std::string& field = reply.elements[i].text;
    const std::string& value = reply.elements[i + 1].text;
    if (field == "host") host = value;
    if (field == "pid") pid = value;
    if (field == "started") started = value;
  }
  // What stands there before the first report is of the process before.
  const bool is_other = has_reported_ && !started.empty() &&
                        (host != report.host || pid != Text(report.pid) ||
                         started != Text(report.started_unix_millis));
  if (is_other && !has_twin_) {
    log_(Severity::kError,
         absl::StrFormat(
             "another checker calls itself %s, too (on %s, process %s): each "
             "undoes what the other says; give one of them another [checker] "
             "id",
             options_.checker, Printable(host, kMaxLine),
             Printable(pid, kMaxLine)));
  }
  has_twin_ = is_other;
  return absl::OkStatus();
}

absl::Status VerdictWriter::FindForgottenGroups(std::set<std::string>* groups) {
  const std::string pattern = redis::VerdictsKey(options_.checker, "*");
  std::string cursor = "0";
  do {
    connection_->Append({"SCAN", cursor, "MATCH", pattern, "COUNT", "1000"});
    ASSIGN_OR_RETURN(const Reply reply, ReadReply(connection_.get()));
    if (reply.elements.size() != 2) {
      return absl::InternalError("the reply to SCAN makes no sense");
    }
    cursor = reply.elements[0].text;
    for (const Reply& key : reply.elements[1].elements) {
      const auto owner = redis::ParseVerdictsKey(key.text);
      if (owner && owner->checker == options_.checker) {
        groups->insert(std::string(owner->group));
      }
    }
  } while (cursor != "0");
  return absl::OkStatus();
}

absl::Status VerdictWriter::Compare() {
  std::set<std::string> groups = board_.Groups();
  if (!compared_) RETURN_IF_ERROR(FindForgottenGroups(&groups));
  const std::vector<std::string> all(groups.begin(), groups.end());
  for (size_t begin = 0; begin < all.size(); begin += kBatch) {
    const size_t end = std::min(all.size(), begin + kBatch);
    for (size_t i = begin; i < end; ++i) {
      connection_->Append(
          {"HGETALL", redis::VerdictsKey(options_.checker, all[i])});
    }
    absl::Status refused;
    for (size_t i = begin; i < end; ++i) {
      ASSIGN_OR_RETURN(Reply reply, connection_->Read());
      if (reply.is_error()) {
        const absl::Status status = redis::StatusOfErrorReply(reply.text);
        // A key of the wrong type: writing to it says so.
        if (!absl::IsInvalidArgument(status)) refused = status;
        continue;
      }
      VerdictBoard::GroupVerdictTexts found;
      for (size_t field = 0; field + 1 < reply.elements.size(); field += 2) {
        found[std::move(reply.elements[field].text)] =
            std::move(reply.elements[field + 1].text);
      }
      board_.Found(all[i], std::move(found));
    }
    RETURN_IF_ERROR(refused);
  }
  compared_ = true;
  next_compare_ = clock_->Steady() + options_.compare_interval;
  return absl::OkStatus();
}

absl::Status VerdictWriter::Write() {
  if (!report_) return absl::OkStatus();
  const std::string key =
      std::string(redis::kCheckerKeyPrefix) + options_.checker;
  // First, so that nobody reads a verdict without the doubt that goes with it.
  std::vector<RedisCommand> commands = {
      {"HSET", key, "doubts", report_->doubts ? "yes" : "no", "why",
       report_->why, "version", report_->version, "host", report_->host, "pid",
       Text(report_->pid), "started", Text(report_->started_unix_millis),
       "probes_per_second", Text(report_->probes_per_second), "lag_ms",
       Text(report_->lag_millis)},
      {"PEXPIRE", key, Text(kReportLife.count())},
      {"ZADD", std::string(redis::kCheckersKey),
       Text(redis_clock_->UnixMillis()), options_.checker}};
  // What stands there is not known before it was compared.
  const std::vector<VerdictBoard::Change> changes =
      compared_ ? board_.Differences(kBatch)
                : std::vector<VerdictBoard::Change>();
  for (RedisCommand& command : board_.CommandsOf(changes)) {
    commands.push_back(std::move(command));
  }
  const size_t events = std::min(events_.size(), kBatch);
  for (size_t i = 0; i < events; ++i) {
    commands.push_back(EventCommand(options_.checker, events_[i]));
  }

  connection_->Append({"MULTI"});
  for (const RedisCommand& command : commands) {
    connection_->Append(Views(command));
  }
  connection_->Append({"EXEC"});
  bool executed = false;
  absl::Status refused;
  const auto note = [&](const Reply& reply) {
    if (refused.ok() && reply.is_error()) {
      refused = redis::StatusOfWriteError(reply.text);
    }
  };
  for (size_t i = 0; i < commands.size() + 2; ++i) {
    ASSIGN_OR_RETURN(const Reply reply, connection_->Read());
    note(reply);
    for (const Reply& result : reply.elements) note(result);
    executed = reply.type == Reply::Type::kArray;
  }
  if (!executed) {
    return refused.ok()
               ? absl::InternalError("Redis did not execute the writes")
               : refused;
  }
  // A command that failed alone is made again after the next comparison.
  has_reported_ = true;
  board_.Wrote(changes);
  events_.erase(events_.begin(),
                events_.begin() + static_cast<std::ptrdiff_t>(events));
  return refused;
}

// Each kind of trouble once, until all is well again.
void VerdictWriter::Say(const absl::Status& status) {
  if (status.ok()) {
    if (!troubles_.empty()) {
      log_(Severity::kInfo, "verdicts are written to Redis again");
    }
    troubles_.clear();
    return;
  }
  if (!troubles_.insert(status.code()).second) return;
  log_(Severity::kWarning,
       absl::StrFormat("verdicts cannot be written to Redis; probing goes on, "
                       "and they are written when it is possible again: %s",
                       std::string(status.message())));
}

}  // namespace groupring::backend
