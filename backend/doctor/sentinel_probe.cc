#include "backend/doctor/sentinel_probe.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/doctor/sentinel_facts.h"
#include "redis/connection/server_finder.h"

namespace groupring::backend {
namespace {

using redis::Connection;
using redis::ServerRole;

std::string Message(const absl::Status& status) {
  return std::string(status.message());
}

// What a failover would fail of; empty: of nothing.
std::string AskQuorum(const redis::Location& location,
                      const redis::Endpoint& sentinel,
                      const redis::ConnectionTimeouts& timeouts) {
  const auto connection = Connection::Connect(sentinel, timeouts);
  if (!connection.ok()) return Message(connection.status());
  const auto reply =
      (*connection)->Command({"SENTINEL", "CKQUORUM", location.master_name});
  if (!reply.ok()) return Message(reply.status());
  return reply->is_error() ? reply->text : "";
}

AnnouncedServer Visit(const redis::Candidate& candidate,
                      const redis::ConnectionTimeouts& timeouts) {
  AnnouncedServer server;
  server.address = candidate.endpoint.Display();
  server.is_master = candidate.is_master;
  const auto connection = Connection::Connect(candidate.endpoint, timeouts);
  if (!connection.ok()) {
    server.trouble = Message(connection.status());
    return server;
  }
  const auto role = redis::AskRole(connection->get());
  if (!role.ok()) {
    server.trouble = Message(role.status());
    return server;
  }
  server.role = RoleWords(*role);
  server.fits =
      candidate.is_master
          ? role->kind == ServerRole::Kind::kMaster
          : role->kind == ServerRole::Kind::kReplica && role->link_is_up;
  return server;
}

}  // namespace

Diagnostics ProbeSentinels(const redis::Location& location,
                           const redis::ConnectionTimeouts& timeouts) {
  std::vector<SentinelFacts> sentinels;
  std::map<std::string, redis::Candidate> announced;
  for (const redis::Endpoint& sentinel : location.sentinels) {
    SentinelFacts facts;
    facts.sentinel = sentinel.Display();
    const auto candidates = AskSentinel(location, sentinel, timeouts);
    if (candidates.ok()) {
      facts.master = candidates->front().endpoint.Display();
      facts.quorum_trouble = AskQuorum(location, sentinel, timeouts);
      for (const redis::Candidate& candidate : *candidates) {
        announced.emplace(candidate.endpoint.Display(), candidate);
      }
    } else {
      facts.trouble = Message(candidates.status());
    }
    sentinels.push_back(std::move(facts));
  }
  std::vector<AnnouncedServer> servers;
  for (const auto& [address, candidate] : announced) {
    servers.push_back(Visit(candidate, timeouts));
  }
  return CheckSentinels(sentinels, servers);
}

}  // namespace groupring::backend
