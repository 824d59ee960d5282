#include "redis/connection/server_role.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "redis/base/host_port.h"
#include "redis/connection/error_reply.h"

namespace groupring::redis {
namespace {

std::optional<Endpoint> At(const std::string& host, std::string_view port,
                           const Endpoint& account) {
  const uint16_t number = ParsePort(port).value_or(0);
  if (host.empty() || number == 0) return std::nullopt;
  Endpoint endpoint = account;
  endpoint.host = host;
  endpoint.port = number;
  return endpoint;
}

// The rank of a candidate for this way of reading; smaller ranks go first.
int RankFor(ReadFrom read, const Candidate& candidate, bool is_local) {
  int rank = 0;
  switch (read) {
    case ReadFrom::kMaster:
      rank = candidate.is_master ? 0 : 1;
      break;
    case ReadFrom::kReplica:
      rank = candidate.is_master ? 1 : 0;
      break;
    case ReadFrom::kLocal:
      rank = is_local ? 0 : 1;
      break;
  }
  // Sentinels can be wrong, so servers that they call down are tried last.
  return candidate.is_down ? rank + 2 : rank;
}

}  // namespace

ServerRole ParseRole(const Reply& reply) {
  ServerRole role;
  if (reply.elements.empty()) return role;
  const std::vector<Reply>& words = reply.elements;
  if (words[0].text == "master") {
    role.kind = ServerRole::Kind::kMaster;
    if (words.size() > 2) {
      role.replicas = static_cast<int>(words[2].elements.size());
    }
  } else if (words[0].text == "slave" && words.size() > 3) {
    role.kind = ServerRole::Kind::kReplica;
    role.master = absl::StrFormat("%s:%d", words[1].text, words[2].integer);
    role.link_is_up = words[3].text == "connected";
  } else if (words[0].text == "sentinel") {
    role.kind = ServerRole::Kind::kSentinel;
  }
  return role;
}

std::string RoleWords(const ServerRole& role) {
  switch (role.kind) {
    case ServerRole::Kind::kMaster:
      return absl::StrFormat("a master with %d replica%s", role.replicas,
                             role.replicas == 1 ? "" : "s");
    case ServerRole::Kind::kReplica:
      return absl::StrFormat("a replica of %s (link %s)", role.master,
                             role.link_is_up ? "up" : "down");
    case ServerRole::Kind::kSentinel:
      return "a sentinel, no server of data: write sentinel:// for it";
    case ServerRole::Kind::kUnknown:
      break;
  }
  return "of unknown role (may the user run ROLE?)";
}

absl::StatusOr<Endpoint> ParseMasterAddress(const Reply& reply,
                                            const Endpoint& account) {
  if (reply.is_error()) return StatusOfErrorReply(reply.text);
  if (reply.type == Reply::Type::kNil) {
    return absl::NotFoundError("knows no master of that name");
  }
  if (reply.elements.size() == 2) {
    std::optional<Endpoint> endpoint =
        At(reply.elements[0].text, reply.elements[1].text, account);
    if (endpoint) return *std::move(endpoint);
  }
  return absl::UnavailableError("tells no address of the master");
}

std::vector<Candidate> ParseReplicas(const Reply& reply,
                                     const Endpoint& account) {
  std::vector<Candidate> replicas;
  for (const Reply& fields : reply.elements) {
    std::string host;
    std::string port;
    std::string flags;
    for (size_t i = 0; i + 1 < fields.elements.size(); i += 2) {
      const std::string& field = fields.elements[i].text;
      const std::string& value = fields.elements[i + 1].text;
      if (field == "ip") host = value;
      if (field == "port") port = value;
      if (field == "flags") flags = value;
    }
    std::optional<Endpoint> endpoint = At(host, port, account);
    if (!endpoint) continue;
    const bool is_down = flags.find("down") != std::string::npos ||
                         flags.find("disconnected") != std::string::npos;
    replicas.push_back({*std::move(endpoint), false, is_down});
  }
  return replicas;
}

std::vector<Candidate> InOrderFor(
    ReadFrom read, std::vector<Candidate> candidates,
    const std::function<bool(const Endpoint&)>& is_local) {
  std::stable_sort(candidates.begin(), candidates.end(),
                   [&](const Candidate& a, const Candidate& b) {
                     return RankFor(read, a, is_local(a.endpoint)) <
                            RankFor(read, b, is_local(b.endpoint));
                   });
  return candidates;
}

Fitness FitnessFor(ReadFrom read, const ServerRole& role) {
  using Kind = ServerRole::Kind;
  if (role.kind == Kind::kSentinel) return Fitness::kUnfit;
  if (role.kind == Kind::kUnknown) return Fitness::kGood;
  // The data of a replica without its master gets old, and a failover may be
  // near.
  if (role.kind == Kind::kReplica && !role.link_is_up) {
    return Fitness::kFallback;
  }
  if (read == ReadFrom::kMaster && role.kind == Kind::kReplica) {
    return Fitness::kFallback;
  }
  if (read == ReadFrom::kReplica && role.kind == Kind::kMaster) {
    return Fitness::kFallback;
  }
  return Fitness::kGood;
}

}  // namespace groupring::redis
