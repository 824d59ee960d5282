#include "backend/doctor/health_checks.h"

#include <optional>
#include <string>
#include <vector>

#include "tests/redis/model/health_scene.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using redis::kNow;
using redis::Scene;
using Code = DiagnosticCode;

Diagnostics Examine(Scene* scene) {
  const redis::HealthConclusions conclusions = scene->At();
  return CheckHealth({&scene->dataset(), &scene->data(), &conclusions, kNow},
                     "0.2");
}

// "<severity> <code> <subject>", of all that is not merely in order.
std::vector<std::string> Found(Scene* scene) {
  std::vector<std::string> found;
  for (const Diagnostic& one : Examine(scene)) {
    if (one.code == Code::kCheckerInOrder) continue;
    found.push_back(std::string(ToText(one.code)) + " " + one.subject);
  }
  return found;
}

std::string MessageOf(Code code, const Diagnostics& findings) {
  for (const Diagnostic& one : findings) {
    if (one.code == code) return one.message;
  }
  return "";
}

redis::AddressVerdict UpWithDays(int days) {
  redis::AddressVerdict verdict = redis::Said(redis::Verdict::kUp);
  verdict.certificate_days = days;
  return verdict;
}

TEST_CASE("doctor: where nothing is checked there is nothing to say") {
  Scene scene;
  scene.check.probes.clear();
  scene.Group("g1", {"192.0.2.1"});
  CHECK(Examine(&scene).empty());
}

TEST_CASE("doctor: a checker that lives is in order, of our version or not") {
  Scene scene;
  scene.Group("g1", {"192.0.2.1"});
  scene.Say("c1", "g1", "192.0.2.1", redis::Said(redis::Verdict::kUp));
  redis::CheckerStatus* const checker = scene.Checker("c1");
  checker->version = "0.2";
  checker->host = "ns1";
  Diagnostics found = Examine(&scene);
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == Severity::kInfo);
  CHECK(found[0].message == "lives on ns1, version 0.2");

  checker->version = "0.1";
  checker->lag_millis = 2500;
  CHECK(Found(&scene) == std::vector<std::string>{"checker_version checker c1",
                                                  "checker_late checker c1"});
}

TEST_CASE("doctor: checkers that are silent, in doubt or missing are named") {
  Scene scene;
  scene.Group("g1", {"192.0.2.1"});
  CHECK(Found(&scene) == std::vector<std::string>{"no_checker health"});
  scene.Checker("c1");
  scene.Checker("c2", 60'000);
  scene.Checker("c3", 0, /*doubts=*/true);
  scene.Say("c1", "g1", "192.0.2.1", redis::Said(redis::Verdict::kUp));
  CHECK(Found(&scene) == std::vector<std::string>{"checker_silent checker c2",
                                                  "checker_doubts checker c3"});
}

TEST_CASE("doctor: a group that nobody has a verdict on is told") {
  Scene scene;
  scene.Group("g1", {"192.0.2.1"});
  scene.Group("g2", {"192.0.2.2"});
  scene.Checker("c1");
  scene.Say("c1", "g1", "192.0.2.1", redis::Said(redis::Verdict::kUp));
  CHECK(Found(&scene) == std::vector<std::string>{"group_not_probed g2"});
}

TEST_CASE("doctor: certificates that end are told, with their addresses") {
  Scene scene;
  scene.Group("g1", {"192.0.2.1", "192.0.2.2", "192.0.2.3"});
  scene.Checker("c1");
  scene.Say("c1", "g1", "192.0.2.1", UpWithDays(14));
  scene.Say("c1", "g1", "192.0.2.2", UpWithDays(13));
  CHECK(MessageOf(Code::kCertificateEnds, Examine(&scene)) ==
        "certificates expire soon: 192.0.2.2 (13 days)");
  scene.Say("c1", "g1", "192.0.2.3", UpWithDays(-1));
  CHECK(MessageOf(Code::kCertificateEnds, Examine(&scene)) ==
        "certificates have expired: 192.0.2.3");
  // One whose verdicts do not count has no say in this either.
  scene.Checker("c2", 0, /*doubts=*/true);
  scene.Say("c2", "g1", "192.0.2.1", UpWithDays(-1));
  CHECK(MessageOf(Code::kCertificateEnds, Examine(&scene)) ==
        "certificates have expired: 192.0.2.3");
}

TEST_CASE("doctor: probes that take longer than TIMEOUT are told") {
  Scene scene;
  scene.Group("g1", {"192.0.2.1", "192.0.2.2"});
  scene.Checker("c1");
  scene.Say("c1", "g1", "192.0.2.1", redis::Down());
  redis::AddressVerdict slow = redis::Down();
  slow.reason = redis::VerdictReason::kGreetingTimeout;
  scene.Say("c1", "g1", "192.0.2.2", slow);
  CHECK(MessageOf(Code::kProbeTimesOut, Examine(&scene)) ==
        "probes take longer than TIMEOUT (3 s): 192.0.2.2");
}

TEST_CASE("doctor: what no probe looks at is said to be unchecked") {
  Scene scene;
  scene.check.probes = {{redis::ProbeKind::kFtp, 21, ""}};
  scene.Group("g1", {"192.0.2.1", "198.51.100.0/24"});
  scene.Checker("c1");
  scene.Say("c1", "g1", "192.0.2.1", redis::Said(redis::Verdict::kUp));
  std::vector<std::string> unchecked;
  for (const Diagnostic& one : Examine(&scene)) {
    if (one.code == Code::kNotChecked) unchecked.push_back(one.message);
  }
  REQUIRE(unchecked.size() == 2);
  CHECK(unchecked[0] ==
        "ranges are not probed, and count as up: 198.51.100.0/24");
  CHECK(unchecked[1].starts_with("its passive ports are not connected to"));
  scene.check.passive = redis::PassiveCheck::kConnect;
  scene.Group("g1", {"192.0.2.1"});
  CHECK(Found(&scene).empty());
}

}  // namespace
}  // namespace groupring::backend
