// Who asks most: the sketch, what is told of it, and which queries are sampled.
#include "backend/resolver/who_asks.h"

#include <algorithm>
#include <map>
#include <memory>
#include <random>

#include "absl/strings/str_format.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using TimePoint = WhoAsks::TimePoint;
using std::chrono::seconds;

const TimePoint kStart{std::chrono::hours(1)};

hashing::SubnetKey Subnet(const std::string& text) {
  return hashing::ParseClientSubnet(text)->key;
}

AskedQuery Query(std::string_view resolver, const std::string& subnet,
                 bool by_ecs = true, uint32_t group = 0) {
  AskedQuery query;
  query.resolver = resolver;
  query.subnet = Subnet(subnet);
  query.by_ecs = by_ecs;
  query.name = "ftp.example.org";
  query.group = group;
  return query;
}

TEST_CASE("space-saving names all heavy keys, each within its error") {
  SpaceSaving<uint64_t, int> sketch(50);
  std::map<uint64_t, uint64_t> truth;
  std::mt19937_64 random(1);
  uint64_t all = 0;
  for (int i = 0; i < 100'000; ++i) {
    const uint64_t key = random() % (1 + random() % 2000);
    const uint64_t weight = 1 + random() % 3;
    sketch.Add(key, weight);
    truth[key] += weight;
    all += weight;
  }
  REQUIRE(sketch.entries().size() == 50);
  uint64_t counted = 0;
  std::map<uint64_t, uint64_t> counts;
  for (const auto& entry : sketch.entries()) {
    counted += entry.count;
    counts[entry.key] = entry.count;
    CHECK(entry.count >= truth[entry.key]);
    CHECK(entry.count - entry.error <= truth[entry.key]);
  }
  CHECK(counted == all);
  for (const auto& [key, weight] : truth) {
    if (weight > all / 50) CHECK(counts.contains(key));
  }
}

TEST_CASE("every query that is told counts for its resolver and its subnet") {
  WhoAsks who;
  CHECK(who.Add(Query("192.0.2.53", "198.51.100.0/24"), 1, kStart) == 1);
  who.Add(Query("192.0.2.53", "198.51.101.0/24"), 1, kStart);
  who.Add(Query("192.0.2.54", "192.0.2.0/24", false, 7), 2, kStart);
  const Asked asked = who.Top(TopBy::kResolver, 10, kStart + seconds(3));
  CHECK(asked.queries == 4);
  CHECK(asked.samples == 3);
  CHECK(asked.by_ecs == 2);
  CHECK(asked.span == seconds(3));
  REQUIRE(asked.askers.size() == 2);
  CHECK(asked.askers[0].key == "192.0.2.53");
  CHECK(asked.askers[0].queries == 2);
  CHECK(asked.askers[0].ecs_ratio == 1);
  CHECK(asked.askers[0].networks == 2);
  CHECK(asked.askers[1].ecs_ratio == 0);
  CHECK(asked.askers[1].group == 7);

  const Asked subnets = who.Top(TopBy::kSubnet, 2, kStart);
  REQUIRE(subnets.askers.size() == 2);
  CHECK(subnets.askers[0].key == "192.0.2.0/24");
  CHECK(who.Top(TopBy::kName, 5, kStart).askers[0].key == "ftp.example.org");
  CHECK(who.Top(TopBy::kGroup, 5, kStart).askers[0].key == "0");
}

TEST_CASE("what was asked is forgotten after ten minutes at most") {
  WhoAsks who;
  who.Add(Query("192.0.2.1", "198.51.100.0/24"), 1, kStart);
  who.Add(Query("192.0.2.2", "198.51.100.0/24"), 1, kStart + seconds(310));
  CHECK(who.Top(TopBy::kResolver, 9, kStart + seconds(320)).queries == 2);
  const Asked later = who.Top(TopBy::kResolver, 9, kStart + seconds(620));
  REQUIRE(later.askers.size() == 1);
  CHECK(later.askers[0].key == "192.0.2.2");
  CHECK(who.Top(TopBy::kResolver, 9, kStart + seconds(2000)).queries == 0);
}

TEST_CASE("after a long silence only what is asked then is told") {
  WhoAsks who;
  who.Add(Query("192.0.2.1", "198.51.100.0/24"), 1, kStart);
  who.Add(Query("192.0.2.2", "198.51.100.0/24"), 1, kStart + seconds(3600));
  const Asked asked = who.Top(TopBy::kResolver, 9, kStart + seconds(3601));
  REQUIRE(asked.askers.size() == 1);
  CHECK(asked.askers[0].key == "192.0.2.2");
  CHECK(asked.span == seconds(1));
}

