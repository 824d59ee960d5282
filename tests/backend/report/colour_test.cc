#include "backend/report/colour.h"

#include <string>

#include "backend/report/group_report.h"
#include "backend/snapshot/snapshot_builder.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

constexpr int64_t kNow = 1'800'000'000'000;

GroupPage Groups() {
  DatasetText data;
  data.SetGroup("DISABLED", {"198.51.100.1"}, {"2001:db8::1"});
  data.SetGroup("empty", {"198.51.100.2"}, {"2001:db8::2"}, Disabled());
  data.Set("ftp.test", DatasetText::OnGroups({"DISABLED", "empty"}));
  redis::DatasetChange everything;
  everything.everything = true;
  const auto snapshot = SnapshotBuilder([](Severity, const std::string&) {
                        }).Apply(data.dataset(), everything, kNow);
  return ReportGroupPage(GroupDirectory(*snapshot, kNow), {});
}

TEST_CASE("states have colours; names that read like states have none") {
  CHECK(GroupListText(Groups(), Colours::kTerminal) ==
        "GROUP     STATE       A  AAAA  NAMES  WHY\n"
        "DISABLED  \033[32min service\033[0m  1  1         1  -\n"
        "empty     \033[1;31mDISABLED\033[0m    1  1         1  -\n");
}

TEST_CASE("without colours no text has an escape sequence") {
  CHECK(GroupListText(Groups()) ==
        "GROUP     STATE       A  AAAA  NAMES  WHY\n"
        "DISABLED  in service  1  1         1  -\n"
        "empty     DISABLED    1  1         1  -\n");
  CHECK(Painted("out", Tone::kOut, Colours::kNone) == "out");
  CHECK(Painted("", Tone::kOut, Colours::kTerminal).empty());
}

}  // namespace
}  // namespace groupring::backend
