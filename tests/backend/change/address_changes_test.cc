#include "backend/change/address_changes.h"

#include <map>
#include <string>
#include <vector>

#include "backend/change/block_changes.h"
#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("addresses go to the set of their family") {
  const Change change = Made(
      AddAddresses(ThreeGroups().dataset(), "g1",
                   {"198.51.100.9", "2001:db8:9::/48", "198.51.100.1"}, false));
  CHECK(Typed(change) ==
        Lines{"SADD g1:A 198.51.100.9", "SADD g1:AAAA 2001:db8:9::/48"});
  CHECK(Before(change) == "1 A, 1 AAAA");
  CHECK(After(change) == "added 198.51.100.9 2001:db8:9::/48; 2 A, 2 AAAA");
  CHECK(Remarks(change) == Lines{"198.51.100.1 is in g1 already"});
  CHECK(Written(change).groups.at("g1")->addresses[0]->members().size() == 2);
}

TEST_CASE("nothing is written for addresses that are there already") {
  CHECK(
      Made(AddAddresses(ThreeGroups().dataset(), "g1", {"2001:DB8::1"}, false))
          .writes.empty());
}

TEST_CASE("what is no address is refused, saying what is one") {
  for (const char* text : {"198.51.100", "198.51.100.1/24", "x", "2001:db8::g",
                           "224.0.0.1", "0.0.0.0", ""}) {
    CAPTURE(text);
    CHECK(ErrorOf(AddAddresses(ThreeGroups().dataset(), "g1", {text}, false),
                  absl::StatusCode::kInvalidArgument)
              .find("expected one like 198.51.100.7") != std::string::npos);
  }
}

TEST_CASE("a removed address is spelled as Redis has it") {
  DatasetText data = ThreeGroups();
  data.SetGroup("g1", {"198.51.100.1"}, {"2001:DB8::0:1", "2001:db8:0::1"});
  const Change change =
      Made(RemoveAddresses(data.dataset(), "g1", {"2001:db8::1"}));
  CHECK(Typed(change) == Lines{"SREM g1:AAAA 2001:DB8::0:1 2001:db8:0::1"});
  CHECK(After(change) == "removed 2001:DB8::0:1; 1 A, 0 AAAA");
  const redis::GroupData group =
      *Written(change, data.dataset()).groups.at("g1");
  CHECK(group.addresses[1]->empty());
  CHECK_FALSE(group.last_good[1]->empty());
}

TEST_CASE("an address that is not there stops the removal of all") {
  CHECK(ErrorOf(RemoveAddresses(ThreeGroups().dataset(), "g1",
                                {"198.51.100.1", "198.51.100.11"}),
                absl::StatusCode::kNotFound) ==
        "198.51.100.11 is not in g1, so nothing is removed; did you mean "
        "198.51.100.1?");
}

TEST_CASE("a group that is on no name yet, and names with own addresses") {
  DatasetText data = ThreeGroups();
  DatasetText::Name own;
  own.a = {"192.0.2.1"};
  data.Set("own.test", own);
  CHECK_FALSE(AddAddresses(data.dataset(), "g9", {"192.0.2.9"}, false).ok());
  CHECK(Typed(Made(AddAddresses(data.dataset(), "g9", {"192.0.2.9"}, true))) ==
        Lines{"SADD g9:A 192.0.2.9"});
  CHECK(Typed(Made(AddAddresses(data.dataset(), "OWN.test", {"192.0.2.2"},
                                false))) == Lines{"SADD own.test:A 192.0.2.2"});
  CHECK_FALSE(
      AddAddresses(data.dataset(), "ftp.example.org", {"192.0.2.2"}, false)
          .ok());
}

DatasetText WithNameOutside() {
  DatasetText data = ThreeGroups();
  data.Set("ftp.elsewhere.test", DatasetText::OnGroups({"g1"}));
  return data;
}

TEST_CASE("an address is blocked at every zone, and at names in none") {
  const Change change =
      Made(BlockAddress(WithNameOutside().dataset(), "198.51.100.1", ""));
  CHECK(Typed(change) ==
        Lines{"SADD example.org:A:SKIPLIST 198.51.100.1",
              "SADD ftp.elsewhere.test:A:SKIPLIST 198.51.100.1"});
  CHECK(Before(change) == "not blocked");
  CHECK(After(change) == "blocked at example.org ftp.elsewhere.test");
}

TEST_CASE("an address is blocked at one name") {
  const Change change = Made(BlockAddress(ThreeGroups().dataset(),
                                          "2001:db8::/32", "ftp.example.org"));
  CHECK(Typed(change) ==
        Lines{"SADD ftp.example.org:AAAA:SKIPLIST 2001:db8::/32"});
  CHECK_FALSE(
      BlockAddress(ThreeGroups().dataset(), "2001:db8::/32", "fpt.example.org")
          .ok());
}

TEST_CASE("an address blocked already is not written again") {
  DatasetText data = ThreeGroups();
  auto apex = DatasetText::Apex();
  apex.skip_a = {"198.51.100.0/24"};
  data.Set("example.org", apex);
  const Change change = Made(BlockAddress(data.dataset(), "198.51.100.1", ""));
  CHECK(change.writes.empty());
  CHECK(Remarks(change) ==
        Lines{"198.51.100.1 is blocked at example.org already"});
}

// As Redis would hold the lists.
absl::StatusOr<Change> Unblock(const std::string& address,
                               const Lines& apex_list,
                               const std::string& name = "") {
  DatasetText data = ThreeGroups();
  auto apex = DatasetText::Apex();
  apex.skip_a = apex_list;
  data.Set("example.org", apex);
  std::map<std::string, Lines> lists;
  for (const std::string& key :
       SkipListsThatBlock(data.dataset(), address, name)) {
    CHECK(key == "example.org:A:SKIPLIST");
    lists[key] = apex_list;
  }
  return UnblockAddress(data.dataset(), address, name, lists);
}

TEST_CASE("an address is unblocked where it stands") {
  const Change change =
      Made(Unblock("198.51.100.1", {"192.0.2.0/24", "198.51.100.1"}));
  CHECK(Typed(change) == Lines{"SREM example.org:A:SKIPLIST 198.51.100.1"});
  CHECK(Before(change) == "blocked at example.org");
  CHECK(After(change) == "not blocked");
  const redis::SkipList skip =
      *Written(change).names.at("example.org")->skip[0];
  CHECK_FALSE(skip.Covers(
      redis::ParsePrefix(redis::Family::kA, "198.51.100.1")->first));
  CHECK(skip.Covers(redis::ParsePrefix(redis::Family::kA, "192.0.2.7")->first));
}

TEST_CASE("an address that only a range covers, and one blocked nowhere") {
  CHECK(ErrorOf(Unblock("198.51.100.1", {"198.51.100.0/24"}),
                absl::StatusCode::kNotFound) ==
        "198.51.100.1 is not blocked itself but covered by 198.51.100.0/24 in "
        "example.org:A:SKIPLIST: unblock that");
  CHECK(After(Made(
            Unblock("198.51.100.1", {"198.51.100.0/24", "198.51.100.1"}))) ==
        "still covered by 198.51.100.0/24 in example.org:A:SKIPLIST");
  CHECK(ErrorOf(Unblock("203.0.113.1", {"198.51.100.0/24"}),
                absl::StatusCode::kNotFound)
            .find("203.0.113.1 is blocked nowhere") == 0);
}

}  // namespace
}  // namespace groupring::backend
