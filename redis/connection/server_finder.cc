#include "redis/connection/server_finder.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "redis/connection/error_reply.h"
#include "redis/connection/local_address.h"
#include "redis/schema/own_keys.h"

namespace groupring::redis {
namespace {

absl::StatusOr<int64_t> AskGeneration(Connection* connection) {
  const absl::StatusOr<Reply> reply =
      connection->Command({"GET", kGenerationKey});
  if (!reply.ok()) return reply.status();
  int64_t generation = 0;
  if (reply->is_error()) {
    // A server that is still loading, or lost its master, is not to be asked.
    const absl::Status status = StatusOfErrorReply(reply->text);
    if (absl::IsAborted(status) || absl::IsUnavailable(status)) return status;
    return generation;
  }
  if (!absl::SimpleAtoi(reply->text, &generation)) return int64_t{0};
  return generation;
}

// Tries candidates, remembers the best that will do, and what is wrong with
// the others.
class Search {
 public:
  Search(const ServerSearch& wanted, const ConnectionTimeouts& timeouts)
      : wanted_(wanted), timeouts_(timeouts) {}

  // Whether it is the one to take.
  bool Try(const Candidate& candidate) {
    const std::string where = candidate.endpoint.Display();
    FoundServer found;
    const absl::StatusOr<Fitness> fitness = Examine(candidate, &found);
    if (!fitness.ok()) {
      Note(where, fitness.status());
      return false;
    }
    if (*fitness == Fitness::kUnfit) {
      Note(where,
           absl::FailedPreconditionError("is a " + RoleWords(found.role)));
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
    // Messages of connections name the server themselves.
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
    absl::StatusOr<std::unique_ptr<Connection>> connection =
        Connection::Connect(candidate.endpoint, timeouts_);
    if (!connection.ok()) return connection.status();
    found->endpoint = candidate.endpoint;
    found->connection = *std::move(connection);
    const absl::StatusOr<ServerRole> role = AskRole(found->connection.get());
    if (!role.ok()) return role.status();
    found->role = *role;
    Fitness fitness = FitnessFor(wanted_.read, *role);
    if (wanted_.must_be_master && role->kind == ServerRole::Kind::kReplica) {
      return Fitness::kUnfit;
    }
    if (fitness == Fitness::kUnfit) return fitness;
    const absl::StatusOr<int64_t> generation =
        AskGeneration(found->connection.get());
    if (!generation.ok()) return generation.status();
    if (*generation < wanted_.least_generation) {
      return absl::OutOfRangeError(absl::StrFormat(
          "is behind: it holds change %d, and %d was known already",
          *generation, wanted_.least_generation));
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
  const absl::StatusOr<Reply> reply = connection->Command({"ROLE"});
  if (!reply.ok()) return reply.status();
  return ParseRole(*reply);
}

absl::StatusOr<std::vector<Candidate>> AskSentinel(
    const Location& location, const Endpoint& sentinel,
    const ConnectionTimeouts& timeouts) {
  const absl::StatusOr<std::unique_ptr<Connection>> connection =
      Connection::Connect(sentinel, timeouts);
  if (!connection.ok()) return connection.status();
  const auto about = [&](const absl::Status& status) {
    return absl::Status(
        status.code(),
        absl::StrFormat("sentinel %s, asked for %s: %s", sentinel.Display(),
                        location.master_name, std::string(status.message())));
  };
  const absl::StatusOr<Reply> master =
      (*connection)
          ->Command(
              {"SENTINEL", "get-master-addr-by-name", location.master_name});
  if (!master.ok()) return about(master.status());
  absl::StatusOr<Endpoint> endpoint =
      ParseMasterAddress(*master, location.account);
  if (!endpoint.ok()) return about(endpoint.status());
  std::vector<Candidate> candidates = {{*std::move(endpoint), true, false}};
  const absl::StatusOr<Reply> replicas =
      (*connection)->Command({"SENTINEL", "replicas", location.master_name});
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
    absl::StatusOr<std::unique_ptr<Connection>> connection =
        Connection::Connect(found.endpoint, timeouts);
    if (!connection.ok()) return connection.status();
    found.connection = *std::move(connection);
    return found;
  }
  Search tries(search, timeouts);
  if (!location.has_sentinels()) {
    std::vector<Candidate> candidates;
    for (const Endpoint& server : location.servers) {
      // Which of them is the master is asked of themselves: all rank alike.
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
    // A sentinel that was cut off may tell of a master of before: then the
    // next one is asked.
    if (TryAll(search.read, *std::move(candidates), &tries)) break;
  }
  return tries.Result();
}

}  // namespace groupring::redis
