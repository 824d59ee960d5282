// Commands where `[redis] schema` is "razor".
#include <string>

#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/process.h"

namespace groupring::testing {
namespace {

constexpr char kData[] =
    "HSET razor.test:CONFIG SOA \"ns1.example.net. h.example.net. 1 7200 900 "
    "1209600 300\" NS ns1.example.net TTL 300\n"
    "SADD www.razor.test:A 192.0.2.1 192.0.2.2\n"
    "SADD cdn.razor.test:A 198.51.100.7/24\n"
    "SADD razor.test:AAAA:SKIPLIST 2001:db8:1:2::5\n";

struct Razor : Operator {
  Razor() : Operator({}, "schema = \"razor\"\n") { redis().Run(kData); }

  // What redis-cli says.
  std::string Redis(const std::string& command) {
    return redis().Run(command + "\n");
  }
};

TEST_CASE("razor: commands show names and what they inherit") {
  Razor ana;
  ana.Type("name list");
  ana.Type("name show www.razor.test");
  ana.Type("name show cdn.razor.test --json");
  ana.Type("status");
  ana.Type("name set www.razor.test TTL=20");
  ana.Type("name set www.razor.test TTL=");
  ana.Type("group disable px-1 --reason 'kernel upgrade'");
  ana.Type("name set www.razor.test ANSWERS=2 --dry-run");
  ana.CheckTranscript("razor");
}

TEST_CASE("razor: addresses are written and removed as razor spells them") {
  Razor ana;
  CHECK(
      ana.Run("address remove cdn.razor.test 198.51.100.0/24 --force").status ==
      0);
  CHECK(Holds(ana.Redis("EXISTS cdn.razor.test:A"), "0"));

  CHECK(ana.Run("address add new.razor.test 192.0.2.9").status != 0);
  CHECK(ana.Run("address add new.razor.test 192.0.2.9 --create").status == 0);
  CHECK(Holds(ana.Redis("SMEMBERS new.razor.test:A"), "192.0.2.9"));
  CHECK(Holds(ana.Redis("EXISTS new.razor.test:CONFIG"), "0"));
  CHECK(Holds(ana.Run("name show new.razor.test").output, "TTL 300 s"));

  CHECK(ana.Run("name remove www.razor.test --force").status == 0);
  CHECK(Holds(ana.Redis("EXISTS www.razor.test:A"), "0"));
}

TEST_CASE("razor: a /64 is blocked and unblocked by an address of it") {
  Razor ana;
  CHECK(Holds(ana.Run("address block 2001:db8:1:2::9 --name razor.test").errors,
              "blocked at razor.test already"));
  CHECK(ana.Run("address unblock 2001:db8:1:2::9").status == 0);
  CHECK(Holds(ana.Redis("EXISTS razor.test:AAAA:SKIPLIST"), "0"));
}

TEST_CASE("razor: a name that is a group, too, is not removed") {
  Razor ana;
  ana.Redis("SADD ftp.razor.test:GROUPS www.razor.test");
  const auto before = ana.AllKeys();
  const CommandResult result = ana.Run("name remove www.razor.test --force");
  CHECK(result.status != 0);
  CHECK(Holds(result.errors, "www.razor.test is a group, too"));
  CHECK(ana.AllKeys() == before);
}

TEST_CASE("razor: a snapshot puts back what was the names' own") {
  Razor ana;
  ana.Redis("HSET own.razor.test:CONFIG TTL 60");
  ana.Redis("SADD own.razor.test:A 192.0.2.9");
  const std::string file = ana.settings().directory() / "saved";
  REQUIRE(ana.Run("snapshot export --redis " + file).status == 0);
  const auto keys = ana.AllKeys();
  ana.Redis("DEL www.razor.test:A own.razor.test:CONFIG own.razor.test:A");
  REQUIRE(ana.Run("snapshot restore --yes " + file).status == 0);
  const auto restored = ana.AllKeys();
  for (const char* key :
       {"www.razor.test:A", "own.razor.test:CONFIG", "own.razor.test:A"}) {
    CAPTURE(key);
    REQUIRE(restored.contains(key));
    CHECK(restored.at(key) == keys.at(key));
  }
  CHECK_FALSE(restored.contains("www.razor.test:CONFIG"));
}

TEST_CASE("razor: check-config says whose rules the data is read by") {
  Razor ana;
  CHECK(Holds(ana.Run("check-config").output,
              "its data is read by the rules of pdns-razor"));
}

}  // namespace
}  // namespace groupring::testing
