#include "backend/resolver/query_counts.h"

#include <array>
#include <map>
#include <string>
#include <utility>

#include "tests/backend/resolver/world.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

uint64_t Of(const ResolverWorld& world, CountedClient client) {
  return world.counts->clients[static_cast<size_t>(client)].value();
}

uint64_t Of(const ResolverWorld& world, redis::Family family,
            CountedSource source) {
  return world.counts
      ->answers[static_cast<size_t>(family)][static_cast<size_t>(source)]
      .value();
}

TEST_CASE("counts: whose address chose the group") {
  ResolverWorld world = WorldOfThreeGroups();
  const auto ask = [&](const std::string& subnet, const std::string& resolver) {
    world.Ask("ftp.example.org.", "ANY", subnet, resolver);
  };
  ask("203.0.113.0/24", "192.0.2.53");
  ask("192.0.2.0/24", "192.0.2.53");  // its own network, as a subnet
  CHECK(Of(world, CountedClient::kSubnet) == 2);

  ask("192.0.2.53/32", "192.0.2.53");
  ask("192.0.2.53", "192.0.2.53");
  ask("2001:db8::53/128", "2001:db8::53");
  ask("0.0.0.0/0", "192.0.2.53");  // the client wants it not to be used
  CHECK(Of(world, CountedClient::kResolver) == 4);
  // Another address that begins like the resolver's.
  ask("192.0.2.53/32", "192.0.2.5");
  CHECK(Of(world, CountedClient::kSubnet) == 3);

  ask("0.0.0.0/0", "0.0.0.0");
  CHECK(Of(world, CountedClient::kNobody) == 1);

  // Nothing is chosen by an address.
  world.Ask("example.org.", "SOA");
  world.Ask("ftp.example.org.", "TXT");
  CHECK(Of(world, CountedClient::kSubnet) == 3);
  CHECK(Of(world, CountedClient::kResolver) == 4);
}

TEST_CASE("counts: each group has the answers that were given of it") {
  ResolverWorld world = WorldOfThreeGroups();
  std::map<std::pair<std::string, size_t>, uint64_t> given;
  for (int i = 0; i < 300; ++i) {
    const Reply reply = world.Ask("ftp.example.org.", "ANY", Subnet(i));
    ++given[{GroupOfA(reply), 0}];
    ++given[{GroupOfAaaa(reply), 1}];
  }
  for (const std::string group : {"g1", "g2", "g3"}) {
    for (size_t f = 0; f < redis::kFamilies; ++f) {
      CAPTURE(group, f);
      CHECK(given[{group, f}] > 0);
      CHECK(world.counts->groups.Of(world.holds->Of(group)->number(), f) ==
            given[{group, f}]);
    }
  }
  CHECK(Of(world, redis::Family::kA, CountedSource::kInService) == 300);
  CHECK(Of(world, redis::Family::kAaaa, CountedSource::kInService) == 300);
  CHECK(Of(world, redis::Family::kA, CountedSource::kFallback) == 0);
}

TEST_CASE("counts: a family that a group lacks is another group's answer") {
  ResolverWorld world = WorldOfThreeGroups();
  world.data.SetGroup("g1", {"198.51.1.1"}, {});
  world.Apply();
  for (int i = 0; i < 100; ++i) {
    world.Ask("ftp.example.org.", "ANY", Subnet(i));
  }
  const uint32_t g1 = world.holds->Of("g1")->number();
  CHECK(world.counts->groups.Of(g1, 0) > 0);
  CHECK(world.counts->groups.Of(g1, 1) == 0);
}

TEST_CASE("counts: what is answered although nothing is in service") {
  ResolverWorld world = WorldOfThreeGroups();
  for (const std::string g : {"1", "2", "3"}) {
    world.data.SetGroup("g" + g, {"198.51." + g + ".1"}, {}, Disabled());
  }
  world.Apply();
  REQUIRE(world.Ask("ftp.example.org.", "ANY").records.size() == 2);
  CHECK(Of(world, redis::Family::kA, CountedSource::kFallback) == 1);
  CHECK(Of(world, redis::Family::kA, CountedSource::kInService) == 0);
  // IPv6 addresses are known from before.
  CHECK(Of(world, redis::Family::kAaaa, CountedSource::kFallback) == 1);
}

TEST_CASE("counts: the scope that caches are told") {
  ResolverWorld world = WorldOfThreeGroups();
  for (int i = 0; i < 3; ++i) {
    world.Ask("ftp.example.org.", "ANY", Subnet(i));
  }
  world.Ask("ftp.example.org.", "ANY", "2001:db8:7::/48");
  world.Ask("example.org.", "SOA");  // the same for everybody
  CHECK(world.counts->scopes[24].value() == 3);
  CHECK(world.counts->scopes[48].value() == 1);
  CHECK(world.counts->scopes[0].value() == 0);
}

TEST_CASE("counts: each draw is one of Redis or one of ours") {
  ResolverWorld world = WorldOfThreeGroups();
  const auto draws = [&](CountedDraw by) {
    return world.counts->draws[static_cast<size_t>(by)].value();
  };
  // Nobody fills the pools here.
  for (int i = 0; i < 10; ++i) {
    world.Ask("ftp.example.org.", "ANY", Subnet(i));
  }
  CHECK(draws(CountedDraw::kRedis) == 0);
  CHECK(draws(CountedDraw::kOwn) == 20);
  const std::string group =
      GroupOfA(world.Ask("ftp.example.org.", "ANY", Subnet(0)));
  for (const auto& data : world.snapshot().rings[0]->groups) {
    if (data->name != group) continue;
    data->addresses[0]->pool()->Put(1);
    data->addresses[0]->pool()->Put(2);
  }
  for (int i = 0; i < 3; ++i) {
    world.Ask("ftp.example.org.", "A", Subnet(0));
  }
  CHECK(draws(CountedDraw::kRedis) == 2);
  CHECK(draws(CountedDraw::kOwn) == 23);
}

