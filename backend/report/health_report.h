// What checkers say, and what name servers conclude from it.
#ifndef GROUPRING_BACKEND_REPORT_HEALTH_REPORT_H_
#define GROUPRING_BACKEND_REPORT_HEALTH_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "backend/report/colour.h"
#include "redis/model/dataset.h"
#include "redis/model/health.h"

namespace groupring::backend {

// All of one time. The pointers outlive the call.
struct HealthView {
  const redis::Dataset* dataset = nullptr;
  const redis::HealthData* data = nullptr;
  const redis::HealthConclusions* conclusions = nullptr;
  int64_t unix_millis = 0;
  // RestoredHealthText if health is from before the start; otherwise empty.
  std::string restored = {};
};

enum class HealthTroubleKind {
  kNoChecker,      // there never was one
  kStale,          // none lives, the last verdicts count
  kExpired,        // none lives, nothing counts
  kCheckerSilent,  // `checker`
  kCheckerDoubts,  // `checker` doubts itself
  kPanic,          // health is ignored for some names
};

// "no_checker", "checker_silent": as programs read it.
std::string_view ToText(HealthTroubleKind kind);

struct HealthTrouble {
  HealthTroubleKind kind = HealthTroubleKind::kNoChecker;
  std::string checker = {};
  std::string text = {};  // a sentence
};

// What is wrong with health as a whole. Empty where nothing is checked.
std::vector<HealthTrouble> HealthTroubles(const HealthView& view);

// "health is as it was at 2026-10-07T13:12:03Z, 40 s ago: …"; "" when that
// withholds nothing.
std::string RestoredHealthText(const redis::HealthConclusions& conclusions,
                               int64_t concluded_unix_millis,
                               int64_t now_unix_millis);

// The checkers, and how many addresses of each group are up.
std::string HealthListText(const HealthView& view, Colours colours);
// The groups behind `after`, at most `limit` of them. If there are more, `next`
// has the `after` of the next page, and `total` is the number of all groups.
std::string HealthListJson(const HealthView& view,
                           const std::string& after = "",
                           size_t limit = std::numeric_limits<size_t>::max());

// The addresses of one group: what was concluded, by which votes, since when
// and why. REQUIRES: the dataset has the group.
std::string HealthGroupText(const HealthView& view, const std::string& group,
                            Colours colours);
// `most` addresses; where there are more, `addresses_total` says how many.
std::string HealthGroupJson(const HealthView& view, const std::string& group,
                            size_t most = std::numeric_limits<size_t>::max());

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_HEALTH_REPORT_H_
