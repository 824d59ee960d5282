#include "backend/resolver/query_counts.h"

#include "redis/base/text.h"

namespace groupring::backend {
namespace {

constexpr std::string_view kTransportNames[kTransports] = {
    "remote-json", "pipe-abi", "http", "embedded"};
constexpr std::string_view kMethodNames[kMethodCount] = {"unknown",
                                                         "initialize",
                                                         "lookup",
                                                         "APILookup",
                                                         "getAllDomains",
                                                         "getDomainInfo",
                                                         "getAllDomainMetadata",
                                                         "getDomainMetadata",
                                                         "list",
                                                         "directBackendCmd",
                                                         "searchRecords"};
constexpr std::string_view kResultNames[kQueryResults] = {"answered", "nothing",
                                                          "failed"};
constexpr std::string_view kTypeNames[kLookupTypes] = {"ANY", "A",  "AAAA",
                                                       "SOA", "NS", "other"};
constexpr std::string_view kClientNames[kCountedClients] = {"ecs", "resolver",
                                                            "nobody"};
constexpr std::string_view kSourceNames[kCountedSources] = {"in_service",
                                                            "fallback"};

template <size_t kSize>
void AddAll(const std::array<Count, kSize>& from,
            std::array<Count, kSize>* to) {
  for (size_t i = 0; i < kSize; ++i) (*to)[i].Add(from[i].value());
}

}  // namespace

QueryResult ResultOf(const Reply& reply) {
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
      return QueryResult::kAnswered;
  }
  return QueryResult::kServfail;
}

LookupType LookupTypeOf(std::string_view qtype) {
  // The first is what PowerDNS asks for nearly always.
  if (EqualsIgnoreCase(qtype, "ANY")) return LookupType::kAny;
  if (EqualsIgnoreCase(qtype, "SOA")) return LookupType::kSoa;
  if (EqualsIgnoreCase(qtype, "A")) return LookupType::kA;
  if (EqualsIgnoreCase(qtype, "AAAA")) return LookupType::kAaaa;
  if (EqualsIgnoreCase(qtype, "NS")) return LookupType::kNs;
  return LookupType::kOther;
}

std::string_view ToText(Transport transport) {
  return kTransportNames[static_cast<size_t>(transport)];
}

std::string_view ToText(Method method) {
  return kMethodNames[static_cast<size_t>(method)];
}

std::string_view ToText(QueryResult result) {
  return kResultNames[static_cast<size_t>(result)];
}

std::string_view ToText(LookupType type) {
  return kTypeNames[static_cast<size_t>(type)];
}

std::string_view ToText(CountedClient client) {
  return kClientNames[static_cast<size_t>(client)];
}

std::string_view ToText(CountedSource source) {
  return kSourceNames[static_cast<size_t>(source)];
}

GroupCounts::~GroupCounts() {
  for (const std::atomic<Chunk*>& chunk : chunks_) delete chunk.load();
}

void GroupCounts::Add(uint32_t group, size_t family, uint64_t more) {
  if (group >= kMost) return;
  std::atomic<Chunk*>& place = chunks_[group / kPerChunk];
  Chunk* chunk = place.load(std::memory_order_relaxed);
  if (chunk == nullptr) {
    chunk = std::make_unique<Chunk>().release();
    place.store(chunk, std::memory_order_release);
  }
  (*chunk)[group % kPerChunk][family].Add(more);
}

uint64_t GroupCounts::Of(uint32_t group, size_t family) const {
  if (group >= kMost) return 0;
  const Chunk* const chunk =
      chunks_[group / kPerChunk].load(std::memory_order_acquire);
  return chunk == nullptr ? 0 : (*chunk)[group % kPerChunk][family].value();
}

void QueryCounts::CountQuery(const Request& request, QueryResult result) {
  const auto r = static_cast<size_t>(result);
  queries[static_cast<size_t>(request.transport)]
         [static_cast<size_t>(request.method)][r]
             .Add();
  if (request.method == Method::kLookup) {
    lookups[static_cast<size_t>(LookupTypeOf(request.qtype))][r].Add();
  }
}

void QueryCounts::Add(const QueryCounts& other, uint32_t groups_end) {
  for (size_t t = 0; t < kTransports; ++t) {
    for (size_t m = 0; m < kMethodCount; ++m) {
      AddAll(other.queries[t][m], &queries[t][m]);
    }
  }
  for (size_t t = 0; t < kLookupTypes; ++t) {
    AddAll(other.lookups[t], &lookups[t]);
  }
  AddAll(other.clients, &clients);
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    AddAll(other.answers[f], &answers[f]);
    for (uint32_t group = 0; group < groups_end; ++group) {
      const uint64_t count = other.groups.Of(group, f);
      if (count != 0) groups.Add(group, f, count);
    }
  }
}

}  // namespace groupring::backend
