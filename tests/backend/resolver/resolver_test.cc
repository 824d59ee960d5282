#include "backend/resolver/resolver.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>

#include "backend/snapshot/snapshot_builder.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

constexpr int64_t kNow = 1'800'000'000'000;

// A builder fed with datasets, and a client that asks what came of them.
class World {
 public:
  DatasetText data;

  void Apply() {
    redis::DatasetChange change;
    change.everything = true;
    snapshot_ = builder_.Apply(data.dataset(), change, kNow);
  }

  Reply Ask(const std::string& qname, const std::string& qtype,
            const std::string& real_remote = "203.0.113.7/32",
            const std::string& remote = "192.0.2.53") {
    Request& request = requests_.emplace_back();  // replies point into it
    request.method = Method::kLookup;
    request.qname = qname;
    request.qtype = qtype;
    request.remote = remote;
    request.real_remote = real_remote;
    Reply reply;
    reply.Clear();
    Lookup(*snapshot_, request, kNow, &scratch_, &reply);
    return reply;
  }

  const Snapshot& snapshot() const { return *snapshot_; }
  std::vector<std::string> log;

 private:
  SnapshotBuilder builder_{
      [this](Severity, const std::string& line) { log.push_back(line); }};
  std::shared_ptr<const Snapshot> snapshot_;
  std::deque<Request> requests_;
  Mt19937Random random_{7};
  ResolverScratch scratch_{&random_};
};

std::multiset<std::string> Types(const Reply& reply) {
  std::multiset<std::string> types;
  for (const Record& record : reply.records) {
    types.insert(std::string(record.qtype));
  }
  return types;
}

std::string Content(const Reply& reply, std::string_view type) {
  for (const Record& record : reply.records) {
    if (record.qtype == type) return std::string(record.content);
  }
  return "";
}

// Three groups of three addresses a family; the third number of an address
// says which group it is of.
World ThreeGroups() {
  World world;
  world.data.Set("example.org", DatasetText::Apex());
  world.data.Set("ftp.example.org", DatasetText::OnGroups({"g1", "g2", "g3"}));
  for (const std::string g : {"1", "2", "3"}) {
    world.data.SetGroup(
        "g" + g,
        {"198.51." + g + ".1", "198.51." + g + ".2", "198.51." + g + ".3"},
        {"2001:db8:" + g + "::1", "2001:db8:" + g + "::2",
         "2001:db8:" + g + "::3"});
  }
  world.Apply();
  return world;
}

std::string GroupOfA(const Reply& reply) {
  const std::string a = Content(reply, "A");
  return a.empty() ? "" : "g" + a.substr(7, 1);
}
std::string GroupOfAaaa(const Reply& reply) {
  const std::string aaaa = Content(reply, "AAAA");
  return aaaa.empty() ? "" : "g" + aaaa.substr(9, 1);
}

std::string Subnet(int i) {
  return "203." + std::to_string(i / 256) + "." + std::to_string(i % 256) +
         ".0/24";
}

TEST_CASE("ANY, A and AAAA are all answered with both families of one group") {
  World world = ThreeGroups();
  for (int i = 0; i < 300; ++i) {
    for (const std::string type : {"ANY", "A", "AAAA"}) {
      const Reply reply = world.Ask("ftp.example.org.", type, Subnet(i));
      REQUIRE(reply.kind == Reply::Kind::kRecords);
      REQUIRE(Types(reply) == std::multiset<std::string>{"A", "AAAA"});
      REQUIRE(GroupOfA(reply) == GroupOfAaaa(reply));
    }
  }
}

TEST_CASE("a subnet always meets the same group and all groups are used") {
  World world = ThreeGroups();
  std::set<std::string> used;
  for (int i = 0; i < 300; ++i) {
    const std::string group =
        GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i)));
    used.insert(group);
    for (int again = 0; again < 5; ++again) {
      REQUIRE(GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i))) ==
              group);
    }
  }
  CHECK(used == std::set<std::string>{"g1", "g2", "g3"});
}

