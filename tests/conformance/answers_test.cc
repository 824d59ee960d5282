// The rules for answers, over every transport and protocol.
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/conformance/stage.h"
#include "tests/support/catch.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

constexpr int kSubnets = 40;
constexpr const char* kName = "files.example.org";

TEMPLATE_TEST_CASE(
    "a dynamic name, asked ANY, has both families of one group, asked one type "
    "has that",
    "", EVERY_DRIVER) {
  Stage<TestType> stage;
  std::set<std::string> groups;
  for (int i = 0; i < kSubnets; ++i) {
    for (const std::string& subnet : {Subnet4(i), Subnet6(i)}) {
      const std::string group = GroupIn(stage.Ask(subnet, kName));
      groups.insert(group);
      const std::pair<const char*, std::vector<const char*>> questions[] = {
          {"ANY", {"A", "AAAA"}},
          {"A", {"A"}},
          {"AAAA", {"AAAA"}},
          {"any", {"A", "AAAA"}},
          {"aaaa", {"AAAA"}}};
      for (const auto& [type, families] : questions) {
        const BackendReply reply = stage.Ask(subnet, kName, type);
        INFO(type << " for " << subnet << ", of " << group);
        REQUIRE(reply.records.size() == families.size());
        for (const char* family : families) {
          CHECK(GroupIn(reply, family) == group);
        }
        for (const BackendRecord& record : reply.records) {
          CHECK(record.name == kName);
          CHECK(record.ttl_seconds == 60);
          CHECK(record.scope_mask ==
                Stage<TestType>::Scope(subnet == Subnet4(i) ? 24 : 48));
        }
      }
    }
  }
  CHECK(groups == std::set<std::string>{"alpha", "bravo", "charlie"});
}

TEMPLATE_TEST_CASE("a disabled group's clients get their next group", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage;
  std::map<std::string, std::string> before;
  for (int i = 0; i < kSubnets; ++i) {
    before[Subnet4(i)] = GroupIn(stage.Ask(Subnet4(i), kName));
  }
  stage.redis().Run("HSET bravo:STATE state disabled");
  std::set<std::string> instead;
  for (const auto& [subnet, group] : before) {
    BackendReply reply = stage.Ask(subnet, kName);
    if (group == "bravo") {
      CHECK(WaitUntil([&, subnet = subnet] {
        reply = stage.Ask(subnet, kName);
        return GroupIn(reply) != "bravo";
      }));
      instead.insert(GroupIn(reply));
    } else {
      CHECK(GroupIn(reply) == group);
    }
    CHECK(GroupIn(reply, "AAAA") == GroupIn(reply, "A"));
    for (const BackendRecord& record : reply.records) {
      CHECK(record.scope_mask == Stage<TestType>::Scope(24));
    }
  }
  CHECK(instead == std::set<std::string>{"alpha", "charlie"});
  stage.redis().Run("DEL bravo:STATE");
  for (const auto& [subnet, group] : before) {
    CHECK(WaitUntil([&, subnet = subnet, group = group] {
      return GroupIn(stage.Ask(subnet, kName)) == group;
    }));
  }
}

TEMPLATE_TEST_CASE("a group without a family: that one from the next group", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage("DEL alpha:AAAA");
  int of_alpha = 0;
  for (int i = 0; i < kSubnets; ++i) {
    const BackendReply reply = stage.Ask(Subnet4(i), kName);
    const std::string group = GroupIn(reply, "A");
    INFO(Subnet4(i) << " is on " << group);
    if (group == "alpha") {
      ++of_alpha;
      CHECK((GroupIn(reply, "AAAA") == "bravo" ||
             GroupIn(reply, "AAAA") == "charlie"));
    } else {
      CHECK(GroupIn(reply, "AAAA") == group);
    }
  }
  CHECK(of_alpha > 0);
}

TEMPLATE_TEST_CASE("no group has any: the last known good addresses", "",
                   EVERY_DRIVER) {
  // The loss of every address there is would not be believed.
  Stage<TestType> stage(
      "SADD spare.example.org:GROUPS delta\nSADD delta:A 10.4.0.1");
  CHECK(stage.Ask(Subnet4(1), kName).records.size() == 2);
  // The TTL, changed last, shows that the rest has arrived.
  stage.redis().Run(
      "DEL alpha:A alpha:AAAA bravo:A bravo:AAAA charlie:A charlie:AAAA\n"
      "HSET files.example.org:CONFIG TTL 61");
  const bool arrived = WaitUntil([&] {
    const BackendReply reply = stage.Ask(Subnet4(1), kName);
    REQUIRE(reply.records.size() == 2);
    CHECK_FALSE(GroupIn(reply, "A").empty());
    CHECK_FALSE(GroupIn(reply, "AAAA").empty());
    CHECK(reply.records[0].scope_mask == Stage<TestType>::Scope(24));
    return reply.records[0].ttl_seconds == 61;
  });
  CHECK(arrived);
}

