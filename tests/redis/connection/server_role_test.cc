#include "redis/connection/server_role.h"

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

Reply Text(const std::string& text) {
  Reply reply;
  reply.type = Reply::Type::kString;
  reply.text = text;
  return reply;
}

Reply Number(int64_t number) {
  Reply reply;
  reply.type = Reply::Type::kInteger;
  reply.integer = number;
  return reply;
}

Reply Array(std::vector<Reply> elements) {
  Reply reply;
  reply.type = Reply::Type::kArray;
  reply.elements = std::move(elements);
  return reply;
}

Reply Error(const std::string& text) {
  Reply reply = Text(text);
  reply.type = Reply::Type::kError;
  return reply;
}

Endpoint Account() {
  Endpoint account;
  account.user = "ring";
  account.database = 3;
  return account;
}

bool IsUnix(const Endpoint& endpoint) { return !endpoint.unix_path.empty(); }

std::vector<std::string> Order(ReadFrom read, std::vector<Candidate> all) {
  std::vector<std::string> hosts;
  for (const Candidate& candidate : InOrderFor(read, all, IsUnix)) {
    hosts.push_back(candidate.endpoint.host);
  }
  return hosts;
}

Candidate Server(const std::string& host, bool is_master = false,
                 bool is_down = false, bool is_local = false) {
  Candidate candidate{{}, is_master, is_down};
  candidate.endpoint.host = host;
  if (is_local) candidate.endpoint.unix_path = "/here";
  return candidate;
}

TEST_CASE("ROLE tells master, replica and sentinel apart") {
  const ServerRole master = ParseRole(
      Array({Text("master"), Number(7), Array({Array({}), Array({})})}));
  CHECK(master.kind == ServerRole::Kind::kMaster);
  CHECK(master.replicas == 2);
  CHECK(RoleWords(master) == "a master with 2 replicas");

  const ServerRole replica = ParseRole(Array(
      {Text("slave"), Text("192.0.2.1"), Number(6379), Text("connected")}));
  CHECK(replica.kind == ServerRole::Kind::kReplica);
  CHECK(replica.master == "192.0.2.1:6379");
  CHECK(replica.link_is_up);
  CHECK_FALSE(ParseRole(Array({Text("slave"), Text("192.0.2.1"), Number(6379),
                               Text("connect")}))
                  .link_is_up);

  CHECK(ParseRole(Array({Text("sentinel")})).kind ==
        ServerRole::Kind::kSentinel);
  CHECK(ParseRole(Error("NOPERM")).kind == ServerRole::Kind::kUnknown);
  CHECK(ParseRole(Array({Text("slave")})).kind == ServerRole::Kind::kUnknown);
}

TEST_CASE("the address of the master takes our account along") {
  const auto endpoint =
      ParseMasterAddress(Array({Text("192.0.2.1"), Text("7000")}), Account());
  REQUIRE(endpoint.ok());
  CHECK(endpoint->host == "192.0.2.1");
  CHECK(endpoint->port == 7000);
  CHECK(endpoint->user == "ring");
  CHECK(endpoint->database == 3);
  CHECK(absl::IsNotFound(ParseMasterAddress(Reply(), Account()).status()));
  CHECK(absl::IsUnauthenticated(
      ParseMasterAddress(Error("NOAUTH x"), Account()).status()));
  for (const Reply& nonsense :
       {Array({}), Array({Text("h")}), Array({Text("h"), Text("99999")}),
        Array({Text("h"), Text("0")}), Array({Text(""), Text("1")})}) {
    CHECK(
        absl::IsUnavailable(ParseMasterAddress(nonsense, Account()).status()));
  }
}

TEST_CASE("replicas that sentinels hold for down are said to be") {
  const auto entry = [](const std::string& port, const std::string& flags) {
    return Array({Text("name"), Text("x"), Text("ip"), Text("192.0.2.2"),
                  Text("port"), Text(port), Text("flags"), Text(flags)});
  };
  const auto replicas =
      ParseReplicas(Array({entry("1", "slave"), entry("2", "s_down,slave"),
                           entry("3", "slave,disconnected"),
                           entry("no", "slave"), Text("nonsense")}),
                    Account());
  REQUIRE(replicas.size() == 3);
  CHECK_FALSE(replicas[0].is_down);
  CHECK(replicas[1].is_down);
  CHECK(replicas[2].is_down);
  CHECK(replicas[0].endpoint.user == "ring");
}

TEST_CASE("servers are tried as the setting says, those that are down last") {
  const std::vector<Candidate> all = {Server("down", false, true), Server("r1"),
                                      Server("local", false, false, true),
                                      Server("m", true)};
  using Hosts = std::vector<std::string>;
  CHECK(Order(ReadFrom::kMaster, all) == Hosts{"m", "r1", "local", "down"});
  CHECK(Order(ReadFrom::kReplica, all) == Hosts{"r1", "local", "m", "down"});
  CHECK(Order(ReadFrom::kLocal, all) == Hosts{"local", "r1", "m", "down"});
}

TEST_CASE("which server will do depends on its role and on the setting") {
  ServerRole master;
  master.kind = ServerRole::Kind::kMaster;
  ServerRole replica;
  replica.kind = ServerRole::Kind::kReplica;
  replica.link_is_up = true;
  ServerRole cut_off = replica;
  cut_off.link_is_up = false;
  ServerRole sentinel;
  sentinel.kind = ServerRole::Kind::kSentinel;
  CHECK(FitnessFor(ReadFrom::kMaster, master) == Fitness::kGood);
  CHECK(FitnessFor(ReadFrom::kMaster, replica) == Fitness::kFallback);
  CHECK(FitnessFor(ReadFrom::kReplica, master) == Fitness::kFallback);
  CHECK(FitnessFor(ReadFrom::kReplica, replica) == Fitness::kGood);
  CHECK(FitnessFor(ReadFrom::kLocal, replica) == Fitness::kGood);
  for (const ReadFrom read :
       {ReadFrom::kMaster, ReadFrom::kReplica, ReadFrom::kLocal}) {
    CHECK(FitnessFor(read, cut_off) == Fitness::kFallback);
    CHECK(FitnessFor(read, sentinel) == Fitness::kUnfit);
    CHECK(FitnessFor(read, ServerRole()) == Fitness::kGood);
  }
}

}  // namespace
}  // namespace groupring::redis
