#include "redis/connection/server_finder.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "redis/base/connect.h"
#include "redis/base/status_macros.h"
#include "redis/connection/error_reply.h"
#include "redis/connection/short_read.h"
#include "redis/schema/keys.h"

namespace groupring::redis {
namespace {

bool IsAddressOf(const sockaddr* own, const Endpoint& endpoint) {
  if (own == nullptr) return false;
  if (own->sa_family == AF_INET) {
    in_addr asked{};
    return inet_pton(AF_INET, endpoint.host.c_str(), &asked) == 1 &&
           asked.s_addr ==
               reinterpret_cast<const sockaddr_in*>(own)->sin_addr.s_addr;
  }
  if (own->sa_family == AF_INET6) {
    in6_addr asked{};
    return inet_pton(AF_INET6, endpoint.host.c_str(), &asked) == 1 &&
           std::memcmp(&asked,
                       &reinterpret_cast<const sockaddr_in6*>(own)->sin6_addr,
                       sizeof(asked)) == 0;
  }
  return false;
}

// Whether the server runs on this host: a unix socket, a name or address of
// loopback, or an address of one of its interfaces. Other names are not looked
// up.
bool IsLocal(const Endpoint& endpoint) {
  if (!endpoint.unix_path.empty()) return true;
  if (IsLocalhost(endpoint.host) || endpoint.host.starts_with("127.") ||
      endpoint.host == "::1") {
    return true;
  }
  ifaddrs* interfaces = nullptr;
  if (getifaddrs(&interfaces) != 0) return false;
  bool found = false;
  for (const ifaddrs* each = interfaces; each != nullptr && !found;
       each = each->ifa_next) {
    found = IsAddressOf(each->ifa_addr, endpoint);
  }
  freeifaddrs(interfaces);
  return found;
}

absl::StatusOr<int64_t> AskGeneration(Connection* connection) {
  ASSIGN_OR_RETURN(const Reply reply,
                   ReadShort(kGenerationKey, kLongestNumber, connection));
  if (reply.is_error()) {
    // A server that is still loading or has lost its master cannot be used.
    const absl::Status status = StatusOfErrorReply(reply.text);
    if (absl::IsAborted(status) || absl::IsUnavailable(status)) return status;
    return 0;
  }
  int64_t generation = 0;
  return absl::SimpleAtoi(reply.text, &generation) ? generation : 0;
}

// Tries candidates, and remembers the best suitable one and what is wrong with
// each of the others.
class Search {
 public:
  Search(const ServerSearch& wanted, const ConnectionTimeouts& timeouts)
      : wanted_(wanted), timeouts_(timeouts) {}

  // Returns whether this candidate should be taken without trying others.
  bool Try(const Candidate& candidate) {
    const std::string where = candidate.endpoint.Display();
    FoundServer found;
    const absl::StatusOr<Fitness> fitness = Examine(candidate, &found);
    if (!fitness.ok()) {
      Note(where, fitness.status());
      return false;
    }
    if (*fitness == Fitness::kUnfit) {
      Note(where, absl::FailedPreconditionError("is " + RoleWords(found.role)));
      return false;
    }
    if (*fitness == Fitness::kGood) {
      best_ = std::move(found);
      return true;
    }
    if (!best_) best_ = std::move(found);
    return false;
  }

  void Note(const std::string& where, const absl::Status& status) {
    // Messages of Connection already name the server.
    const std::string words(status.message());
    troubles_.push_back(
        words.find(where) == std::string::npos ? where + " " + words : words);
    if (code_ == absl::StatusCode::kOk) code_ = status.code();
    if (absl::IsOutOfRange(status)) code_ = status.code();
  }

  absl::StatusOr<FoundServer> Result() {
    if (best_) return *std::move(best_);
    return absl::Status(code_, absl::StrJoin(troubles_, "; "));
  }

 private:
  absl::StatusOr<Fitness> Examine(const Candidate& candidate,
                                  FoundServer* found) {
    found->endpoint = candidate.endpoint;
    ASSIGN_OR_RETURN(found->connection,
                     Connection::Connect(candidate.endpoint, timeouts_));
    ASSIGN_OR_RETURN(found->role, AskRole(found->connection.get()));
    const Fitness fitness = FitnessFor(wanted_.read, found->role);
    if (fitness == Fitness::kUnfit ||
        (wanted_.must_be_master &&
         found->role.kind == ServerRole::Kind::kReplica)) {
      return Fitness::kUnfit;
    }
    ASSIGN_OR_RETURN(const int64_t generation,
                     AskGeneration(found->connection.get()));
    if (generation < wanted_.least_generation) {
      return absl::OutOfRangeError(absl::StrFormat(
          "is behind: it holds change %d, and %d was known already", generation,
          wanted_.least_generation));
    }
    return fitness;
  }

