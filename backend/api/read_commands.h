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
#include "redis/model/traffic.h"

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
  kNames,  // of the lists: one name a line
  kCsv,    // of kStats
};

struct ReadRequest {
  ReadKind kind = ReadKind::kStatus;
  std::vector<std::string> operands;  // as the kind takes them
  ReadFormat format = ReadFormat::kText;
  Colours colours = Colours::kNone;
  // Of a list of groups or names, or of the names of a group: those behind
  // `after`. Of every list, so many at most: `limit` if that is asked for.
  std::string after{};
  std::optional<size_t> limit{};
  size_t usual_limit = SIZE_MAX;
  // A list that would be longer ends before, and any other answer is refused.
  size_t max_bytes = SIZE_MAX;

  size_t Limit() const { return limit.value_or(usual_limit); }
};

// What a node answers with: of each list so many unless another limit is asked
// for; the highest that may be; and the size of one answer unless settings say
// otherwise.
inline constexpr size_t kUsualLimit = 1000;
inline constexpr size_t kMostListed = 10000;
inline constexpr size_t kUsualTop = 20;
inline constexpr size_t kMostBytes = size_t{4} << 20;

// kInvalidArgument: no number from 1 to kMostListed.
absl::StatusOr<size_t> ParseLimit(std::string_view text);

// Whether `after` means something.
bool IsPaged(ReadKind kind);

// What a node that answers queries knows besides its data. The functions are
// empty where the data were read from Redis.
struct NodeKnowledge {
  // Those that have asked it most: so many of them at most.
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
  // Of a node that answers queries; null: the data were read from Redis.
  const NodeFacts* facts = nullptr;
  // All that the snapshot is made of, where it is known: then groups that are
  // on no ring are known, too.
  const redis::Dataset* dataset = nullptr;
  // What nodes have counted, where it is known.
  const redis::TrafficProfile* traffic = nullptr;
  // Of a group's rings, how many are counted at most. Each takes some ten
  // milliseconds.
  size_t counted_rings = 1;
  NodeKnowledge node = {};
};

// The answer, ending in a newline. kInvalidArgument: what an operand should
// be. kNotFound: what does not exist, and the nearest that does.
// kResourceExhausted: it would be longer than it may be.
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
