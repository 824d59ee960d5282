#include "redis/schema/withheld.h"

#include <string>
#include <vector>

#include "tests/redis/schema/raw_values.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

WithheldByFamily Parse(const std::vector<std::string>& items,
                       Complaints* complaints,
                       const WithheldByFamily& before = {}) {
  return ParseWithheld("g1:DISABLED", {RawValue::Kind::kValue, items}, before,
                       complaints);
}

TEST_CASE("disabled addresses are read back as they are written") {
  WithheldAddress address;
  address.range = *ParsePrefix(Family::kA, "192.0.2.2");
  address.until = 1'800'000'000;
  address.since = 1'700'000'000;
  address.by = "ana ops@ns1";
  address.reason = "until=5 and = signs";
  CHECK(WithheldValue(address) ==
        "until=1800000000 since=1700000000 by=ana_ops@ns1 "
        "reason=until=5 and = signs");
  Complaints complaints;
  const WithheldByFamily read =
      Parse({"192.0.2.2", WithheldValue(address)}, &complaints);
  CHECK(complaints.empty());
  address.by = "ana_ops@ns1";
  CHECK(*read[0] == WithheldAddresses({address}));
  CHECK(read[1] == nullptr);
}

TEST_CASE("a field alone disables, and free text is the reason") {
  Complaints complaints;
  const WithheldByFamily read = Parse(
      {"192.0.2.2", "", "2001:db8::/64", "the disk is broken"}, &complaints);
  CHECK(complaints.empty());
  CHECK(read[0]->entries()[0].until == 0);
  CHECK(read[0]->entries()[0].reason.empty());
  CHECK(read[1]->entries()[0].reason == "the disk is broken");
}

TEST_CASE("a value that makes no sense still disables the address") {
  Complaints complaints;
  const WithheldByFamily first =
      Parse({"192.0.2.2", "until=1800000000"}, &complaints);
  REQUIRE(complaints.empty());
  const WithheldByFamily second =
      Parse({"192.0.2.2", "until=tomorrow"}, &complaints, first);
  REQUIRE(complaints.size() == 1);
  CHECK(complaints[0].key == "g1:DISABLED");
  CHECK(complaints[0].text ==
        "field \"192.0.2.2\": \"tomorrow\" is no time in unix seconds; the "
        "address is disabled until 1800000000, as before");
  CHECK(second[0]->entries()[0].until == 1'800'000'000);
  // What has never been in force has no end.
  complaints.clear();
  CHECK(Parse({"192.0.2.2", "untill=5"}, &complaints)[0]->entries()[0].until ==
        0);
  REQUIRE(complaints.size() == 1);
  CHECK(complaints[0].text ==
        "field \"192.0.2.2\": \"untill=5\" is none of until=, since=, by= and "
        "reason=, in this order; the address is disabled all the same");
}

TEST_CASE("a field that is no address is left out and harms no other") {
  Complaints complaints;
  const WithheldByFamily read =
      Parse({"198.51.100.1/24", "", "x", "", "192.0.2.2", ""}, &complaints);
  CHECK(complaints.size() == 2);
  REQUIRE(read[0] != nullptr);
  CHECK(read[0]->entries().size() == 1);
}

TEST_CASE("what cannot be read leaves in force what was") {
  Complaints complaints;
  const WithheldByFamily before = Parse({"192.0.2.2", ""}, &complaints);
  for (const RawValue::Kind kind :
       {RawValue::Kind::kDenied, RawValue::Kind::kWrongType}) {
    CHECK(ParseWithheld("g1:DISABLED", {kind, {}}, before, &complaints) ==
          before);
  }
  CHECK(complaints.size() == 2);
  CHECK(ParseWithheld("g1:DISABLED", {}, before, &complaints) ==
        WithheldByFamily());
}

TEST_CASE("the same entries keep their object") {
  Complaints complaints;
  const WithheldByFamily before = Parse({"192.0.2.2", "disk"}, &complaints);
  CHECK(Parse({"192.0.2.2", "disk"}, &complaints, before)[0] == before[0]);
  CHECK(Parse({"192.0.2.2", "fan"}, &complaints, before)[0] != before[0]);
}

}  // namespace
}  // namespace groupring::redis