TEST_CASE("counts: why a question failed") {
  const auto failures = [](redis::OnEmpty on_empty, bool known) {
    ResolverWorld world = WorldOfThreeGroups();
    auto name = DatasetText::OnGroups({known ? "g1" : "g9"});
    name.config.on_empty = on_empty;
    world.data.Set("ftp.example.org", name);
    world.data.SetGroup("g9", {}, {});
    world.data.SetGroup("g1", {"198.51.1.1"}, {}, Disabled());
    world.Apply();
    world.Ask("ftp.example.org.", "ANY");
    std::array<uint64_t, kFailureCauses> counted{};
    for (size_t c = 0; c < kFailureCauses; ++c) {
      counted[c] = world.counts->failures[c].value();
    }
    return counted;
  };
  using Failures = std::array<uint64_t, kFailureCauses>;
  // nothing loaded, refused, nothing known
  CHECK(failures(redis::OnEmpty::kServfail, true) == Failures{0, 1, 0});
  CHECK(failures(redis::OnEmpty::kFailOpen, true) == Failures{0, 0, 0});
  CHECK(failures(redis::OnEmpty::kFailOpen, false) == Failures{0, 0, 1});
}

TEST_CASE("counts: any number of groups, up to a bound") {
  GroupCounts counts;
  counts.Add(0, 0);
  counts.Add(255, 1);
  counts.Add(256, 1, 7);
  counts.Add(GroupCounts::kMost - 1, 0, 3);
  counts.Add(GroupCounts::kMost, 0, 3);  // not counted, and no harm
  CHECK(counts.Of(0, 0) == 1);
  CHECK(counts.Of(0, 1) == 0);
  CHECK(counts.Of(255, 1) == 1);
  CHECK(counts.Of(256, 1) == 7);
  CHECK(counts.Of(300, 1) == 0);
  CHECK(counts.Of(GroupCounts::kMost - 1, 0) == 3);
  CHECK(counts.Of(GroupCounts::kMost, 0) == 0);
}

TEST_CASE("counts: all of two threads are added") {
  QueryCounts one;
  QueryCounts other;
  Request request;
  request.transport = Transport::kHttp;
  request.method = Method::kLookup;
  request.qtype = "any";
  one.CountQuery(request, QueryResult::kAnswered);
  other.CountQuery(request, QueryResult::kAnswered);
  other.CountQuery(request, QueryResult::kServfail);
  request.method = Method::kList;
  other.CountQuery(request, QueryResult::kNothing);
  other.clients[1].Add(5);
  other.answers[1][1].Add(6);
  other.draws[1].Add(8);
  other.failures[2].Add(9);
  other.scopes[128].Add(10);
  other.groups.Add(3, 1, 7);
  one.Add(other, 4);

  const auto& http = one.queries[static_cast<size_t>(Transport::kHttp)];
  CHECK(http[static_cast<size_t>(Method::kLookup)][0].value() == 2);
  CHECK(http[static_cast<size_t>(Method::kLookup)][2].value() == 1);
  CHECK(http[static_cast<size_t>(Method::kList)][1].value() == 1);
  // Only lookups have a type.
  const auto& any = one.lookups[static_cast<size_t>(LookupType::kAny)];
  CHECK(any[0].value() == 2);
  CHECK(any[1].value() == 0);
  CHECK(any[2].value() == 1);
  CHECK(one.clients[1].value() == 5);
  CHECK(one.answers[1][1].value() == 6);
  CHECK(one.draws[1].value() == 8);
  CHECK(one.failures[2].value() == 9);
  CHECK(one.scopes[128].value() == 10);
  CHECK(one.groups.Of(3, 1) == 7);
}

TEST_CASE("counts: what came of a question") {
  const auto result = [](Reply::Kind kind, size_t records = 0) {
    Reply reply;
    reply.kind = kind;
    reply.records.resize(records);
    return ResultOf(reply);
  };
  CHECK(result(Reply::Kind::kRecords, 1) == QueryResult::kAnswered);
  CHECK(result(Reply::Kind::kRecords) == QueryResult::kNothing);
  CHECK(result(Reply::Kind::kFalse) == QueryResult::kNothing);
  CHECK(result(Reply::Kind::kError) == QueryResult::kServfail);
  CHECK(result(Reply::Kind::kDomains) == QueryResult::kAnswered);
  CHECK(result(Reply::Kind::kMetadata) == QueryResult::kAnswered);
}

TEST_CASE("counts: types of lookups, in any case") {
  const std::pair<const char*, LookupType> types[] = {
      {"ANY", LookupType::kAny},    {"any", LookupType::kAny},
      {"A", LookupType::kA},        {"AAAA", LookupType::kAaaa},
      {"SOA", LookupType::kSoa},    {"NS", LookupType::kNs},
      {"MX", LookupType::kOther},   {"", LookupType::kOther},
      {"AXFR", LookupType::kOther}, {"aaaa", LookupType::kAaaa}};
  for (const auto& [text, type] : types) {
    CAPTURE(text);
    CHECK(LookupTypeOf(text) == type);
  }
}

}  // namespace
}  // namespace groupring::backend