  const ServerSearch& wanted_;
  const ConnectionTimeouts& timeouts_;
  std::optional<FoundServer> best_;
  std::vector<std::string> troubles_;
  absl::StatusCode code_ = absl::StatusCode::kOk;
};

bool TryAll(ReadFrom read, std::vector<Candidate> candidates, Search* search) {
  for (const Candidate& candidate :
       InOrderFor(read, std::move(candidates), IsLocal)) {
    if (search->Try(candidate)) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<ServerRole> AskRole(Connection* connection) {
  ASSIGN_OR_RETURN(const Reply reply, connection->Command({"ROLE"}));
  return ParseRole(reply);
}

absl::StatusOr<std::vector<Candidate>> AskSentinel(
    const Location& location, const Endpoint& sentinel,
    const ConnectionTimeouts& timeouts) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Connection> connection,
                   Connection::Connect(sentinel, timeouts));
  const auto about = [&](const absl::Status& status) {
    return absl::Status(
        status.code(),
        absl::StrFormat("sentinel %s, asked for %s: %s", sentinel.Display(),
                        location.master_name, std::string(status.message())));
  };
  const absl::StatusOr<Reply> master = connection->Command(
      {"SENTINEL", "get-master-addr-by-name", location.master_name});
  if (!master.ok()) return about(master.status());
  absl::StatusOr<Endpoint> endpoint =
      ParseMasterAddress(*master, location.account);
  if (!endpoint.ok()) return about(endpoint.status());
  std::vector<Candidate> candidates = {{*std::move(endpoint), true, false}};
  const absl::StatusOr<Reply> replicas =
      connection->Command({"SENTINEL", "replicas", location.master_name});
  if (!replicas.ok()) return about(replicas.status());
  for (Candidate& replica : ParseReplicas(*replicas, location.account)) {
    candidates.push_back(std::move(replica));
  }
  return candidates;
}

absl::StatusOr<FoundServer> FindServer(const Location& location,
                                       const ServerSearch& search,
                                       const ConnectionTimeouts& timeouts) {
  if (location.is_single()) {
    FoundServer found;
    found.endpoint = location.servers[0];
    ASSIGN_OR_RETURN(found.connection,
                     Connection::Connect(found.endpoint, timeouts));
    return found;
  }
  Search tries(search, timeouts);
  if (!location.has_sentinels()) {
    std::vector<Candidate> candidates;
    for (const Endpoint& server : location.servers) {
      // All rank the same: each says itself whether it is the master.
      candidates.push_back({server, true, false});
    }
    TryAll(search.read, std::move(candidates), &tries);
    return tries.Result();
  }
  for (const Endpoint& sentinel : location.sentinels) {
    absl::StatusOr<std::vector<Candidate>> candidates =
        AskSentinel(location, sentinel, timeouts);
    if (!candidates.ok()) {
      tries.Note(sentinel.Display(), candidates.status());
      continue;
    }
    // A sentinel that was cut off may name a former master. Then the next one
    // is asked.
    if (TryAll(search.read, *std::move(candidates), &tries)) break;
  }
  return tries.Result();
}

absl::Status SentinelWatch::Check(const Endpoint& followed,
                                  const ServerSearch& search,
                                  const ConnectionTimeouts& timeouts) {
  if (!location_->has_sentinels() || location_->read != ReadFrom::kMaster) {
    return absl::OkStatus();
  }
  const Endpoint& sentinel =
      location_->sentinels[next_ % location_->sentinels.size()];
  const absl::StatusOr<std::vector<Candidate>> candidates =
      AskSentinel(*location_, sentinel, timeouts);
  if (!candidates.ok()) {
    ++next_;
    return absl::OkStatus();
  }
  const Candidate& master = candidates->front();
  if (master.endpoint.Display() == followed.Display() ||
      !Search(search, timeouts).Try(master)) {
    return absl::OkStatus();
  }
  return absl::AbortedError(absl::StrFormat(
      "sentinel %s names %s as the master instead of %s", sentinel.Display(),
      master.endpoint.Display(), followed.Display()));
}

}  // namespace groupring::redis