TEST_CASE("addresses inside a group are drawn at random") {
  World world = ThreeGroups();
  std::map<std::string, int> drawn;
  for (int i = 0; i < 3000; ++i) {
    ++drawn[Content(world.Ask("ftp.example.org", "ANY"), "A")];
  }
  REQUIRE(drawn.size() == 3);
  for (const auto& [address, count] : drawn) {
    CAPTURE(address);
    CHECK(count > 850);
    CHECK(count < 1150);
  }
}

TEST_CASE("the scope is 24 for IPv4 and 48 for IPv6, never 0") {
  World world = ThreeGroups();
  const auto scope = [&](const std::string& real, const std::string& remote) {
    const Reply reply = world.Ask("ftp.example.org", "ANY", real, remote);
    REQUIRE(reply.records.size() == 2);
    REQUIRE(reply.records[0].scope_mask == reply.records[1].scope_mask);
    return static_cast<int>(reply.records[0].scope_mask);
  };
  CHECK(scope("203.0.113.0/24", "192.0.2.1") == 24);
  CHECK(scope("203.0.113.7/32", "192.0.2.1") == 24);
  CHECK(scope("203.0.0.0/16", "192.0.2.1") == 24);
  CHECK(scope("2001:db8:7:8::/56", "192.0.2.1") == 48);
  CHECK(scope("2001:db8::/32", "192.0.2.1") == 48);
  CHECK(scope("0.0.0.0/0", "192.0.2.1") == 24);
  CHECK(scope("::/0", "192.0.2.1") == 24);
  CHECK(scope("0.0.0.0/0", "2001:db8::1") == 48);
  CHECK(scope("0.0.0.0/0", "0.0.0.0") == 24);
  // 96 bits of ::ffff:0:0 and 24 of the IPv4 address.
  CHECK(scope("::ffff:203.0.113.7/128", "192.0.2.1") == 120);
}

TEST_CASE("real-remote prefix 0: the resolver's own address is hashed") {
  World world = ThreeGroups();
  for (int i = 0; i < 200; ++i) {
    const std::string resolver = "203.0." + std::to_string(i) + ".53";
    const std::string direct = GroupOfA(
        world.Ask("ftp.example.org", "ANY", resolver + "/32", resolver));
    REQUIRE(GroupOfA(world.Ask("ftp.example.org", "ANY", "0.0.0.0/0",
                               resolver)) == direct);
    REQUIRE(GroupOfA(world.Ask("ftp.example.org", "ANY", "::/0", resolver)) ==
            direct);
  }
}

TEST_CASE("real-remote shorter than /24: the bits it has, the rest zero") {
  World world = ThreeGroups();
  for (int i = 0; i < 100; ++i) {
    const std::string net = "203." + std::to_string(i) + ".0.0";
    REQUIRE(GroupOfA(world.Ask("ftp.example.org", "ANY", net + "/16")) ==
            GroupOfA(world.Ask("ftp.example.org", "ANY", net + "/24")));
  }
}

TEST_CASE("::ffff:a.b.c.d meets the group of a.b.c.d") {
  World world = ThreeGroups();
  for (int i = 0; i < 100; ++i) {
    const std::string v4 = "203.0." + std::to_string(i) + ".9";
    REQUIRE(GroupOfA(
                world.Ask("ftp.example.org", "ANY", "::ffff:" + v4 + "/128")) ==
            GroupOfA(world.Ask("ftp.example.org", "ANY", v4 + "/32")));
  }
}

TEST_CASE("remote 0.0.0.0: a canonical sample with every type") {
  World world = ThreeGroups();
  world.data.SetGroup("g1", {}, {"2001:db8:1::1"});
  world.data.SetGroup("g2", {"198.51.2.9", "198.51.2.1"}, {});
  world.Apply();
  for (int i = 0; i < 20; ++i) {
    const Reply reply =
        world.Ask("ftp.example.org.", "ANY", "0.0.0.0/0", "0.0.0.0");
    REQUIRE(Content(reply, "A") == "198.51.2.1");
    REQUIRE(Content(reply, "AAAA") == "2001:db8:1::1");
  }
}