TEMPLATE_TEST_CASE("no group has any: an error, where ON_EMPTY is servfail", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage(
      "HSET files.example.org:CONFIG ON_EMPTY servfail\n"
      "HSET alpha:STATE state disabled\nHSET bravo:STATE state disabled\n"
      "HSET charlie:STATE state disabled");
  // The connection breaks on some transports: a client that asks again makes a
  // new one, so the rest is asked first.
  CHECK(GroupIn(stage.Ask(Subnet4(1), "upload.example.org")).size() > 0);
  const BackendReply reply = stage.Ask(Subnet4(1), kName);
  CHECK(reply.error);
  CHECK(reply.records.empty());
}

TEMPLATE_TEST_CASE(
    "no group has any: no records for anybody, where ON_EMPTY is nodata", "",
    EVERY_DRIVER) {
  Stage<TestType> stage(
      "HSET files.example.org:CONFIG ON_EMPTY nodata\n"
      "HSET alpha:STATE state disabled\nHSET bravo:STATE state disabled\n"
      "HSET charlie:STATE state disabled");
  for (int i = 0; i < 5; ++i) {
    for (const std::string& subnet : {Subnet4(i), Subnet6(i)}) {
      const BackendReply any = stage.Ask(subnet, kName);
      CHECK_FALSE(any.error);
      REQUIRE(any.records.size() == 1);
      CHECK(any.records[0].type == TestType::kAbilities.empty_type);
      CHECK(any.records[0].scope_mask == 0);
      const BackendReply a = stage.Ask(subnet, kName, "A");
      CHECK_FALSE(a.error);
      CHECK(a.records.empty());
    }
  }
  stage.redis().Run("DEL bravo:STATE");
  for (int i = 0; i < 5; ++i) {
    CHECK(WaitUntil(
        [&] { return GroupIn(stage.Ask(Subnet4(i), kName)) == "bravo"; }));
  }
}

TEMPLATE_TEST_CASE("SOA, NS and static records hold for everybody", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage;
  const BackendReply apex = stage.Ask(Subnet4(1), "example.org");
  REQUIRE(apex.Content("SOA").size() == 1);
  CHECK(apex.Content("SOA")[0].find(" 3600 600 604800 60") !=
        std::string::npos);
  CHECK(apex.Content("NS").size() == 2);
  CHECK(apex.Content("MX").size() == 1);
  const BackendReply www = stage.Ask(Subnet4(1), "www.example.org");
  CHECK(www.Content("A") == std::vector<std::string>{"192.0.2.80"});
  for (const BackendReply& reply : {apex, www}) {
    for (const BackendRecord& record : reply.records) {
      CHECK(record.scope_mask == 0);
    }
  }
  for (const char* type : {"SOA", "soa", "NS"}) {
    const BackendReply reply = stage.Ask(Subnet4(1), "example.org", type);
    INFO(type);
    CHECK_FALSE(reply.nothing);
    for (const BackendRecord& record : reply.records) {
      CHECK(record.scope_mask == 0);
      CHECK((record.type == "SOA" || record.type == "NS"));
    }
  }
}

TEMPLATE_TEST_CASE("an apex that is a dynamic name has both", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage;
  const BackendReply reply = stage.Ask(Subnet4(1), "example.net");
  CHECK(reply.Content("SOA").size() == 1);
  CHECK(reply.Content("NS").size() == 1);
  CHECK(GroupIn(reply) == GroupIn(stage.Ask(Subnet4(1), kName)));
  for (const BackendRecord& record : reply.records) {
    const bool address = record.type == "A" || record.type == "AAAA";
    CHECK(record.scope_mask == (address ? Stage<TestType>::Scope(24) : 0));
  }
}

