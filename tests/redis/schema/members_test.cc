#include "redis/schema/members.h"

#include "tests/redis/schema/raw_values.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using Strings = std::vector<std::string>;

Strings Texts(const std::vector<AddressRange>& ranges) {
  Strings texts;
  for (const AddressRange& range : ranges) texts.push_back(range.text);
  return texts;
}

constexpr char kLikeA[] =
    ", is left out; expected one like 198.51.100.7 or 198.51.100.0/24 (no bits "
    "set after the prefix)";
constexpr char kLikeAaaa[] =
    ", is left out; expected one like 2001:db8::7 or 2001:db8:1::/48 (no bits "
    "set after the prefix)";

struct Case {
  Family family;
  const char* member;
  bool is_member;     // of a set of addresses
  bool is_skippable;  // of a skip list
  const char* fault;
};

const Case kCases[] = {
    {Family::kA, "192.0.2.1", true, true, ""},
    {Family::kA, "192.0.2.0/24", true, true, ""},
    {Family::kA, "192.0.2.1/32", true, true, ""},
    {Family::kAaaa, "2001:db8::1", true, true, ""},
    {Family::kAaaa, "2001:DB8:1::/48", true, true, ""},
    {Family::kA, "0.0.0.0", false, true, "which no client can connect to"},
    {Family::kA, "0.0.0.0/0", false, true, "which no client can connect to"},
    {Family::kA, "224.0.0.1", false, true, "which no client can connect to"},
    {Family::kA, "255.255.255.255", false, true,
     "which no client can connect to"},
    {Family::kAaaa, "::", false, true, "which no client can connect to"},
    {Family::kAaaa, "ff02::1", false, true, "which no client can connect to"},
    {Family::kA, "2001:db8::1", false, false, "which is an IPv6 address"},
    {Family::kAaaa, "192.0.2.1", false, false, "which is an IPv4 address"},
    {Family::kA, "192.0.2.1/24", false, false, "which is no address or range"},
    {Family::kA, "192.0.2.0/33", false, false, "which is no address or range"},
    {Family::kA, "192.0.2.256", false, false, "which is no address or range"},
    {Family::kA, " 192.0.2.1", false, false, "which is no address or range"},
    {Family::kA, "", false, false, "which is no address or range"},
    {Family::kAaaa, "2001:db8::1/48", false, false,
     "which is no address or range"},
    {Family::kAaaa, "fe80::1%eth0", false, false,
     "which is no address or range"},
};

TEST_CASE("a member that cannot be used is left out, with a complaint") {
  for (const Case& c : kCases) {
    CAPTURE(c.member);
    const std::string good =
        c.family == Family::kA ? "192.0.2.7" : "2001:db8::7";
    const RawValue raw = Holding({c.member, good});
    const std::string complaint = "k: member \"" + std::string(c.member) +
                                  "\", " + c.fault +
                                  (c.family == Family::kA ? kLikeA : kLikeAaaa);
    const Strings both = {c.member, good};

    Complaints complaints;
    CHECK(Texts(ParseMembers("k", c.family, raw, &complaints)) ==
          (c.is_member ? both : Strings{good}));
    CHECK(Lines(complaints) == (c.is_member ? Strings{} : Strings{complaint}));

    complaints.clear();
    CHECK(Texts(ParseSkipList("k", c.family, raw, &complaints)) ==
          (c.is_skippable ? both : Strings{good}));
    CHECK(Lines(complaints) ==
          (c.is_skippable ? Strings{} : Strings{complaint}));
  }
}

TEST_CASE(
    "of a set that cannot be read there are no members, as of a missing one") {
  struct Unreadable {
    RawValue raw;
    Strings of_members;
    Strings of_skip_list;
  };
  const std::string denied(kDeniedText);
  for (const Unreadable& c :
       {Unreadable{{}, {}, {}},
        Unreadable{OfWrongType(),
                   {"k: is no set; what could be read last is used instead"},
                   {"k: is no set; what could be read last is used instead"}},
        Unreadable{
            Denied(),
            {"k: " + denied + "what could be read last is used instead"},
            {"k: " + denied + "what could be read last is used instead"}}}) {
    Complaints complaints;
    CHECK(ParseMembers("k", Family::kA, c.raw, &complaints).empty());
    CHECK(Lines(complaints) == c.of_members);
    complaints.clear();
    CHECK(ParseSkipList("k", Family::kA, c.raw, &complaints).empty());
    CHECK(Lines(complaints) == c.of_skip_list);
  }
}

struct RazorCase {
  Family family;
  const char* text;
  const char* member;   // the network that it is in a set; "" none
  const char* skipped;  // and in a skip list
};

const RazorCase kRazorCases[] = {
    {Family::kA, "192.0.2.1", "192.0.2.1", "192.0.2.1"},
    {Family::kA, "192.0.2.7/24", "192.0.2.0/24", "192.0.2.0/24"},
    {Family::kA, "192.0.2.7/25", "192.0.2.0/25", "192.0.2.0/25"},
    {Family::kA, "192.0.2.7/33", "", ""},
    {Family::kA, "239.0.0.1/24", "", "239.0.0.0/24"},
    {Family::kAaaa, "2001:db8:1::5/48", "2001:db8:1::/48", "2001:db8:1::/48"},
    {Family::kAaaa, "2001:db8:1:2::5", "2001:db8:1:2::5", "2001:db8:1:2::/64"},
    {Family::kAaaa, "2001:db8:1:2::5/128", "2001:db8:1:2::5/128",
     "2001:db8:1:2::/64"},
    {Family::kAaaa, "2001:db8:1:2::5/64", "2001:db8:1:2::/64",
     "2001:db8:1:2::/64"},
    {Family::kAaaa, "2001:db8:1:2::/56", "2001:db8:1::/56", "2001:db8:1::/56"},
};

TEST_CASE(
    "by razor's rules host bits count for nothing, and IPv6 is skipped by "
    "/64") {
  for (const RazorCase& c : kRazorCases) {
    CAPTURE(c.text);
    const auto same = [&](const std::vector<AddressRange>& read,
                          const std::string& expected) {
      if (expected.empty()) return read.empty();
      const auto range = ParsePrefix(c.family, expected);
      return read.size() == 1 && read[0].first == range->first &&
             read[0].prefix_length == range->prefix_length &&
             read[0].text == c.text;
    };
    const RawValue raw = Holding({c.text});
    Complaints complaints;
    CHECK(same(ParseMembers("k", c.family, raw, &complaints, Schema::kRazor),
               c.member));
    CHECK(complaints.empty() == (*c.member != '\0'));
    complaints.clear();
    CHECK(same(ParseSkipList("k", c.family, raw, &complaints, Schema::kRazor),
               c.skipped));
    CHECK(complaints.empty() == (*c.skipped != '\0'));
  }
}

}  // namespace
}  // namespace groupring::redis
