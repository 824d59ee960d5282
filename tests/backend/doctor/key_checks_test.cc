#include "backend/doctor/key_checks.h"

#include <string>
#include <utility>
#include <vector>

#include "redis/schema/keys.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

Diagnostics See(const std::vector<std::string>& keys) {
  DatasetText data;
  data.Set("example.org", DatasetText::Apex());
  data.Set("ftp.example.org", DatasetText::OnGroups({"g1", "g 2", "Px"}));
  for (const char* group : {"g1", "g 2", "Px"}) data.SetGroup(group, {}, {});
  KeyChecks checks(data.dataset());
  for (const std::string& key : keys) checks.See(key);
  return checks.Findings();
}

TEST_CASE("keys that are nearly right are told with the key that was meant") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"g1:state", "g1:STATE"},
      {"g1:State", "g1:STATE"},
      {"g1:a", "g1:A"},
      {"g1:aaaa", "g1:AAAA"},
      {"g1:STATES", "g1:STATE"},
      {"g1:STATE\r", "g1:STATE"},
      {" g1:STATE", "g1:STATE"},
      {"g1 :STATE", "g1:STATE"},
      {"\xef\xbb\xbfg1:STATE", "g1:STATE"},
      {"g1\xc2\xa0:STATE", "g1:STATE"},
      {"g1\xe2\x80\x8b:A", "g1:A"},
      {"G1:STATE", "g1:STATE"},
      {"px:A", "Px:A"},
      {"g 2:state", "g 2:STATE"},
      {"ftp.example.org:config", "ftp.example.org:CONFIG"},
      {"ftp.example.org:CONFG", "ftp.example.org:CONFIG"},
      {"ftp.example.org:WEIGHT", "ftp.example.org:WEIGHTS"},
      {"ftp.example.org:a:skiplist", "ftp.example.org:A:SKIPLIST"},
      {"FTP.example.org:WEIGHTS", "ftp.example.org:WEIGHTS"},
      // Of names that are not there yet.
      {"new.example.org:groups", "new.example.org:GROUPS"},
      {"new.example.org:GROUPS ", "new.example.org:GROUPS"},
      {"New.example.org:Config", "new.example.org:CONFIG"},
  };
  for (const auto& [key, meant] : cases) {
    CAPTURE(key);
    const Diagnostics found = See({key});
    REQUIRE(found.size() == 1);
    CHECK(found[0].code == DiagnosticCode::kNearlyRightKey);
    CHECK(found[0].severity == Severity::kWarning);
    CHECK(found[0].advice == "RENAME it to \"" + meant + "\", or DEL it");
  }
}

TEST_CASE("right keys and those of other applications are passed over") {
  for (const std::string key :
       {"g1:STATE", "g1:A", "g 2:AAAA", "Px:STATE", "ftp.example.org:GROUPS",
        "ftp.example.org:A:SKIPLIST", "example.org:CONFIG",
        // Also one of a name that has just been added.
        "new.example.org:GROUPS",
        // Those who look for names complain of these.
        "New.example.org:CONFIG", "new.example.org.:GROUPS",
        // No group and no name of these is known.
        "session:state", "user:1:a", "cache:A", "app:config", "app:groups",
        "groupring:generation", "groupring:node:ns1:0011", "g1", "", ":",
        ":STATE", "g1:", "g1:b", "g1:statistics", "g1:ABC"}) {
    CAPTURE(key);
    CHECK(See({key}).empty());
  }
}

TEST_CASE("names that DNS cannot ask for are told") {
  for (const std::string& owner :
       {std::string("a..example.org"), std::string(64, 'x') + ".example.org",
        std::string("a b.example.org")}) {
    CAPTURE(owner);
    const Diagnostics found = See({owner + ":GROUPS"});
    REQUIRE(found.size() == 1);
  }
  CHECK(See({"a..example.org:CONFIG"})[0].code ==
        DiagnosticCode::kUnaskableName);
}

TEST_CASE("a weight of a group that is not on the name is told") {
  DatasetText data;
  data.Set("ftp.example.org", DatasetText::OnGroups({"g1"}));
  KeyChecks checks(data.dataset());
  const std::string key = "ftp.example.org:WEIGHTS";
  checks.See(key);
  checks.See("other.example.org:WEIGHTS");
  REQUIRE(checks.weights_keys() == std::vector<std::string>{key});
  // Beside weights there are fields of a change over time.
  checks.SeeWeights(key, {"g1", std::string(redis::kCourseStartField)});
  CHECK(checks.Findings().empty());
  checks.SeeWeights(key, {"g1", "g2"});
  REQUIRE(checks.Findings().size() == 1);
  const Diagnostic found = checks.Findings()[0];
  CHECK(found.code == DiagnosticCode::kWeightWithoutGroup);
  CHECK(found.subject == key);
  CHECK(found.advice ==
        "SADD ftp.example.org:GROUPS \"g2\", or HDEL ftp.example.org:WEIGHTS "
        "\"g2\"");
}

TEST_CASE("many keys that are nearly right are listed up to a limit") {
  std::vector<std::string> keys;
  for (int i = 0; i < 70; ++i) {
    keys.push_back("n" + std::to_string(i) + ".example.org:groups");
  }
  const Diagnostics found = See(keys);
  REQUIRE(found.size() == KeyChecks::kMaxListed + 1);
  CHECK(found.back().message == "20 more keys are nearly right");
}

}  // namespace
}  // namespace groupring::backend
