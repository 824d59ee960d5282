// The remote backend's methods beside lookup, and transfers.
#include <optional>
#include <set>
#include <string>

#include "tests/conformance/stage.h"
#include "tests/support/catch.h"

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

TEMPLATE_TEST_CASE("a zone has no metadata", "", EVERY_REMOTE_DRIVER) {
  Stage<TestType> stage;
  const auto all =
      stage.client().Call("getAllDomainMetadata", {{"name", "example.org."}});
  REQUIRE(all);
  CHECK((*all == json(false) || all->empty()));
  const auto one = stage.client().Call(
      "getDomainMetadata",
      {{"name", "example.org."}, {"kind", "ALLOW-AXFR-FROM"}});
  REQUIRE(one);
  CHECK((*one == json(false) || one->empty()));
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
