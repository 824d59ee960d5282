// What can be written to Redis, and what it does to answers.
#include <set>
#include <string>

#include "tests/conformance/stage.h"
#include "tests/support/catch.h"

namespace groupring::testing {
namespace {

TEMPLATE_TEST_CASE("data laid out for pdns-razor works as it is", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage(
      "HSET cdn.test:CONFIG SOA \"ns1.cdn.test. hostmaster.cdn.test. "
      "2024010101 3600 600 604800 60\" NS ns1.cdn.test,ns2.cdn.test TTL 30 "
      "ANSWER group_consistent_hash\n"
      "SADD cdn.test:GROUPS GROUP1 GROUP2\n"
      "SADD GROUP1:A 192.0.2.1 192.0.2.2\nSADD GROUP1:AAAA 2001:db8:1::1\n"
      "SADD GROUP2:A 192.0.2.129\nSADD GROUP2:AAAA 2001:db8:2::1");
  std::set<std::string> aaaa;
  for (int i = 0; i < 60; ++i) {
    const BackendReply reply = stage.Ask(Subnet4(i), "cdn.test");
    REQUIRE(reply.Content("A").size() == 1);
    REQUIRE(reply.Content("AAAA").size() == 1);
    const bool second = reply.Content("A")[0] == "192.0.2.129";
    CHECK(reply.Content("AAAA")[0] ==
          (second ? "2001:db8:2::1" : "2001:db8:1::1"));
    CHECK(reply.Content("NS").size() == 2);
    for (const BackendRecord& record : reply.records) {
      CHECK(record.ttl_seconds == 30);
    }
    aaaa.insert(reply.Content("AAAA")[0]);
  }
  // razor put every IPv4 client on the first of two groups.
  CHECK(aaaa.size() == 2);
}

TEMPLATE_TEST_CASE("a name with addresses of its own answers one at random", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage(
      "HSET any.example.org:CONFIG ANSWER random\n"
      "SADD any.example.org:A 192.0.2.1 192.0.2.2 192.0.2.3\n"
      "SADD any.example.org:AAAA 2001:db8::1");
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const BackendReply reply = stage.Ask(Subnet4(1), "any.example.org");
    REQUIRE(reply.Content("A").size() == 1);
    CHECK(reply.Content("AAAA") == std::vector<std::string>{"2001:db8::1"});
    CHECK(reply.records[0].scope_mask == Stage<TestType>::Scope(24));
    seen.insert(reply.Content("A")[0]);
  }
  CHECK(seen.size() == 3);
}

TEMPLATE_TEST_CASE("consistent_hash keeps a client on one address", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage(
      "HSET one.example.org:CONFIG ANSWER consistent_hash\n"
      "SADD one.example.org:A 192.0.2.1 192.0.2.2 192.0.2.3");
  std::set<std::string> seen;
  for (int i = 0; i < 60; ++i) {
    const auto address = stage.Ask(Subnet4(i), "one.example.org").Content("A");
    REQUIRE(address.size() == 1);
    seen.insert(address[0]);
    for (int again = 0; again < 5; ++again) {
      CHECK(stage.Ask(Subnet4(i), "one.example.org").Content("A") == address);
    }
  }
  CHECK(seen.size() == 3);
}

TEMPLATE_TEST_CASE("ANSWERS gives that many distinct addresses", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage("HSET files.example.org:CONFIG ANSWERS 2");
  for (int i = 0; i < 40; ++i) {
    const BackendReply reply = stage.Ask(Subnet4(i), "files.example.org");
    for (const char* type : {"A", "AAAA"}) {
      const auto addresses = reply.Content(type);
      REQUIRE(addresses.size() == 2);
      CHECK(addresses[0] != addresses[1]);
      CHECK(GroupOf(addresses[0]) == GroupOf(addresses[1]));
    }
  }
}

TEMPLATE_TEST_CASE("a range answers random hosts of it, but for skipped ones",
                   "", EVERY_DRIVER) {
  Stage<TestType> stage(
      "HSET range.example.org:CONFIG TTL 60\n"
      "SADD range.example.org:A 192.0.2.0/29\n"
      "SADD range.example.org:A:SKIPLIST 192.0.2.0/30 192.0.2.6\n"
      "SADD example.org:A:SKIPLIST 192.0.2.7");
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const auto address =
        stage.Ask(Subnet4(1), "range.example.org").Content("A");
    REQUIRE(address.size() == 1);
    seen.insert(address[0]);
  }
  CHECK(seen == std::set<std::string>{"192.0.2.4", "192.0.2.5"});
}

TEMPLATE_TEST_CASE("a group of weight 0 serves nobody, a heavy one more", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage(
      "HSET files.example.org:WEIGHTS alpha 0 bravo 100 charlie 900");
  int charlie = 0;
  for (int i = 0; i < 100; ++i) {
    const std::string group =
        GroupIn(stage.Ask(Subnet4(i), "files.example.org"));
    CHECK((group == "bravo" || group == "charlie"));
    if (group == "charlie") ++charlie;
  }
  // 90 on average; the ring is fixed, so this holds always or never.
  CHECK(charlie > 75);
  CHECK(charlie < 100);
}

TEMPLATE_TEST_CASE("malformed values are left out and the rest answers", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage(
      "SADD alpha:A not-an-address 10.1.0.999 2001:db8::1\n"
      "HSET upload.example.org:CONFIG TTL soon\n"
      "HSET files.example.org:WEIGHTS bravo much\n"
      "SET charlie:STATE disabled\n"
      "SADD broken.example.org:CONFIG no-hash\n"
      "HSET bad.example.org:GROUPS no set");
  for (int i = 0; i < 60; ++i) {
    const BackendReply reply = stage.Ask(Subnet4(i), "files.example.org");
    CHECK_FALSE(GroupIn(reply, "A").empty());
    CHECK(GroupIn(reply, "AAAA") == GroupIn(reply, "A"));
  }
  const BackendReply upload = stage.Ask(Subnet4(1), "upload.example.org");
  REQUIRE(upload.records.size() == 2);
  CHECK(upload.records[0].ttl_seconds == 60);
}

}  // namespace
}  // namespace groupring::testing
