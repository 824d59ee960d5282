#include "backend/resolver/query_counts.h"

namespace groupring::backend {
namespace {

constexpr std::string_view kTransportNames[kTransports] = {
    "remote-json", "pipe-abi", "http", "embedded"};
constexpr std::string_view kMethodNames[kMethodCount] = {
    "unknown",
    "initialize",
    "lookup",
    "APILookup",
    "getAllDomains",
    "getDomainInfo",
    "getAllDomainMetadata",
    "getDomainMetadata",
    "list",
    "directBackendCmd",
    "searchRecords",
    "getBeforeAndAfterNamesAbsolute"};
constexpr std::string_view kResultNames[kQueryResults] = {"answered", "nothing",
                                                          "failed"};
constexpr std::string_view kTypeNames[kLookupTypes] = {"ANY", "A",  "AAAA",
                                                       "SOA", "NS", "other"};
constexpr std::string_view kClientNames[kCountedClients] = {"ecs", "resolver",
                                                            "nobody"};
constexpr std::string_view kSourceNames[kCountedSources] = {
    "in_service", "fallback", "panic"};
constexpr std::string_view kDrawNames[kCountedDraws] = {"redis", "own"};
constexpr std::string_view kFailureNames[kFailureCauses] = {
    "nothing_loaded", "refused", "nothing_known"};

}  // namespace

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

std::string_view ToText(CountedDraw draw) {
  return kDrawNames[static_cast<size_t>(draw)];
}

std::string_view ToText(FailureCause cause) {
  return kFailureNames[static_cast<size_t>(cause)];
}

GroupCounts::~GroupCounts() {
  for (const std::atomic<Chunk*>& chunk : chunks_) delete chunk.load();
}

GroupCounts::Chunk* GroupCounts::NewChunk(std::atomic<Chunk*>* place) {
  Chunk* const chunk = std::make_unique<Chunk>().release();
  place->store(chunk, std::memory_order_release);
  return chunk;
}

uint64_t GroupCounts::Of(uint32_t group, size_t family) const {
  if (group >= kMost) return 0;
  const Chunk* const chunk =
      chunks_[group / kPerChunk].load(std::memory_order_acquire);
  return chunk == nullptr ? 0 : (*chunk)[group % kPerChunk][family].value();
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
  AddAll(other.draws, &draws);
  AddAll(other.failures, &failures);
  AddAll(other.scopes, &scopes);
  traffic.Add(other.traffic);
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    AddAll(other.answers[f], &answers[f]);
    for (uint32_t group = 0; group < groups_end; ++group) {
      const uint64_t count = other.groups.Of(group, f);
      if (count != 0) groups.Add(group, f, count);
    }
  }
}

}  // namespace groupring::backend