TEMPLATE_TEST_CASE("an unknown name in a zone: truthfully nothing", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage;
  for (const char* name :
       {"nosuch.example.org", "below.files.example.org", "*.example.org",
        "xfiles.example.org", "example.com", "org"}) {
    for (const char* type : {"ANY", "A", "SOA", "NS"}) {
      const BackendReply reply = stage.Ask(Subnet4(1), name, type);
      INFO(name << " " << type);
      CHECK_FALSE(reply.error);
      CHECK(reply.nothing);
    }
  }
}

TEMPLATE_TEST_CASE("NS or SOA asked at a dynamic name: truthfully nothing", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage;
  for (const char* type : {"NS", "SOA", "TXT", "MX"}) {
    const BackendReply reply = stage.Ask(Subnet4(1), kName, type);
    INFO(type);
    CHECK_FALSE(reply.error);
    CHECK(reply.nothing);
  }
}

TEMPLATE_TEST_CASE("an empty non-terminal exists without data", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage;
  for (const char* name : {"eu.west.example.org", "west.example.org"}) {
    const BackendReply reply = stage.Ask(Subnet4(1), name);
    INFO(name);
    REQUIRE(reply.records.size() == 1);
    CHECK(reply.records[0].name == name);
    CHECK(reply.records[0].scope_mask == 0);
    // The pipe protocol has no such thing; an empty text is used instead.
    CHECK(reply.records[0].type == TestType::kAbilities.empty_type);
    CHECK(stage.Ask(Subnet4(1), name, "NS").nothing);
  }
}

TEMPLATE_TEST_CASE("a name whose zone is in another backend is answered", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage("SADD ftp.eu.elsewhere.test:GROUPS alpha bravo");
  Lookup lookup = Stage<TestType>::From(Subnet4(1), "ftp.eu.elsewhere.test");
  lookup.zone_id = 7;  // of the other backend
  const BackendReply reply = stage.client().Ask(lookup);
  CHECK(GroupIn(reply, "A") == GroupIn(reply, "AAAA"));
  REQUIRE(reply.records.size() == 2);
  CHECK(reply.records[0].domain_id == 7);
  const BackendReply above = stage.Ask(Subnet4(1), "eu.elsewhere.test");
  CHECK(above.records.size() == 1);
  CHECK(above.Content("A").empty());
  CHECK(stage.Ask(Subnet4(1), "elsewhere.test", "SOA").nothing);
}

TEMPLATE_TEST_CASE("names are found in any case and answered as asked", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage;
  const std::string group = GroupIn(stage.Ask(Subnet4(1), kName));
  for (const char* name : {"FILES.EXAMPLE.ORG", "fIlEs.eXaMpLe.OrG"}) {
    const BackendReply reply = stage.Ask(Subnet4(1), name);
    CHECK(GroupIn(reply) == group);
    for (const BackendRecord& record : reply.records) {
      CHECK(record.name == name);
    }
  }
  CHECK(stage.Ask(Subnet4(1), "Example.ORG", "SOA").records.size() == 1);
}

TEMPLATE_TEST_CASE("a subnet of prefix 0 goes by the resolver's address", "",
                   EVERY_DRIVER) {
  // Without subnets in the protocol everything goes by it.
  Stage<TestType> stage;
  for (int i = 0; i < kSubnets; ++i) {
    const std::string resolver4 = "198.51." + std::to_string(i) + ".53";
    const std::string resolver6 = "2001:db8:" + std::to_string(i) + "::53";
    const BackendReply reply4 = stage.client().Ask(
        {.name = kName, .remote = resolver4, .real_remote = "0.0.0.0/0"});
    CHECK(GroupIn(reply4) == GroupIn(stage.Ask(Subnet4(i), kName)));
    const BackendReply reply6 = stage.client().Ask(
        {.name = kName, .remote = resolver6, .real_remote = "::/0"});
    CHECK(GroupIn(reply6) == GroupIn(stage.Ask(Subnet6(i), kName)));
    REQUIRE(reply4.records.size() == 2);
    REQUIRE(reply6.records.size() == 2);
    CHECK(reply4.records[0].scope_mask == Stage<TestType>::Scope(24));
    CHECK(reply6.records[0].scope_mask == Stage<TestType>::Scope(48));
  }
}