TEST_CASE("disabling a group moves its clients only, and enabling restores") {
  World world = ThreeGroups();
  std::map<int, std::string> before;
  for (int i = 0; i < 500; ++i) {
    before[i] = GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i)));
  }
  world.data.SetGroup("g2", {"198.51.2.1"}, {"2001:db8:2::1"}, Disabled());
  world.Apply();
  std::set<std::string> takers;
  for (int i = 0; i < 500; ++i) {
    const Reply reply = world.Ask("ftp.example.org", "ANY", Subnet(i));
    const std::string now = GroupOfA(reply);
    REQUIRE(now != "g2");
    REQUIRE(now == GroupOfAaaa(reply));
    if (before[i] != "g2") REQUIRE(now == before[i]);
    if (before[i] == "g2") takers.insert(now);
  }
  CHECK(takers == std::set<std::string>{"g1", "g3"});
  world.data.SetGroup("g2", {"198.51.2.1"}, {"2001:db8:2::1"});
  world.Apply();
  for (int i = 0; i < 500; ++i) {
    REQUIRE(GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i))) ==
            before[i]);
  }
}

TEST_CASE("a disabled group answers again once its `until` has passed") {
  World world = ThreeGroups();
  std::map<int, std::string> before;
  for (int i = 0; i < 200; ++i) {
    before[i] = GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i)));
  }
  redis::GroupState state = Disabled();
  state.until = kNow / 1000 - 1;
  world.data.SetGroup("g1", {"198.51.1.1"}, {"2001:db8:1::1"}, state);
  world.Apply();
  for (int i = 0; i < 200; ++i) {
    REQUIRE(GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i))) ==
            before[i]);
  }
}

TEST_CASE("a group that lacks a family: that family from the next group") {
  World world = ThreeGroups();
  std::map<int, std::string> before;
  for (int i = 0; i < 300; ++i) {
    before[i] = GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i)));
  }
  world.data.SetGroup("g3", {"198.51.3.1"}, {});
  world.Apply();
  int moved = 0;
  for (int i = 0; i < 300; ++i) {
    const Reply reply = world.Ask("ftp.example.org", "ANY", Subnet(i));
    REQUIRE(GroupOfA(reply) == before[i]);  // A stays where it was
    REQUIRE(!GroupOfAaaa(reply).empty());
    if (before[i] == "g3") {
      REQUIRE(GroupOfAaaa(reply) != "g3");
      ++moved;
    } else {
      REQUIRE(GroupOfAaaa(reply) == before[i]);
    }
  }
  CHECK(moved > 0);
}

TEST_CASE("an empty group's clients go to the next group, both families") {
  World world = ThreeGroups();
  world.data.SetGroup("g1", {}, {});
  world.Apply();
  for (int i = 0; i < 300; ++i) {
    const Reply reply = world.Ask("ftp.example.org", "ANY", Subnet(i));
    REQUIRE(GroupOfA(reply) != "g1");
    REQUIRE(GroupOfA(reply) == GroupOfAaaa(reply));
    REQUIRE(!GroupOfA(reply).empty());
  }
}

TEST_CASE("no group has any, fail_open: last known good addresses") {
  World world = ThreeGroups();
  std::map<int, std::string> before;
  for (int i = 0; i < 200; ++i) {
    before[i] = GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i)));
  }
  for (const std::string g : {"g1", "g2", "g3"}) {
    world.data.SetGroup(g, {}, {});
  }
  world.Apply();
  for (int i = 0; i < 200; ++i) {
    const Reply reply = world.Ask("ftp.example.org", "ANY", Subnet(i));
    REQUIRE(reply.kind == Reply::Kind::kRecords);
    REQUIRE(GroupOfA(reply) == before[i]);
    REQUIRE(GroupOfAaaa(reply) == before[i]);
    REQUIRE(reply.records[0].scope_mask == 24);
  }
}

