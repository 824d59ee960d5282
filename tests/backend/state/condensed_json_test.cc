#include "backend/state/condensed_json.h"

#include <string>
#include <vector>

#include "backend/state/state_file.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

redis::CondensedNames Sample() {
  DatasetText data;
  data.Set("example.org", DatasetText::Apex());
  auto name = DatasetText::OnGroups({"g1", "g 2"});
  name.config.ttl_seconds = 7;
  name.skip_a = {"192.0.2.0/24"};
  data.Set("ftp.example.org", name);
  redis::CondensedNames condensed;
  for (const auto& [text, named] : data.dataset().names) {
    condensed.names.push_back(named);
  }
  condensed.alike["ftp.example.org"] = 999'999;
  condensed.complaints.push_back({"a:GROUPS", "is \"odd\"\n"});
  condensed.instance = "0123456789abcdef";
  return condensed;
}

TEST_CASE("condensed names are read back as they were written") {
  const redis::CondensedNames before = Sample();
  const auto after = CondensedFromText(CondensedToText(before));
  REQUIRE(after.ok());
  CHECK(after->alike == before.alike);
  CHECK(after->complaints == before.complaints);
  CHECK(after->instance == before.instance);
  REQUIRE(after->names.size() == 2);
  for (const auto& name : after->names) {
    for (const auto& was : before.names) {
      if (was->name != name->name) continue;
      CHECK(name->config == was->config);
      CHECK(*name->groups == *was->groups);
      CHECK(*name->skip[0] == *was->skip[0]);
    }
  }
}

TEST_CASE("what is no text of condensed names is an error") {
  const std::string text = CondensedToText(Sample());
  const std::string usage = "groupring answers here: status | group list\n";
  const std::vector<std::string> texts = {std::string(),
                                          usage,
                                          usage + usage,
                                          text.substr(0, text.find('\n')),
                                          text.substr(0, text.size() - 2),
                                          "{}\n{}",
                                          "[]\n" + text};
  for (const std::string& wrong : texts) {
    CAPTURE(wrong);
    CHECK(absl::IsDataLoss(CondensedFromText(wrong).status()));
  }
  std::string later = text;
  const std::string format = "\"format\":" + std::to_string(kStateFormat);
  REQUIRE(later.find(format) != std::string::npos);
  later.replace(later.find(format), format.size(), "\"format\":999");
  CHECK(absl::IsUnimplemented(CondensedFromText(later).status()));
}

}  // namespace
}  // namespace groupring::backend
