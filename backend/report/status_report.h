// The state of one node and of everything that it serves.
#ifndef GROUPRING_BACKEND_REPORT_STATUS_REPORT_H_
#define GROUPRING_BACKEND_REPORT_STATUS_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backend/report/weight_course.h"
#include "backend/snapshot/snapshot.h"
#include "redis/base/diagnostic.h"
#include "redis/model/availability.h"
#include "redis/model/data_returned.h"
#include "redis/model/feed_counts.h"
#include "redis/model/node_status.h"

namespace groupring::backend {

// What a node knows of itself besides its snapshot.
struct NodeFacts {
  std::string version;
  bool redis_connected = false;
  bool redis_loaded = false;  // since the start
  // Whether what Redis holds looks like a loss of data and is not used; since
  // when, and how many names Redis holds.
  bool doubting = false;
  int64_t doubting_since_unix_millis = 0;
  int64_t doubted_names = 0;
  redis::DataReturned returned;              // of what was known
  bool tracking = true;                      // Redis announces changes
  bool tracking_overflows = false;           // it cannot: its table is full
  bool announces_all_writes = false;         // every write: its table is full
  int64_t redis_silent_millis = 0;           // since the last reply of Redis
  int64_t redis_heard_unix_millis = 0;       // the last reply; 0: never
  int64_t redis_live_since_unix_millis = 0;  // of the last full load
  redis::FeedCounts feed;                    // of this process
  // Values in Redis that could not be read or make no sense now, the first
  // ones: "<key>: <what is wrong>"; and how many keys have any.
  std::vector<std::string> complaints;
  size_t keys_complained_of = 0;
  // Of the last good data on disk (nothing: there is none), and why it could
  // not be saved last.
  std::optional<int64_t> saved_generation;
  std::string state_trouble;
  // When the data on disk was saved; nothing: there is none that is known.
  std::optional<int64_t> saved_unix_millis;
  // Says that health is from the state file, from before the start; empty: it
  // is not, or it withholds nothing.
  std::string health_trouble;
  // Why PowerDNS cannot reach a socket that is to be listened on; empty: it
  // can, as far as is known.
  std::string listen_trouble;
  // By how much the host's wall clock is ahead of Redis' time; nothing while
  // that is not known.
  std::optional<int64_t> clock_offset_millis;
  // Redis refused to tell its time.
  bool clock_refused = false;
};

// A host's clock that is off by more than this is reported.
inline constexpr int64_t kClockOffMillis = 2000;

// "the clock of this host is 600.0 s behind Redis' time"; the offset is that of
// NodeFacts.
std::string ClockOffText(int64_t offset_millis);

// What a node answers from.
struct AnswersFrom {
  redis::DataOrigin origin = redis::DataOrigin::kHeld;
  int64_t since_unix_millis = 0;  // 0: not known
  // What the node does while it doubts, in words; empty otherwise.
  std::string doubt;
};
AnswersFrom AnswersFromOf(const NodeFacts& facts);

// "what Redis held at 2026-10-07T13:12:03Z, 40 s ago".
std::string AnswersWords(const NodeFacts& facts);

struct StatusReport {
  NodeFacts facts;
  size_t zones = 0;
  size_t names = 0;  // dynamic ones
  size_t groups = 0;
  uint64_t generation = 0;       // of the snapshot, in this process
  int64_t redis_generation = 0;  // of the last command that was applied
  int64_t snapshot_age_millis = 0;
  std::vector<std::string> out;        // OutWords and DisabledWords, by group
  std::vector<RunningCourse> courses;  // of weights
  Diagnostics problems;
  // Of these lists, how many there would be without a limit.
  size_t out_total = 0;
  size_t problems_total = 0;
};

// How many names that are not answered from what is in service are listed one
// by one, unless more are asked for.
inline constexpr size_t kUsualProblemNames = 20;

// `limit`: of what is out, and of the problems of groups; `problem_names`: of
// names that are not answered from what is in service.
StatusReport ReportStatus(const Snapshot& snapshot, const NodeFacts& facts,
                          int64_t unix_millis, size_t limit = SIZE_MAX,
                          size_t problem_names = kUsualProblemNames);

// "g1 has no addresses; SADD g1:A …": a problem and its advice, if there is
// one, as one sentence.
std::string ProblemText(const Diagnostic& problem);

std::string StatusText(const StatusReport& status);
std::string StatusJson(const StatusReport& status);

// The body of `/readyz` of a node that is ready: "ok", and what is wrong all
// the same.
std::string ReadyText(const Snapshot& snapshot, const NodeFacts& facts,
                      int64_t unix_millis);

// Why a node is not ready to answer; empty when it is. `snapshot` may be null.
std::vector<std::string> NotReady(const Snapshot* snapshot,
                                  const NodeFacts& facts);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_STATUS_REPORT_H_
