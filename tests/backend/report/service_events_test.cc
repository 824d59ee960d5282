// What is an event, and how programs are told of it.
#include "backend/report/service_events.h"

#include <nlohmann/json.hpp>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Kind = ServiceEventKind;

ServiceView Well() {
  ServiceView view;
  view.states["g1"] = {};
  view.health["g1"] = {{{2, 2}, {1, 1}}};
  view.origin = redis::DataOrigin::kLive;
  return view;
}

TEST_CASE("nothing has happened while everything stays as it was") {
  CHECK(EventsBetween(Well(), Well()).empty());
  ServiceView reworded = Well();
  reworded.states["g1"].reason = "another";
  CHECK(EventsBetween(Well(), reworded).empty());
}

TEST_CASE("another state is an event, with who and why") {
  ServiceView now = Well();
  now.states["g1"].state = redis::AdminState::kDraining;
  now.states["g1"].by = "ana";
  now.states["g1"].reason = "kernel";
  const auto events = EventsBetween(Well(), now);
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == Kind::kGroupState);
  CHECK(events[0].before == "enabled");
  CHECK(events[0].after == "draining");
  const auto json =
      nlohmann::json::parse(EventJson(events[0], "ns1", 1'793'192'460'123, 3));
  CHECK(json["event"] == "group_state");
  CHECK(json["node"] == "ns1");
  CHECK(json["time"] == 1'793'192'460);
  CHECK(json["about"] == "g1");
  CHECK(json["by"] == "ana");
  CHECK(json["reason"] == "kernel");
  CHECK(json["left_out"] == 3);
  CHECK_FALSE(json.contains("family"));
}

TEST_CASE("another number of addresses that are down is an event of a family") {
  ServiceView now = Well();
  now.health["g1"][0] = {1, 2};
  const auto events = EventsBetween(Well(), now);
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == Kind::kGroupHealth);
  CHECK(events[0].family == redis::Family::kA);
  CHECK(events[0].before == "2/2");
  CHECK(events[0].after == "1/2");
  CHECK(nlohmann::json::parse(EventJson(events[0], "ns1", 0, 0))["family"] ==
        "A");
}

TEST_CASE("addresses that are added or taken away are no event of health") {
  ServiceView now = Well();
  now.health["g1"][0] = {3, 3};
  now.health["g2"] = {{{5, 5}, {0, 0}}};
  CHECK(EventsBetween(Well(), now).empty());
  CHECK(EventsBetween(now, Well()).empty());
}

TEST_CASE("a new group that is out is an event") {
  ServiceView now = Well();
  now.states["g2"].state = redis::AdminState::kDisabled;
  now.health["g2"] = {{{0, 1}, {0, 0}}};
  const auto events = EventsBetween(Well(), now);
  REQUIRE(events.size() == 2);
  CHECK(events[0].about == "g2");
  CHECK(events[1].before == "1/1");
}

TEST_CASE("panic begins and ends, family by family") {
  ServiceView now = Well();
  now.panic = {{"ftp.example.org", 1}};
  const auto begins = EventsBetween(Well(), now);
  REQUIRE(begins.size() == 1);
  CHECK(begins[0].kind == Kind::kPanic);
  CHECK(begins[0].about == "ftp.example.org");
  CHECK(begins[0].family == redis::Family::kAaaa);
  CHECK(begins[0].after == "yes");
  const auto ends = EventsBetween(now, Well());
  REQUIRE(ends.size() == 1);
  CHECK(ends[0].after == "no");
}

TEST_CASE("answering from other data is an event of the node") {
  ServiceView now = Well();
  now.origin = redis::DataOrigin::kDoubted;
  const auto events = EventsBetween(Well(), now);
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == Kind::kAnswersFrom);
  CHECK(events[0].before == "live");
  CHECK(events[0].after == "doubted");
}

TEST_CASE("an event is one line, whatever is in Redis") {
  ServiceEvent event;
  event.about = "g1\n\"x\x1b";
  event.reason = std::string("\xff\n", 2);
  const std::string json = EventJson(event, "ns1", 0, 0);
  CHECK(json.find('\n') == json.size() - 1);
  CHECK(nlohmann::json::accept(json));
}

}  // namespace
}  // namespace groupring::backend
