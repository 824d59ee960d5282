#include "backend/doctor/redis_probe.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "backend/doctor/key_checks.h"
#include "redis/base/status_macros.h"
#include "redis/connection/error_reply.h"
#include "redis/connection/server_finder.h"
#include "redis/load/discovery.h"

namespace groupring::backend {
namespace {

using redis::Connection;
using redis::ServerRole;

using Code = DiagnosticCode;

// Some seconds of SCAN.
constexpr size_t kMaxKeys = 2'000'000;

// With the prefix of groupring's own keys. It is never written.
constexpr std::string_view kNoKey = "groupring:doctor";

struct Needed {
  std::vector<std::string_view> command;
  std::string_view why;
};

std::vector<Needed> ToRead() {
  return {
      {{"SCAN", "0", "COUNT", "1"}, "names cannot be found without it"},
      {{"HGETALL", kNoKey}, "CONFIG, WEIGHTS and STATE cannot be read"},
      {{"SMEMBERS", kNoKey}, "groups and addresses cannot be read"},
      {{"SRANDMEMBER", kNoKey, "-1"}, "addresses cannot be drawn"},
  };
}

bool IsDenied(const redis::Reply& reply) {
  return reply.is_error() && reply.text.rfind("NOPERM", 0) == 0;
}

std::string Message(const absl::Status& status) {
  return std::string(status.message());
}

// The fields of a hash.
absl::StatusOr<std::vector<std::string>> FieldsOf(Connection* connection,
                                                  const std::string& key) {
  ASSIGN_OR_RETURN(const redis::Reply reply,
                   connection->Command({"HGETALL", key}));
  if (reply.is_error()) return redis::StatusOfErrorReply(reply.text);
  std::vector<std::string> fields;
  for (size_t i = 0; i < reply.elements.size(); i += 2) {
    fields.push_back(reply.elements[i].text);
  }
  return fields;
}

// Why a failover is not possible; "" if it is.
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

absl::StatusOr<RedisFacts> ProbeRedis(Connection* connection) {
  RedisFacts facts;
  const auto info = connection->Command({"INFO"});
  if (!info.ok()) return info.status();
  if (!info->is_error()) facts.info = ParseInfo(info->text);

  const auto save = connection->Command({"CONFIG", "GET", "save"});
  if (!save.ok()) return save.status();
  if (!save->is_error() && save->elements.size() == 2) {
    facts.info["saves_configured"] = save->elements[1].text.empty() ? "0" : "1";
  }
  const auto table =
      connection->Command({"CONFIG", "GET", "tracking-table-max-keys"});
  if (!table.ok()) return table.status();
  if (!table->is_error() && table->elements.size() == 2) {
    facts.info["tracking_table_max_keys"] = table->elements[1].text;
  }
  for (const Needed& needed : ToRead()) {
    const auto reply = connection->Command(needed.command);
    if (!reply.ok()) return reply.status();
    if (IsDenied(*reply)) {
      facts.denied.push_back("our user may not run " +
                             std::string(needed.command[0]) + ": " +
                             std::string(needed.why));
    }
  }
  const auto tracking = connection->Command({"CLIENT", "TRACKING", "OFF"});
  if (!tracking.ok()) return tracking.status();
  facts.can_follow = !tracking->is_error();

  const auto write = connection->Command({"DEL", kNoKey});
  if (!write.ok()) return write.status();
  facts.can_write = !write->is_error();
  return facts;
}

Diagnostics ProbeKeys(Connection* connection, const redis::Dataset& dataset,
                      const redis::AlikeNames& alike) {
  Diagnostics findings;
  KeyChecks checks(dataset, alike);
  size_t seen = 0;
  const absl::Status walked =
      redis::Discovery(dataset.schema, redis::Discovery::Keys::kEvery)
          .Walk(
              connection,
              [&](std::string_view key) {
                checks.See(key);
                ++seen;
              },
              kMaxKeys);
  if (!walked.ok()) {
    findings.push_back(
        {Severity::kWarning, Code::kNearlyRightKey, "data",
         "the keys could not all be looked at: " + Message(walked), ""});
  } else if (seen >= kMaxKeys) {
    findings.push_back(
        {Severity::kInfo, Code::kNearlyRightKey, "data",
         absl::StrFormat("this database has many keys: %d of them were looked "
                         "at for keys that are nearly right",
                         seen),
         ""});
  }
  for (const std::string& key : checks.weights_keys()) {
    const auto fields = FieldsOf(connection, key);
    if (fields.ok()) checks.SeeWeights(key, *fields);
  }
  for (Diagnostic& finding : checks.Findings()) {
    findings.push_back(std::move(finding));
  }
  return findings;
}

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
  servers.reserve(announced.size());
  for (const auto& [address, candidate] : announced) {
    servers.push_back(Visit(candidate, timeouts));
  }
  return CheckSentinels(sentinels, servers);
}

}  // namespace groupring::backend
