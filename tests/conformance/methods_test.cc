// The remote backend's methods beside lookup, and transfers.
#include <optional>
#include <set>
#include <string>

#include "tests/conformance/stage.h"
#include "tests/support/catch.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

using nlohmann::json;

std::set<std::string> Zones(const std::optional<json>& domains) {
  std::set<std::string> zones;
  if (!domains) return zones;
  for (const json& domain : *domains) {
    CHECK(domain.at("id").get<int>() > 0);
    zones.insert(domain.at("zone").get<std::string>());
  }
  return zones;
}

TEMPLATE_TEST_CASE("getAllDomains lists the zones, with Redis or without", "",
                   EVERY_REMOTE_DRIVER) {
  Stage<TestType> stage;
  const json everything = {{"include_disabled", true}};
  const std::set<std::string> expected = {"example.org.", "example.net."};
  CHECK(Zones(stage.client().Call("getAllDomains", everything)) == expected);
  stage.redis().process().Stop(SIGKILL);
  CHECK(Zones(stage.client().Call("getAllDomains", everything)) == expected);
}

TEMPLATE_TEST_CASE("zones and records agree on the zone's number", "",
                   EVERY_REMOTE_DRIVER) {
  Stage<TestType> stage;
  for (const char* zone : {"example.org", "example.net"}) {
    const auto info = stage.client().Call("getDomainInfo",
                                          {{"name", std::string(zone) + "."}});
    REQUIRE(info);
    const auto id = info->at("id").template get<int64_t>();
    CHECK(info->at("zone") == std::string(zone) + ".");
    const BackendReply apex = stage.client().Ask({.name = zone, .type = "SOA"});
    REQUIRE(apex.records.size() == 1);
    CHECK(apex.records[0].domain_id == id);
  }
  CHECK(stage.client().Call("getDomainInfo", {{"name", "example.com."}}) ==
        json(false));
}

TEMPLATE_TEST_CASE("method names are taken in any case, unknown ones refused",
                   "", EVERY_REMOTE_DRIVER) {
  Stage<TestType> stage;
  for (const char* method : {"getalldomains", "GETALLDOMAINS"}) {
    CHECK(Zones(stage.client().Call(method, {{"include_disabled", true}}))
              .size() == 2);
  }
  for (const char* method :
       {"getUpdatedMasters", "getUnfreshSlaveInfos", "noSuchMethod"}) {
    CHECK(stage.client().Call(method, json::object()) == json(false));
  }
}

TEMPLATE_TEST_CASE("a zone of ours is signed narrowly, others are left alone",
                   "", EVERY_REMOTE_DRIVER) {
  Stage<TestType> stage;
  const auto all = [&](const char* zone) {
    return stage.client().Call("getAllDomainMetadata", {{"name", zone}});
  };
  const auto one = [&](const char* zone, const char* kind) {
    return stage.client().Call("getDomainMetadata",
                               {{"name", zone}, {"kind", kind}});
  };
  const json signing = {{"NSEC3PARAM", {"1 0 0 -"}}, {"NSEC3NARROW", {"1"}}};
  CHECK(all("example.org.") == signing);
  CHECK(all("EXAMPLE.org.") == signing);
  // A name in the zone is no zone.
  CHECK(all("files.example.org.") == json::object());
  CHECK(all("elsewhere.example.") == json::object());
  CHECK(one("example.org.", "NSEC3PARAM") == json::array({"1 0 0 -"}));
  CHECK(one("example.org.", "NSEC3NARROW") == json::array({"1"}));
  CHECK(one("example.org.", "ALLOW-AXFR-FROM") == json::array());
  CHECK(one("elsewhere.example.", "NSEC3NARROW") == json::array());
}

// As PowerDNS' HTTP API asks: nobody is the client.
TEMPLATE_TEST_CASE("APILookup has the types that are asked for and no other",
                   "", EVERY_REMOTE_DRIVER) {
  Stage<TestType> stage;
  const auto types = [&](const char* type) {
    const auto records = stage.client().Call(
        "APILookup", {{"qname", "files.example.org."}, {"qtype", type}});
    REQUIRE(records);
    std::set<std::string> found;
    for (const json& record : *records) found.insert(record.at("qtype"));
    return found;
  };
  using Types = std::set<std::string>;
  CHECK(types("A") == Types{"A"});
  CHECK(types("AAAA") == Types{"AAAA"});
  CHECK(types("ANY") == Types{"A", "AAAA"});
  CHECK(types("TXT") == Types{});
}

TEMPLATE_TEST_CASE("between which names of its zone a name stands", "",
                   EVERY_REMOTE_DRIVER) {
  Stage<TestType> stage;
  const auto info =
      stage.client().Call("getDomainInfo", {{"name", "example.org."}});
  REQUIRE(info);
  const auto around = [&](const char* name) {
    return stage.client().Call("getBeforeAndAfterNamesAbsolute",
                               {{"id", info->at("id")}, {"qname", name}});
  };
  const auto neighbours = [](const char* before, const char* after) {
    return json{{"before", before}, {"after", after}, {"unhashed", before}};
  };
  CHECK(around(".") == neighbours("", "files"));
  CHECK(around("files.") == neighbours("files", "mail"));
  CHECK(around("nosuch.") == neighbours("mail", "upload"));
  CHECK(around("zzz.") == neighbours("www", ""));
  stage.redis().Run("SADD new.example.org:GROUPS alpha");
  REQUIRE(WaitUntil(
      [&] { return around("nosuch.") == neighbours("new", "upload"); }));
  CHECK(stage.client().Call("getBeforeAndAfterNamesAbsolute",
                            {{"id", 1}, {"qname", "."}}) == json(false));
}

TEMPLATE_TEST_CASE("the serial of a zone is higher after each change", "",
                   EVERY_REMOTE_DRIVER) {
  Stage<TestType> stage;
  const auto serial = [&] {
    const auto info =
        stage.client().Call("getDomainInfo", {{"name", "example.org."}});
    REQUIRE(info);
    return info->at("serial").template get<int64_t>();
  };
  int64_t before = serial();
  CHECK(before > 1'700'000'000);
  for (const char* change :
       {"SADD new.example.org:GROUPS alpha", "SADD alpha:A 10.1.0.99",
        "HSET bravo:STATE state disabled"}) {
    CAPTURE(change);
    stage.redis().Run(change);
    REQUIRE(WaitUntil([&] { return serial() > before; }));
    before = serial();
  }
}

TEMPLATE_TEST_CASE("a zone is listed with a sample of each dynamic name", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage;
  const BackendReply apex =
      stage.client().Ask({.name = "example.org", .type = "SOA"});
  REQUIRE(apex.records.size() == 1);
  const BackendReply list =
      stage.client().List("example.org", apex.records[0].domain_id);
  std::set<std::string> owners;
  for (const BackendRecord& record : list.records) {
    if (!record.type.empty()) owners.insert(record.name + " " + record.type);
  }
  for (const char* expected :
       {"example.org SOA", "example.org NS", "example.org MX",
        "www.example.org A", "www.example.org AAAA", "files.example.org A",
        "files.example.org AAAA", "upload.example.org A",
        "ftp.eu.west.example.org AAAA"}) {
    INFO(expected);
    CHECK(owners.contains(expected));
  }
  CHECK_FALSE(owners.contains("example.net A"));
}

}  // namespace
}  // namespace groupring::testing
