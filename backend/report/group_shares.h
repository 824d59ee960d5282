// What part of the client space, and of the questions, each group answers.
#ifndef GROUPRING_BACKEND_REPORT_GROUP_SHARES_H_
#define GROUPRING_BACKEND_REPORT_GROUP_SHARES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "backend/snapshot/snapshot.h"
#include "redis/model/group_load.h"
#include "redis/model/measured.h"

namespace groupring::backend {

// On the rings of a group.
struct Extent {
  double least = 1;
  double most = 0;

  void Add(double ratio);
};

struct GroupShares {
  std::optional<Extent> clients;              // exact
  std::optional<Extent> questions;            // nothing: none have been counted
  std::optional<redis::GroupLoad> load = {};  // nothing: nobody says
};

// Shares are counted on at most this many rings, because each takes about ten
// milliseconds.
inline constexpr size_t kMaxReportedRings = 8;

// By group; only loads when there are too many rings. `measured` may be null.
std::map<std::string, GroupShares> CountShares(const Snapshot& snapshot,
                                               int64_t unix_millis,
                                               const redis::Measured* measured);

// "33.3%", "20.0%-33.3%"; "" for nothing.
std::string ExtentText(const std::optional<Extent>& extent);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_GROUP_SHARES_H_
