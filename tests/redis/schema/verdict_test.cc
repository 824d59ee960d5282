#include "redis/schema/verdict.h"

#include <string>
#include <vector>

#include "redis/schema/keys.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

constexpr char kKey[] = "groupring:verdicts:c1:g1";

RawValue Holding(std::vector<std::string> items) {
  return {RawValue::Kind::kValue, std::move(items)};
}

AddressVerdict Down() {
  AddressVerdict verdict;
  verdict.address = "192.0.2.1";
  verdict.verdict = Verdict::kDown;
  verdict.reason = VerdictReason::kClosedUngreeted;
  verdict.since_unix_millis = 1767225600123;
  return verdict;
}

TEST_CASE("verdicts are written as their page says, and read back") {
  AddressVerdict down = Down();
  CHECK(VerdictValue(down) ==
        "down since=1767225600123 reason=closed_without_greeting");
  down.text = "500 text=with spaces  and = signs";
  AddressVerdict up;
  up.address = "192.0.2.2";
  up.since_unix_millis = 7;
  up.was_down = true;
  up.flapping = true;
  up.certificate_days = -3;
  CHECK(VerdictValue(up) == "up since=7 reason=ok after=down flapping cert=-3");
  Complaints complaints;
  // Sorted, whatever order Redis has.
  const Verdicts read = ParseVerdicts(
      kKey,
      Holding({up.address, VerdictValue(up), down.address, VerdictValue(down)}),
      nullptr, &complaints);
  CHECK(complaints.empty());
  CHECK(read == Verdicts{down, up});
  REQUIRE(FindVerdict(read, "192.0.2.2") != nullptr);
  CHECK(*FindVerdict(read, "192.0.2.2") == up);
  CHECK(FindVerdict(read, "192.0.2.3") == nullptr);
}

TEST_CASE("words of a later checker are passed over") {
  Complaints complaints;
  const Verdicts read =
      ParseVerdicts(kKey,
                    Holding({"192.0.2.1",
                             "down new=1 since=1767225600123 later "
                             "reason=closed_without_greeting"}),
                    nullptr, &complaints);
  CHECK(complaints.empty());
  CHECK(read == Verdicts{Down()});
}

TEST_CASE("a verdict that makes no sense leaves the previous one") {
  const Verdicts before = {Down()};
  for (const char* value :
       {"", "sideways since=1 reason=ok", "down reason=refused", "down since=1",
        "down since=x reason=refused", "down since=1 reason=bored"}) {
    CAPTURE(value);
    Complaints complaints;
    CHECK(ParseVerdicts(kKey, Holding({"192.0.2.1", value}), &before,
                        &complaints) == before);
    CHECK(complaints.size() == 1);
    CHECK(
        ParseVerdicts(kKey, Holding({"192.0.2.9", value}), &before, &complaints)
            .empty());
  }
}

TEST_CASE("verdicts that cannot be read are not verdicts that are gone") {
  const Verdicts before = {Down()};
  Complaints complaints;
  for (const auto kind :
       {RawValue::Kind::kDenied, RawValue::Kind::kWrongType}) {
    CHECK(ParseVerdicts(kKey, {kind, {}}, &before, &complaints) == before);
  }
  CHECK(complaints.size() == 2);
  CHECK(ParseVerdicts(kKey, {}, &before, &complaints).empty());
}

TEST_CASE("keys of verdicts are told from all others") {
  CHECK(VerdictsKey("c1", "g:1") == "groupring:verdicts:c1:g:1");
  const auto parsed = ParseVerdictsKey("groupring:verdicts:c1:g:1");
  REQUIRE(parsed);
  CHECK(parsed->checker == "c1");
  CHECK(parsed->group == "g:1");
  for (const char* key : {"groupring:verdicts:c1",
                          "groupring:verdicts:c1:", "groupring:verdicts::g1",
                          "groupring:verdict:c1:g1", "g1:A", ""}) {
    CAPTURE(key);
    CHECK_FALSE(ParseVerdictsKey(key));
  }
}

}  // namespace
}  // namespace groupring::redis