TEST_CASE("memory is bounded, whatever is asked") {
  WhoAsks who;
  for (int i = 0; i < 5000; ++i) {
    who.Add(Query(absl::StrFormat("2001:db8::%x", i),
                  absl::StrFormat("10.%d.%d.0/24", i / 256, i % 256)),
            1, kStart);
  }
  const std::string resolver(100'000, 'x');
  AskedQuery query = Query(resolver, "192.0.2.0/24");
  const std::string name(100'000, 'y');
  query.name = name;
  who.Add(query, 1'000'000, kStart);
  CHECK(who.Top(TopBy::kSubnet, 99'999, kStart).askers.size() ==
        WhoAsks::kKept);
  CHECK(who.Top(TopBy::kResolver, 1, kStart).askers[0].key.size() == 45);
  CHECK(who.Top(TopBy::kName, 1, kStart).askers[0].key.size() == 255);
}

// A million queries of 5,000 resolvers by Zipf's law, as one handler would
// sample them.
TEST_CASE("the heaviest 100 of a Zipf load are told within 1 % of all") {
  constexpr int kResolvers = 5000;
  constexpr int kQueries = 1'000'000;
  std::vector<double> weights;
  for (int i = 1; i <= kResolvers; ++i) weights.push_back(1.0 / i);
  std::mt19937_64 random(2);
  std::discrete_distribution<int> zipf(weights.begin(), weights.end());
  WhoAsks who;
  QuerySampler sampler;
  std::map<std::string, int> truth;
  std::vector<std::string> names;
  for (int i = 0; i < kResolvers; ++i) {
    names.push_back(absl::StrFormat("10.0.%d.%d", i / 256, i % 256));
  }
  for (int i = 0; i < kQueries; ++i) {
    const std::string& resolver = names[static_cast<size_t>(zipf(random))];
    ++truth[resolver];
    if (!sampler.Next()) continue;
    sampler.Done(
        who.Add(Query(resolver, "198.51.100.0/24"), sampler.weight(), kStart));
  }
  const Asked asked = who.Top(TopBy::kResolver, 100, kStart);
  CHECK(asked.samples < kQueries / 20);
  CHECK(asked.queries > kQueries - 2 * QuerySampler::kSparsest);
  CHECK(asked.queries <= kQueries);
  for (const Asker& asker : asked.askers) {
    const double told = static_cast<double>(asker.queries) / kQueries;
    const double real = truth[asker.key] / double{kQueries};
    CAPTURE(asker.key, told, real);
    CHECK(std::abs(told - real) < 0.01);
  }
  // The heaviest are named in their order.
  for (size_t i = 0; i < 3; ++i) CHECK(asked.askers[i].key == names[i]);
}

TEST_CASE("networks behind a resolver are counted within a tenth") {
  for (const int count : {1, 10, 100, 1000}) {
    WhoAsks who;
    for (int i = 0; i < count; ++i) {
      who.Add(Query("192.0.2.53",
                    absl::StrFormat("10.%d.%d.0/24", i / 256, i % 256)),
              1, kStart);
    }
    const double told = who.Top(TopBy::kResolver, 1, kStart).askers[0].networks;
    CAPTURE(count, told);
    CHECK(std::abs(told - count) <= std::max(1.0, 0.1 * count));
  }
}

TEST_CASE("all of the first queries are sampled, of later ones few") {
  QuerySampler sampler;
  for (uint32_t i = 0; i < QuerySampler::kStep; ++i) {
    REQUIRE(sampler.Next());
    CHECK(sampler.weight() == 1);
    sampler.Done(1);
  }
  uint32_t samples = 0;
  uint64_t weight = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    if (!sampler.Next()) continue;
    ++samples;
    weight += sampler.weight();
    sampler.Done(1);
  }
  // Beside those of the way there.
  CHECK(samples > 1'000'000 / QuerySampler::kSparsest * 0.9);
  CHECK(samples <
        1'000'000 / QuerySampler::kSparsest * 1.1 + 7 * QuerySampler::kStep);
  CHECK(weight <= 1'000'000);
  CHECK(weight > 1'000'000 - 2 * QuerySampler::kSparsest);
}

TEST_CASE("a sample that found no room counts with the next one") {
  QuerySampler sampler;
  REQUIRE(sampler.Next());
  sampler.Done(0);
  REQUIRE(sampler.Next());
  CHECK(sampler.weight() == 2);
  sampler.Done(1);
  REQUIRE(sampler.Next());
  CHECK(sampler.weight() == 1);
}

TEST_CASE("a new half begins with all queries again") {
  QuerySampler sampler;
  for (int samples = 0; samples < 5000;) {
    if (!sampler.Next()) continue;
    sampler.Done(1);
    ++samples;
  }
  while (!sampler.Next()) continue;
  sampler.Done(2);
  REQUIRE(sampler.Next());
  CHECK(sampler.weight() == 1);
}

TEST_CASE(
    "a network is told by itself, with label and entry of its last question") {
  WhoAsks who;
  AskedQuery query = Query("192.0.2.53", "198.51.100.0/24");
  query.label = "isp-1";
  query.entry = "198.51.0.0/16";
  who.Add(query, 1, kStart);
  who.Add(Query("192.0.2.53", "203.0.113.0/24"), 2, kStart);
  const Asked asked = who.Top(TopBy::kSubnet, 10, kStart);
  REQUIRE(asked.askers.size() == 2);
  CHECK(asked.askers[0].label.empty());
  CHECK(asked.askers[0].entry.empty());
  CHECK(asked.askers[1].key == "198.51.100.0/24");
  CHECK(asked.askers[1].label == "isp-1");
  CHECK(asked.askers[1].entry == "198.51.0.0/16");
  query.label = "isp-2";
  query.entry = "198.51.100.0/24";
  who.Add(query, 5, kStart + WhoAsks::kHalf);
  const Asked later = who.Top(TopBy::kSubnet, 1, kStart + WhoAsks::kHalf);
  CHECK(later.askers[0].label == "isp-2");
  CHECK(later.askers[0].entry == "198.51.100.0/24");
}

std::shared_ptr<const hashing::Ring> RingOf(const std::string& group) {
  std::string error;
  return hashing::Ring::Create({{group, 100}}, &error);
}

TEST_CASE(
    "answers on rings are told by ring, of this half and the one before") {
  WhoAsks who;
  const auto one = RingOf("a");
  const auto other = RingOf("b");
  const auto add = [&](const std::shared_ptr<const hashing::Ring>& ring,
                       uint32_t group, uint64_t weight, TimePoint when) {
    AskedQuery query = Query("192.0.2.53", "198.51.100.0/24", true, group);
    query.ring = &ring;
    who.Add(query, weight, when);
  };
  const auto groups_of = [&](const std::shared_ptr<const hashing::Ring>& ring,
                             TimePoint now) {
    for (const RingAnswers& answers : who.Rings(now)) {
      if (answers.ring == ring) return answers.groups;
    }
    return std::map<uint32_t, uint64_t>();
  };
  add(one, 1, 3, kStart);
  add(one, 2, 1, kStart);
  add(other, 1, 5, kStart);
  who.Add(Query("192.0.2.53", "198.51.100.0/24"), 7, kStart);  // on no ring
  CHECK(who.Rings(kStart).size() == 2);
  CHECK(groups_of(one, kStart) == std::map<uint32_t, uint64_t>{{1, 3}, {2, 1}});
  CHECK(groups_of(other, kStart) == std::map<uint32_t, uint64_t>{{1, 5}});
  const TimePoint later = kStart + WhoAsks::kHalf;
  add(one, 1, 10, later);
  CHECK(groups_of(one, later) == std::map<uint32_t, uint64_t>{{1, 13}, {2, 1}});
  CHECK(groups_of(one, later + WhoAsks::kHalf) ==
        std::map<uint32_t, uint64_t>{{1, 10}});
  CHECK(who.Rings(later + 3 * WhoAsks::kHalf).empty());
}

TEST_CASE("of very many groups on rings those that come later are left out") {
  WhoAsks who;
  const auto ring = RingOf("a");
  for (uint32_t group = 0; group < WhoAsks::kMostRingGroups + 5; ++group) {
    AskedQuery query = Query("192.0.2.53", "198.51.100.0/24", true, group);
    query.ring = &ring;
    who.Add(query, 1, kStart);
    who.Add(query, 1, kStart);
  }
  REQUIRE(who.Rings(kStart).size() == 1);
  const std::map<uint32_t, uint64_t> groups = who.Rings(kStart)[0].groups;
  CHECK(groups.size() == WhoAsks::kMostRingGroups);
  CHECK(groups.begin()->second == 2);
}

}  // namespace
}  // namespace groupring::backend
