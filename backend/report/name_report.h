// Names as an operator sees them.
#ifndef GROUPRING_BACKEND_REPORT_NAME_REPORT_H_
#define GROUPRING_BACKEND_REPORT_NAME_REPORT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/report/colour.h"
#include "backend/report/list_part.h"
#include "backend/report/weight_course.h"
#include "backend/snapshot/snapshot.h"
#include "redis/model/availability.h"
#include "redis/model/dataset.h"
#include "redis/model/measured.h"
#include "redis/schema/name_condenser.h"

namespace groupring::backend {

class JsonListText;

struct NameGroup {
  std::string group;
  uint32_t weight = 0;
  std::optional<redis::Intent> intent;  // nothing: weight 0, on no ring
  // The weight that some clients still go by; 0: none do.
  uint32_t weight_before = 0;
  std::optional<double> share;      // of the client space, now; when asked for
  std::optional<double> questions;  // of those counted; nothing: none were
  std::optional<redis::GroupLoad> load = {};  // nothing: nobody says
};

struct NameReport {
  std::string name;
  std::string zone;  // "" outside every zone
  // Nothing: the apex of a zone at which nothing is answered dynamically; of
  // its config only the TTL is known.
  std::optional<redis::AnswerMode> mode;
  redis::NameConfig config;
  std::vector<redis::ConfigField> inherited;  // of config: those of the zone's
  int64_t unix_millis = 0;                    // as of then
  std::vector<NameGroup> groups;  // sorted by group, weight 0 included
  // While the weights change gradually.
  std::optional<RunningCourse> course;
  // Of names without groups; null at an apex of which nothing else is known.
  std::array<std::shared_ptr<const redis::AddressSet>, redis::kFamilies>
      addresses;
  // What the name and its zone's apex skip; likewise.
  std::array<std::shared_ptr<const redis::SkipList>, redis::kFamilies> skipped;
  // Of an apex, its static records; when asked for.
  const Zone* records_of = nullptr;
};

// A part of all names.
struct NamePage {
  const Snapshot* snapshot = nullptr;
  int64_t unix_millis = 0;
  std::vector<const Owner*> names;  // sorted
  size_t total = 0;                 // of all names
  std::string after;                // it begins behind this one; may be ""
  std::string next;  // what to ask after for the next page; "" on the last
  // Where one name stands for those that are alike; may be null. Outlives it.
  const redis::AlikeNames* alike = nullptr;
};

// Dynamic names and zones. The snapshot outlives the page, which takes memory
// for a pointer to each name.
NamePage ReportNames(const Snapshot& snapshot, int64_t unix_millis,
                     const ListPart& part = {});

// One of them (in any case), with the exact share of each group and the static
// records. Nothing when there is none.
// `measured` may be null.
std::optional<NameReport> ReportName(const Snapshot& snapshot,
                                     std::string_view name, int64_t unix_millis,
                                     const redis::Measured* measured = nullptr);

std::string NameListText(const NamePage& page,
                         Colours colours = Colours::kNone);
// So many groups, addresses and so on of each name at most. A page that would
// be longer than `max_bytes` ends before, unless one name is.
std::string NameListJson(NamePage page, size_t most_of_each = SIZE_MAX,
                         size_t max_bytes = SIZE_MAX);
// The JSON of a list of pages, written in pieces of bounded size as soon as
// they are there.
class NameListJsonParts {
 public:
  using Write = std::function<void(const std::string& text)>;

  explicit NameListJsonParts(Write write);
  ~NameListJsonParts();
  void Add(const NamePage& page);
  void End();

 private:
  const Write write_;
  const std::unique_ptr<JsonListText> text_;
};
std::string NameText(const NameReport& name, Colours colours = Colours::kNone,
                     size_t most_of_each = SIZE_MAX);
std::string NameJson(const NameReport& name, size_t most_of_each = SIZE_MAX);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_NAME_REPORT_H_
