// What a zone delegates to other name servers is not its own (RFC 4035, 2.2).
#include <map>
#include <set>
#include <string>

#include "backend/resolver/listing.h"
#include "tests/backend/resolver/world.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

constexpr char kRecords[] = R"([
  {"name":"sub","type":"NS","content":"ns.sub.example.org."},
  {"name":"sub","type":"DS",
   "content":"1 13 2 0011223344556677889900112233445566778899001122334455667788990011"},
  {"name":"ns.sub","type":"A","content":"192.0.2.1"},
  {"name":"www","type":"A","content":"192.0.2.80"}])";

ResolverWorld WorldWithDelegation() {
  ResolverWorld world = WorldOfThreeGroups();
  DatasetText::Name apex = DatasetText::Apex();
  apex.config.records_json = kRecords;
  world.data.Set("example.org", apex);
  world.data.Set("ftp.sub.example.org", DatasetText::OnGroups({"g1"}));
  world.Apply();
  CHECK(world.snapshot().complaints->empty());
  return world;
}

std::map<std::string, bool> AuthByType(const Reply& reply) {
  std::map<std::string, bool> auth;
  for (const Record& record : reply.records) {
    auth[std::string(record.qtype)] = record.auth;
  }
  return auth;
}

TEST_CASE("of what is delegated DS alone is the zone's own") {
  ResolverWorld world = WorldWithDelegation();
  using Auth = std::map<std::string, bool>;
  const auto auth = [&](const char* name) {
    return AuthByType(world.Ask(name, "ANY"));
  };
  CHECK(auth("sub.example.org") == Auth{{"NS", false}, {"DS", true}});
  CHECK(auth("ns.sub.example.org") == Auth{{"A", false}});
  CHECK(auth("ftp.sub.example.org") == Auth{{"A", false}, {"AAAA", false}});
  CHECK(auth("www.example.org") == Auth{{"A", true}});
  CHECK(auth("ftp.example.org") == Auth{{"A", true}, {"AAAA", true}});
  CHECK(auth("example.org") == Auth{{"SOA", true}, {"NS", true}});
}

TEST_CASE("a listing tells what is delegated") {
  const ResolverWorld world = WorldWithDelegation();
  Request request;
  request.zone = "example.org";
  Reply reply;
  ListZone(world.snapshot(), request, kNow, &reply);
  std::set<std::string> delegated;
  for (const Record& record : reply.records) {
    if (record.auth) continue;
    delegated.insert(std::string(record.qname) + " " +
                     std::string(record.qtype));
  }
  CHECK(delegated == std::set<std::string>{
                         "sub.example.org NS", "ns.sub.example.org A",
                         "ftp.sub.example.org A", "ftp.sub.example.org AAAA"});
}

TEST_CASE("a zone of ours is a delegation to the zone around it") {
  ResolverWorld world = WorldOfThreeGroups();
  world.data.Set("sub.example.org", DatasetText::Apex());
  world.Apply();
  const Snapshot& snapshot = world.snapshot();
  const int64_t parent = snapshot.FindZone("example.org")->id;
  const int64_t child = snapshot.FindZone("sub.example.org")->id;
  Request request;
  request.method = Method::kLookup;
  request.qname = "sub.example.org.";
  request.qtype = "ANY";
  Mt19937Random random(1);
  ResolverScratch scratch(&random);
  const auto ask = [&](int64_t zone, const char* remote, const char* client) {
    request.zone_id = zone;
    request.remote = remote;
    request.real_remote = client;
    Reply reply;
    Lookup(snapshot, request, kNow, &scratch, &reply);
    CHECK(reply.kind == Reply::Kind::kRecords);
    CHECK(reply.domain_id == (reply.records.size() == 1 ? parent : child));
    return AuthByType(reply);
  };
  using Auth = std::map<std::string, bool>;
  // PowerDNS for itself, as it asks for the types in a proof.
  CHECK(ask(parent, "0.0.0.0", "0.0.0.0/0") == Auth{{"NS", false}});
  // The zone itself, a number of another backend, and clients.
  const Auth apex = {{"SOA", true}, {"NS", true}};
  CHECK(ask(child, "0.0.0.0", "0.0.0.0/0") == apex);
  CHECK(ask(1, "0.0.0.0", "0.0.0.0/0") == apex);
  CHECK(ask(-1, "0.0.0.0", "0.0.0.0/0") == apex);
  CHECK(ask(parent, "192.0.2.1", "192.0.2.1/32") == apex);
}

}  // namespace
}  // namespace groupring::backend
