// Those that ask most, as an operator sees them.
#ifndef GROUPRING_BACKEND_REPORT_TOP_REPORT_H_
#define GROUPRING_BACKEND_REPORT_TOP_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/report/colour.h"
#include "backend/resolver/who_asks.h"

namespace groupring::backend {

// "resolver", "subnet", "name", "group"; nothing for another word.
std::string_view ToText(TopBy by);
std::optional<TopBy> ParseTopBy(std::string_view text);

inline constexpr TopBy kAllTopBy[] = {TopBy::kResolver, TopBy::kSubnet,
                                      TopBy::kName, TopBy::kGroup};

struct TopReport {
  TopBy by = TopBy::kResolver;
  Asked asked;
  std::vector<std::string> groups;  // by number
};

// Of processes that tell the same: the sum of their questions. How many
// networks are behind a resolver is the most that one of them has seen.
TopReport MergeTops(TopBy by, const std::vector<TopReport>& reports);

std::string TopText(const TopReport& report, Colours colours = Colours::kNone);
// For programs; ../api/README.md is its page.
std::string TopJson(const TopReport& report);

// TopJson on one line, for Redis; and what ParseTop reads of it.
// kInvalidArgument: it is no such report.
std::string TopLine(const TopReport& report);
absl::StatusOr<TopReport> ParseTop(const std::string& json);

// What the processes of a node have told in Redis.
struct NodeTop {
  std::string node;
  std::vector<TopReport> processes;
  int64_t told_unix_millis = 0;  // the oldest of these; 0: there is none
};
// The first `limit` of all, behind a line on who has told it. `unix_millis` is
// the time now.
std::string NodeTopText(const NodeTop& top, TopBy by, size_t limit,
                        int64_t unix_millis, Colours colours = Colours::kNone);
std::string NodeTopJson(const NodeTop& top, TopBy by, size_t limit,
                        int64_t unix_millis);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_TOP_REPORT_H_
