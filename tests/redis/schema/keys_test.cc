#include "redis/schema/keys.h"

#include <fnmatch.h>

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

TEST_CASE("each key parses into what it was made of") {
  for (KeyKind kind : {KeyKind::kConfig, KeyKind::kGroups, KeyKind::kWeights,
                       KeyKind::kState, KeyKind::kCheck, KeyKind::kDisabled,
                       KeyKind::kMembers, KeyKind::kSkipList}) {
    for (Family family : {Family::kA, Family::kAaaa}) {
      const bool has_family =
          kind == KeyKind::kMembers || kind == KeyKind::kSkipList;
      if (family == Family::kAaaa && !has_family) continue;
      const std::string key = MakeKey("some:owner", kind, family);
      INFO(key);
      const auto parsed = ParseKey(key);
      REQUIRE(parsed);
      CHECK(parsed->kind == kind);
      CHECK(parsed->family == family);
      CHECK(parsed->owner == "some:owner");
    }
  }
  CHECK(MakeKey("n", KeyKind::kSkipList, Family::kAaaa) == "n:AAAA:SKIPLIST");
}

TEST_CASE("other applications' keys are not ours") {
  for (const char* key : {"", ":A", ":CONFIG", "x", "x:B", "x:AAA", "x:config",
                          "x:SKIPLIST", "CONFIG", "x:A:"}) {
    INFO(key);
    CHECK_FALSE(ParseKey(key));
  }
}

TEST_CASE("the discovery pattern finds the keys that make a name") {
  const std::string pattern(kDiscoveryPattern);
  const auto matches = [&](const std::string& key) {
    return fnmatch(pattern.c_str(), key.c_str(), 0) == 0;
  };
  CHECK(matches(MakeKey("ftp.example.com", KeyKind::kConfig)));
  CHECK(matches(MakeKey("ftp.example.com", KeyKind::kGroups)));
  for (const char* key : {"ftp.example.com:WEIGHTS", "g:A", "g:AAAA", "g:STATE",
                          "ftp.example.com:A:SKIPLIST", "user:1"}) {
    INFO(key);
    CHECK_FALSE(matches(key));
  }
}

TEST_CASE("only names in stored form are names") {
  const std::string label63(63, 'a');
  const std::string longest =
      label63 + "." + label63 + "." + label63 + "." + std::string(61, 'a');
  REQUIRE(longest.size() == 253);
  for (const std::string& name :
       {std::string("com"), std::string("ftp.example.com"),
        std::string("_x-1.example.com"), std::string("*.example.com"), label63,
        longest}) {
    INFO(name);
    CHECK(FormOfName(name) == NameForm::kStored);
  }
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".com"),
        std::string("a..b"), std::string("a.b.."), std::string("a b"),
        std::string("user:1"), std::string("caf\xc3\xa9"), label63 + "a",
        longest + "a", std::string("a\n")}) {
    INFO(name);
    CHECK(FormOfName(name) == NameForm::kNoName);
  }
  CHECK(FormOfName("Ftp.example.com") == NameForm::kUpperCase);
  CHECK(FormOfName("Ftp.example.com.") == NameForm::kUpperCase);
  CHECK(FormOfName("ftp.example.com.") == NameForm::kTrailingDot);
}

}  // namespace
}  // namespace groupring::redis