TEST_CASE("fail_open prefers groups that no operator took out") {
  World world = ThreeGroups();
  world.data.SetGroup("g1", {"198.51.1.1"}, {"2001:db8:1::1"}, Disabled());
  world.data.SetGroup("g2", {}, {}, Disabled());
  world.data.SetGroup("g3", {}, {});
  world.Apply();
  for (int i = 0; i < 200; ++i) {
    REQUIRE(GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i))) == "g3");
  }
}

TEST_CASE("all groups disabled, fail_open: still answered") {
  World world = ThreeGroups();
  for (const std::string g : {"1", "2", "3"}) {
    world.data.SetGroup("g" + g, {"198.51." + g + ".1"},
                        {"2001:db8:" + g + "::1"}, Disabled());
  }
  world.Apply();
  for (int i = 0; i < 100; ++i) {
    REQUIRE(!GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i))).empty());
  }
}

TEST_CASE("no group has any, servfail: an error, never an empty answer") {
  World world = ThreeGroups();
  auto name = DatasetText::OnGroups({"g1", "g2", "g3"});
  name.config.on_empty = redis::OnEmpty::kServfail;
  world.data.Set("ftp.example.org", name);
  for (const std::string g : {"g1", "g2", "g3"}) {
    world.data.SetGroup(g, {}, {});
  }
  world.Apply();
  const Reply reply = world.Ask("ftp.example.org", "ANY");
  CHECK(reply.kind == Reply::Kind::kError);
  CHECK(reply.records.empty());
  CHECK(reply.error.find("ftp.example.org") != std::string::npos);
}

TEST_CASE("a name whose groups never had an address: an error") {
  World world = ThreeGroups();
  world.data.Set("new.example.org", DatasetText::OnGroups({"g9"}));
  world.data.Set("bare.example.org", DatasetText::OnGroups({}));
  world.Apply();
  CHECK(world.Ask("new.example.org", "ANY").kind == Reply::Kind::kError);
  CHECK(world.Ask("bare.example.org", "ANY").kind == Reply::Kind::kError);
}

TEST_CASE("names in any case are found and answered as asked") {
  World world = ThreeGroups();
  const Reply reply = world.Ask("FtP.eXample.ORG.", "ANY");
  REQUIRE(reply.records.size() == 2);
  CHECK(reply.records[0].qname == "FtP.eXample.ORG");
}

TEST_CASE("unknown names, and NS or SOA at a dynamic name: truthfully none") {
  World world = ThreeGroups();
  for (const auto& [name, type] :
       {std::pair("nope.example.org", "ANY"),
        std::pair("nope.example.org", "A"), std::pair("ftp.example.org", "NS"),
        std::pair("ftp.example.org", "SOA"), std::pair("ftp.example.org", "MX"),
        std::pair("elsewhere.test", "A")}) {
    CAPTURE(name, type);
    const Reply reply = world.Ask(name, type);
    CHECK(reply.kind == Reply::Kind::kRecords);
    CHECK(reply.records.empty());
  }
}

TEST_CASE("SOA, NS and static records have scope 0") {
  World world = ThreeGroups();
  auto apex = DatasetText::Apex();
  apex.config.records_json =
      R"([{"name":"www","type":"A","content":"192.0.2.80","ttl":300},
          {"name":"","type":"MX","content":"10 mx.example.net."}])";
  world.data.Set("example.org", apex);
  world.Apply();
  const Reply at_apex = world.Ask("example.org", "ANY");
  CHECK(Types(at_apex) == std::multiset<std::string>{"MX", "NS", "SOA"});
  CHECK(Content(at_apex, "SOA") ==
        "ns1.example.net. hostmaster.example.net. 7 1 2 3 4");
  CHECK(Content(at_apex, "NS") == "ns1.example.net.");
  const Reply www = world.Ask("www.example.org", "ANY");
  REQUIRE(www.records.size() == 1);
  CHECK(www.records[0].ttl_seconds == 300);
  for (const Reply* reply : {&at_apex, &www}) {
    for (const Record& record : reply->records) CHECK(record.scope_mask == 0);
  }
  CHECK(Types(world.Ask("example.org", "SOA")) ==
        std::multiset<std::string>{"SOA"});
  CHECK(Types(world.Ask("example.org", "NS")) ==
        std::multiset<std::string>{"NS"});
}

