// What may be asked of the data, wherever it is asked: on the command line,
// through PowerDNS (`pdnsutil backend-cmd`) and over HTTP. Nothing here changes
// state.
#ifndef GROUPRING_BACKEND_API_READ_COMMANDS_H_
#define GROUPRING_BACKEND_API_READ_COMMANDS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/report/colour.h"
#include "backend/report/stats_report.h"
#include "backend/report/status_report.h"
#include "backend/report/top_report.h"
#include "backend/snapshot/snapshot.h"
#include "redis/model/dataset.h"
#include "redis/model/measured.h"

namespace groupring::backend {

class Engine;

enum class ReadKind {
  kStatus,       // of one node; needs ReadSource::facts
  kGroupList,    //
  kGroupShow,    // GROUP
  kNameList,     //
  kNameShow,     // NAME
  kAddressList,  // GROUP or NAME; needs ReadSource::dataset
  kExplain,      // NAME CLIENT [RESOLVER]
  kTop,          // [BY]; needs ReadSource::node
  kStats,        // needs ReadSource::facts and ReadSource::node
};

enum class ReadFormat {
  kText,   // for people
  kJson,   //
  kNames,  // of kGroupList: one group a line
  kCsv,    // of kStats
};

struct ReadRequest {
  ReadKind kind = ReadKind::kStatus;
  std::vector<std::string> operands;  // as the kind takes them
  ReadFormat format = ReadFormat::kText;
  Colours colours = Colours::kNone;
  // Lists of groups or names, and the names of one group, begin with the first
  // item behind `after`. Every list has at most Limit() items.
  std::string after{};
  std::optional<size_t> limit{};
  size_t usual_limit = SIZE_MAX;
  // A list is cut before it exceeds this; any other answer that would exceed it
  // is refused.
  size_t max_bytes = SIZE_MAX;

  size_t Limit() const { return limit.value_or(usual_limit); }
};

// Limits of a node's answers: items of a list unless the request has a limit,
// the highest limit that a request may have, items of `top` unless the request
// has a limit, and bytes of one answer unless the settings have another number.
inline constexpr size_t kUsualLimit = 1000;
inline constexpr size_t kMostListed = 10000;
inline constexpr size_t kUsualTop = 20;
inline constexpr size_t kMostBytes = size_t{4} << 20;

// kInvalidArgument: it is not a number from 1 to kMostListed.
absl::StatusOr<size_t> ParseLimit(std::string_view text);

// Whether `after` applies to this kind.
bool IsPaged(ReadKind kind);

// What a node that answers queries knows besides its data. The functions are
// empty where the data were read from Redis.
struct NodeKnowledge {
  // The clients that have asked it most, at most `limit` of them.
  std::function<TopReport(TopBy by, size_t limit)> top = nullptr;
  std::function<StatsReport(const Snapshot& snapshot, int64_t unix_millis)>
      stats = nullptr;
};

// That of the engine, which outlives it.
NodeKnowledge KnowledgeOf(const Engine& engine);

// What is read. The pointers outlive the call.
struct ReadSource {
  const Snapshot* snapshot = nullptr;
  int64_t unix_millis = 0;
  // The facts of the node that answers; null: the data was read from Redis.
  const NodeFacts* facts = nullptr;
  // The dataset that the snapshot was made from; may be null. With it, groups
  // that are on no ring are known as well.
  const redis::Dataset* dataset = nullptr;
  // What nodes have counted and how busy groups are, where it is known.
  const redis::Measured* measured = nullptr;
  // Of a group's questions, from which on one client is warned of.
  double heavy_share = 0.5;
  // On how many of a group's rings shares are counted at most. Each ring takes
  // about ten milliseconds.
  size_t counted_rings = 1;
  NodeKnowledge node = {};
};

// The answer, ending in a newline. kInvalidArgument: an operand is wrong; the
// message says what was expected. kNotFound: the message names what does not
// exist, and the nearest name that does. kResourceExhausted: the answer would
// exceed max_bytes.
absl::StatusOr<std::string> AnswerRead(const ReadRequest& request,
                                       const ReadSource& source);

// `status`, `group list`, `group show G`, `name list`, `name show N`,
// `explain NAME CLIENT [RESOLVER]`, `top [--by KIND]`, `stats`, each with
// `--json` and `--limit N`, lists with `--after ITEM`, and `stats` with
// `--csv`, anywhere; answered on a node. Anything else is answered with the
// list of them, and an error with its message.
std::string RunReadCommand(const Snapshot& snapshot, const NodeFacts& facts,
                           std::string_view command, int64_t unix_millis,
                           size_t max_bytes = kMostBytes,
                           const NodeKnowledge& node = {});

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_API_READ_COMMANDS_H_
