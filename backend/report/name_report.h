// Names as an operator sees them.
#ifndef GROUPRING_BACKEND_REPORT_NAME_REPORT_H_
#define GROUPRING_BACKEND_REPORT_NAME_REPORT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/report/colour.h"
#include "backend/snapshot/snapshot.h"
#include "redis/model/availability.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

struct NameGroup {
  std::string group;
  uint32_t weight = 0;
  std::optional<redis::Intent> intent;  // nothing: weight 0, on no ring
  std::optional<double> share;  // of the client space, now; when asked for
};

struct NameReport {
  std::string name;
  std::string zone;  // "" outside every zone
  // Nothing: the apex of a zone at which nothing is answered dynamically; of
  // its config only the TTL is known.
  std::optional<redis::AnswerMode> mode;
  redis::NameConfig config;
  std::vector<NameGroup> groups;  // sorted by group, weight 0 included
  // Of names without groups.
  std::array<std::vector<std::string>, redis::kFamilies> addresses;
  // What the name and its zone's apex skip, as prefixes.
  std::array<std::vector<std::string>, redis::kFamilies> skipped;
  std::vector<StaticRecord> records;  // of an apex; when asked for
};

// A part of all names.
struct NamePage {
  std::vector<NameReport> names;  // sorted, without shares and records
  size_t total = 0;               // of all names
  std::string next;  // what to ask after for the next page; "" on the last
};

// Dynamic names and zones behind `after` in their order, `limit` at most. Takes
// memory for these alone.
NamePage ReportNames(const Snapshot& snapshot, int64_t unix_millis,
                     std::string_view after = {}, size_t limit = SIZE_MAX);

// One of them (in any case), with the exact share of each group and the static
// records. Nothing when there is none.
std::optional<NameReport> ReportName(const Snapshot& snapshot,
                                     std::string_view name,
                                     int64_t unix_millis);

std::string NameListText(const NamePage& page,
                         Colours colours = Colours::kNone);
std::string NameListJson(const NamePage& page);
std::string NameText(const NameReport& name, Colours colours = Colours::kNone);
std::string NameJson(const NameReport& name);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_NAME_REPORT_H_