TEST_CASE("a dynamic apex answers SOA, NS and its addresses") {
  World world = ThreeGroups();
  auto apex = DatasetText::Apex();
  apex.groups = {{"g1", 100}, {"g2", 100}};
  apex.config.answer = redis::AnswerMode::kGroupConsistentHash;
  world.data.Set("ftp.example.net", apex);
  world.Apply();
  const Reply reply = world.Ask("ftp.example.net.", "ANY");
  CHECK(Types(reply) == std::multiset<std::string>{"A", "AAAA", "NS", "SOA"});
  for (const Record& record : reply.records) {
    const bool is_address = record.qtype == "A" || record.qtype == "AAAA";
    CHECK(record.scope_mask == (is_address ? 24 : 0));
  }
}

TEST_CASE("empty non-terminals exist without data") {
  World world = ThreeGroups();
  world.data.Set("a.b.c.example.org", DatasetText::OnGroups({"g1"}));
  world.Apply();
  for (const std::string name : {"b.c.example.org", "c.example.org"}) {
    const Reply reply = world.Ask(name, "ANY");
    REQUIRE(reply.records.size() == 1);
    CHECK(reply.records[0].qtype.empty());
    CHECK(reply.records[0].scope_mask == 0);
    CHECK(world.Ask(name, "NS").records.empty());
  }
  CHECK(world.Ask("x.c.example.org", "ANY").records.empty());
}

TEST_CASE("a name outside every zone is answered with the id PowerDNS gave") {
  World world = ThreeGroups();
  world.data.Set("ftp.elsewhere.test", DatasetText::OnGroups({"g1"}));
  world.Apply();
  CHECK(world.Ask("ftp.elsewhere.test", "ANY").records.size() == 2);
  CHECK(world.Ask("ftp.elsewhere.test", "ANY").domain_id == -1);
  CHECK(world.Ask("ftp.example.org", "ANY").domain_id ==
        world.snapshot().FindZone("example.org")->id);
}

TEST_CASE("ANSWERS: that many distinct addresses, or all there are") {
  World world = ThreeGroups();
  auto name = DatasetText::OnGroups({"g1", "g2", "g3"});
  for (const uint32_t answers : {2u, 3u, 9u}) {
    name.config.answers = answers;
    world.data.Set("ftp.example.org", name);
    world.Apply();
    for (int i = 0; i < 50; ++i) {
      std::set<std::string> a;
      int count = 0;
      for (const Record& record :
           world.Ask("ftp.example.org", "ANY", Subnet(i)).records) {
        if (record.qtype != "A") continue;
        a.insert(std::string(record.content));
        ++count;
      }
      REQUIRE(count == static_cast<int>(std::min(answers, 3u)));
      REQUIRE(a.size() == static_cast<size_t>(count));
    }
  }
}

TEST_CASE("the skip lists of the name and of its zone's apex are never drawn") {
  World world = ThreeGroups();
  auto name = DatasetText::OnGroups({"g1", "g2", "g3"});
  name.skip_a = {"198.51.1.0/31", "198.51.2.0/24"};
  world.data.Set("ftp.example.org", name);
  auto apex = DatasetText::Apex();
  apex.skip_a = {"198.51.1.2"};
  apex.skip_aaaa = {"2001:db8:1::/48"};
  world.data.Set("example.org", apex);
  world.Apply();
  for (int i = 0; i < 300; ++i) {
    const Reply reply = world.Ask("ftp.example.org", "ANY", Subnet(i));
    const std::string a = Content(reply, "A");
    REQUIRE(a != "198.51.1.1");
    REQUIRE(a != "198.51.1.2");
    REQUIRE(a.rfind("198.51.2.", 0) != 0);
    REQUIRE(GroupOfAaaa(reply) != "g1");
  }
}

