#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "backend/resolver/resolver.h"
#include "tests/backend/dataset_text.h"
#include "tests/backend/resolver/world.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

TEST_CASE("names in any case are found and answered as asked") {
  ResolverWorld world = WorldOfThreeGroups();
  const Reply reply = world.Ask("FtP.eXample.ORG.", "ANY");
  REQUIRE(reply.records.size() == 2);
  CHECK(reply.records[0].qname == "FtP.eXample.ORG");
}

TEST_CASE("unknown names, and NS or SOA at a dynamic name: truthfully none") {
  ResolverWorld world = WorldOfThreeGroups();
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
  ResolverWorld world = WorldOfThreeGroups();
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
  ResolverWorld world = WorldOfThreeGroups();
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
  ResolverWorld world = WorldOfThreeGroups();
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
  ResolverWorld world = WorldOfThreeGroups();
  world.data.Set("ftp.elsewhere.test", DatasetText::OnGroups({"g1"}));
  world.Apply();
  CHECK(world.Ask("ftp.elsewhere.test", "ANY").records.size() == 2);
  CHECK(world.Ask("ftp.elsewhere.test", "ANY").domain_id == -1);
  CHECK(world.Ask("ftp.example.org", "ANY").domain_id ==
        world.snapshot().FindZone("example.org")->id);
}

}  // namespace
}  // namespace groupring::backend