TEMPLATE_TEST_CASE("a subnet shorter than 24 or 48: its bits, the rest zero",
                   "", EVERY_DRIVER) {
  if constexpr (TestType::kAbilities.subnet) {
    Stage<TestType> stage;
    for (const auto& [shorter, same_as] :
         {std::pair("198.51.0.0/16", "198.51.0.0/24"),
          std::pair("198.51.96.0/20", "198.51.96.0/24"),
          std::pair("203.0.0.0/8", "203.0.0.0/24"),
          std::pair("2001:db8::/32", "2001:db8::/48"),
          std::pair("2001:db8:ff00::/40", "2001:db8:ff00::/48")}) {
      INFO(shorter);
      const BackendReply reply = stage.Ask(shorter, kName);
      CHECK(GroupIn(reply) == GroupIn(stage.Ask(same_as, kName)));
      REQUIRE(reply.records.size() == 2);
      CHECK(reply.records[0].scope_mask ==
            (std::string(shorter).find(':') == std::string::npos ? 24 : 48));
    }
  } else {
    SUCCEED("the protocol has no subnets");
  }
}

TEMPLATE_TEST_CASE("longer subnets and hosts go by their /24 or /48", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage;
  for (int i = 0; i < kSubnets; ++i) {
    const std::string group4 = GroupIn(stage.Ask(Subnet4(i), kName));
    const std::string group6 = GroupIn(stage.Ask(Subnet6(i), kName));
    const std::string network4 = "198.51." + std::to_string(i);
    const std::string network6 = "2001:db8:" + std::to_string(i);
    CHECK(GroupIn(stage.Ask(network4 + ".255/32", kName)) == group4);
    CHECK(GroupIn(stage.Ask(network4 + ".64/26", kName)) == group4);
    CHECK(GroupIn(stage.Ask(network6 + ":ff00::/56", kName)) == group6);
    CHECK(GroupIn(stage.Ask(network6 + ":1:2:3:4:5/128", kName)) == group6);
  }
}

TEMPLATE_TEST_CASE("an IPv4-mapped address counts as IPv4", "", EVERY_DRIVER) {
  Stage<TestType> stage;
  for (int i = 0; i < kSubnets; ++i) {
    const std::string host = "198.51." + std::to_string(i) + ".9";
    const BackendReply reply = stage.Ask("::ffff:" + host + "/128", kName);
    CHECK(GroupIn(reply) == GroupIn(stage.Ask(Subnet4(i), kName)));
    REQUIRE(reply.records.size() == 2);
    // 24 bits of it, behind the 96 that make it a mapped one.
    CHECK(reply.records[0].scope_mask == Stage<TestType>::Scope(96 + 24));
  }
}

TEMPLATE_TEST_CASE("PowerDNS itself, as 0.0.0.0, sees the union of the types",
                   "", EVERY_DRIVER) {
  // No group has both.
  Stage<TestType> stage("DEL alpha:AAAA bravo:A charlie:AAAA");
  const Lookup internal{
      .name = kName, .remote = "0.0.0.0", .real_remote = "0.0.0.0/0"};
  const BackendReply reply = stage.client().Ask(internal);
  CHECK(reply.Content("A").size() == 1);
  CHECK(reply.Content("AAAA").size() == 1);
  for (int i = 0; i < 10; ++i) {
    const BackendReply again = stage.client().Ask(internal);
    CHECK(again.Content("A") == reply.Content("A"));
    CHECK(again.Content("AAAA") == reply.Content("AAAA"));
  }
}

TEMPLATE_TEST_CASE("nothing loaded yet: an error, never an empty answer", "",
                   EVERY_DRIVER) {
  RedisServer redis;
  redis.Run(SampleData(false));
  redis.Stop();
  TestType driver(redis.url(), false);
  const BackendReply reply =
      driver.client().Ask({.name = kName, .real_remote = Subnet4(1)});
  CHECK(reply.error);
  CHECK_FALSE(reply.nothing);
}

TEMPLATE_TEST_CASE("answers go on while Redis is away", "", EVERY_DRIVER) {
  Stage<TestType> stage;
  std::map<std::string, std::string> before;
  for (int i = 0; i < kSubnets; ++i) {
    before[Subnet4(i)] = GroupIn(stage.Ask(Subnet4(i), kName));
  }
  stage.redis().process().Stop(SIGKILL);
  for (const auto& [subnet, group] : before) {
    // More than the draws that were made in advance.
    for (int i = 0; i < 20; ++i) {
      CHECK(GroupIn(stage.Ask(subnet, kName)) == group);
    }
  }
}

}  // namespace
}  // namespace groupring::testing