TEST_CASE("`random` names draw from their own sets") {
  World world = ThreeGroups();
  DatasetText::Name name;
  name.config.answer = redis::AnswerMode::kRandom;
  name.a = {"192.0.2.1", "192.0.2.2"};
  name.aaaa = {"2001:db8:9::/48"};
  world.data.Set("any.example.org", name);
  world.Apply();
  std::set<std::string> a;
  std::set<std::string> aaaa;
  for (int i = 0; i < 100; ++i) {
    const Reply reply = world.Ask("any.example.org", "ANY");
    a.insert(Content(reply, "A"));
    aaaa.insert(Content(reply, "AAAA"));
    REQUIRE(reply.records[0].scope_mask == 24);
  }
  CHECK(a == std::set<std::string>{"192.0.2.1", "192.0.2.2"});
  CHECK(aaaa.size() > 90);
}

TEST_CASE("`consistent_hash` names give a subnet always the same address") {
  World world = ThreeGroups();
  DatasetText::Name name;
  name.config.answer = redis::AnswerMode::kConsistentHash;
  name.a = {"192.0.2.1", "192.0.2.2", "192.0.2.3"};
  name.aaaa = {"2001:db8:9::/48"};
  world.data.Set("hash.example.org", name);
  world.Apply();
  std::map<int, std::string> before;
  std::set<std::string> used;
  for (int i = 0; i < 200; ++i) {
    const Reply reply = world.Ask("hash.example.org", "ANY", Subnet(i));
    before[i] = Content(reply, "A");
    used.insert(before[i]);
    REQUIRE(Content(world.Ask("hash.example.org", "ANY", Subnet(i)), "AAAA") ==
            Content(reply, "AAAA"));
  }
  CHECK(used.size() == 3);
  // Removing an address moves only its own subnets.
  name.a = {"192.0.2.1", "192.0.2.3"};
  world.data.Set("hash.example.org", name);
  world.Apply();
  for (int i = 0; i < 200; ++i) {
    const std::string now =
        Content(world.Ask("hash.example.org", "ANY", Subnet(i)), "A");
    if (before[i] != "192.0.2.2") REQUIRE(now == before[i]);
  }
}

TEST_CASE("a drain moves a growing part of the group's subnets, each once") {
  World world = ThreeGroups();
  std::map<int, std::string> before;
  for (int i = 0; i < 500; ++i) {
    before[i] = GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i)));
  }
  std::map<int, std::string> last = before;
  int gone_before = 0;
  for (int percent = 0; percent <= 100; percent += 10) {
    redis::GroupState state;
    state.state = redis::AdminState::kDraining;
    state.duration = 1000;
    state.start = kNow / 1000 - percent * 10;
    world.data.SetGroup("g1", {"198.51.1.1"}, {"2001:db8:1::1"}, state);
    world.Apply();
    int gone = 0;
    for (int i = 0; i < 500; ++i) {
      const std::string now =
          GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i)));
      if (before[i] != "g1") {
        REQUIRE(now == before[i]);
      } else if (now != last[i]) {
        REQUIRE(last[i] == "g1");  // it moves away once, and never back
      }
      if (before[i] == "g1" && now != "g1") ++gone;
      last[i] = now;
    }
    REQUIRE(gone >= gone_before);
    gone_before = gone;
  }
  CHECK(gone_before ==
        std::count_if(before.begin(), before.end(),
                      [](const auto& b) { return b.second == "g1"; }));
}

}  // namespace
}  // namespace groupring::backend
