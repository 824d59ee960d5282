// How many questions were asked, and what was answered: counters that cost a
// query plain increments, no lock and no cache line that two threads write.
#ifndef GROUPRING_BACKEND_RESOLVER_QUERY_COUNTS_H_
#define GROUPRING_BACKEND_RESOLVER_QUERY_COUNTS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "backend/protocol/reply.h"
#include "backend/protocol/request.h"
#include "backend/protocol/traffic_counts.h"
#include "redis/base/count.h"
#include "redis/model/address.h"

namespace groupring::backend {

enum class QueryResult : uint8_t {
  kAnswered,  // with records, or with whatever the method asks for
  kNothing,   // truthfully: no such name or type, or a method unknown
  kServfail,  // SERVFAIL at the client
};
inline constexpr size_t kQueryResults = 3;
inline QueryResult ResultOf(const Reply& reply) {
  switch (reply.kind) {
    case Reply::Kind::kError:
      return QueryResult::kServfail;
    case Reply::Kind::kFalse:
      return QueryResult::kNothing;
    case Reply::Kind::kRecords:
      return reply.records.empty() ? QueryResult::kNothing
                                   : QueryResult::kAnswered;
    case Reply::Kind::kTrue:
    case Reply::Kind::kDomain:
    case Reply::Kind::kDomains:
    case Reply::Kind::kMetadata:
    case Reply::Kind::kValues:
    case Reply::Kind::kText:
    case Reply::Kind::kNeighbours:
      return QueryResult::kAnswered;
  }
  return QueryResult::kServfail;
}

// What a lookup asks for, as far as it is told apart.
enum class LookupType : uint8_t { kAny, kA, kAaaa, kSoa, kNs, kOther };
inline constexpr size_t kLookupTypes = 6;
// In any case. Inline, as it is part of every lookup.
inline LookupType LookupTypeOf(std::string_view qtype) {
  const auto is = [qtype](size_t at, char letter) {
    return (qtype[at] | 0x20) == letter;
  };
  switch (qtype.size()) {
    case 3:
      if (is(0, 'a') && is(1, 'n') && is(2, 'y')) return LookupType::kAny;
      if (is(0, 's') && is(1, 'o') && is(2, 'a')) return LookupType::kSoa;
      return LookupType::kOther;
    case 1:
      return is(0, 'a') ? LookupType::kA : LookupType::kOther;
    case 4:
      return is(0, 'a') && is(1, 'a') && is(2, 'a') && is(3, 'a')
                 ? LookupType::kAaaa
                 : LookupType::kOther;
    case 2:
      return is(0, 'n') && is(1, 's') ? LookupType::kNs : LookupType::kOther;
    default:
      return LookupType::kOther;
  }
}

// Whose address a dynamic answer was chosen by.
enum class CountedClient : uint8_t {
  kSubnet,    // EDNS Client Subnet
  kResolver,  // there was none
  kNobody,    // PowerDNS asks for itself: a sample
};
inline constexpr size_t kCountedClients = 3;

// What the addresses of a dynamic answer were taken from.
enum class CountedSource : uint8_t {
  kInService,
  kFallback,  // nothing is in service, and ON_EMPTY is fail_open
  kPanic,     // in service only because health is ignored for the ring
};
inline constexpr size_t kCountedSources = 3;

// Who drew an address of an answer.
enum class CountedDraw : uint8_t {
  kRedis,
  kOwn,  // Redis' draws were used up, or it is away
};
inline constexpr size_t kCountedDraws = 2;

// Why a question failed.
enum class FailureCause : uint8_t {
  kNothingLoaded,  // nothing has been read from Redis, or restored
  kRefused,        // nothing is in service, and ON_EMPTY is servfail
  kNothingKnown,   // no address is known that may be answered
};
inline constexpr size_t kFailureCauses = 3;

// The scope prefix length of an answer is one of these: 0 to 128 bits.
inline constexpr size_t kScopes = 129;

// Answers by group, which have dense numbers (CacheHold::number), and family.
class GroupCounts {
 public:
  GroupCounts() = default;
  ~GroupCounts();
  GroupCounts(const GroupCounts&) = delete;
  GroupCounts& operator=(const GroupCounts&) = delete;

  // Of more than 2^18 groups since the start, the last ones are not counted.
  static constexpr uint32_t kMost = 1 << 18;

  // The writing thread only. Allocates for one group in 256.
  void Add(uint32_t group, size_t family, uint64_t more = 1) {
    if (group >= kMost) return;
    std::atomic<Chunk*>& place = chunks_[group / kPerChunk];
    Chunk* chunk = place.load(std::memory_order_relaxed);
    if (chunk == nullptr) chunk = NewChunk(&place);
    (*chunk)[group % kPerChunk][family].Add(more);
  }
  uint64_t Of(uint32_t group, size_t family) const;

 private:
  static constexpr uint32_t kPerChunk = 256;
  using Chunk =
      std::array<std::array<Count, redis::kFamilies>, size_t{kPerChunk}>;

  static Chunk* NewChunk(std::atomic<Chunk*>* place);

  std::array<std::atomic<Chunk*>, kMost / kPerChunk> chunks_{};
};

// How all of these are called in metrics, and in what a process hands over to
// the one that replaces it.
std::string_view ToText(Transport transport);
std::string_view ToText(Method method);
std::string_view ToText(QueryResult result);
std::string_view ToText(LookupType type);
std::string_view ToText(CountedClient client);
std::string_view ToText(CountedSource source);
std::string_view ToText(CountedDraw draw);
std::string_view ToText(FailureCause cause);

// Of one thread at a time that answers. Any thread may read them.
struct alignas(64) QueryCounts {
  using ByResult = std::array<Count, kQueryResults>;

  std::array<std::array<ByResult, kMethodCount>, kTransports> queries;
  std::array<ByResult, kLookupTypes> lookups;
  std::array<Count, kCountedClients> clients;
  // Families of dynamic answers.
  std::array<std::array<Count, kCountedSources>, redis::kFamilies> answers;
  std::array<Count, kCountedDraws> draws;
  std::array<Count, kFailureCauses> failures;
  // Dynamic answers by the scope that caches are told.
  std::array<Count, kScopes> scopes;
  GroupCounts groups;
  TrafficCounts traffic;

  void CountQuery(const Request& request, QueryResult result) {
    const auto r = static_cast<size_t>(result);
    queries[static_cast<size_t>(request.transport)]
           [static_cast<size_t>(request.method)][r]
               .Add();
    if (request.method == Method::kLookup) {
      lookups[static_cast<size_t>(LookupTypeOf(request.qtype))][r].Add();
    }
  }

  // Adds all counts of `other`, whose groups have numbers below `groups_end`.
  void Add(const QueryCounts& other, uint32_t groups_end);
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_RESOLVER_QUERY_COUNTS_H_
