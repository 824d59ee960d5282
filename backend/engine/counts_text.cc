#include "backend/engine/counts_text.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"

namespace groupring::backend {
namespace {

using redis::Family;
using redis::kFamilies;

constexpr std::string_view kHead = "groupring-counts 1";

// Of an enum with kCount values, the one with this name.
template <typename Enum, size_t kCount>
std::optional<size_t> Find(std::string_view name) {
  for (size_t i = 0; i < kCount; ++i) {
    if (ToText(static_cast<Enum>(i)) == name) return i;
  }
  return std::nullopt;
}

std::optional<size_t> FindFamily(std::string_view name) {
  for (size_t f = 0; f < kFamilies; ++f) {
    if (FamilyName(static_cast<Family>(f)) == name) return f;
  }
  return std::nullopt;
}

using Visit = std::function<void(const std::string& line, const Count& count)>;

void ForEachResult(const std::string& what, const QueryCounts::ByResult& counts,
                   const Visit& visit) {
  for (size_t r = 0; r < kQueryResults; ++r) {
    visit(absl::StrFormat("%s %s", what, ToText(static_cast<QueryResult>(r))),
          counts[r]);
  }
}

std::string BucketName(size_t bucket) {
  constexpr const auto& kBounds = LatencyCounts::kBoundsMicros;
  return bucket < kBounds.size() ? absl::StrFormat("%d", kBounds[bucket])
                                 : "more";
}

void ForEachOfTraffic(const TrafficCounts& traffic, const Visit& visit) {
  for (size_t k = 0; k < kTrafficKinds; ++k) {
    const std::string_view kind = ToText(static_cast<TrafficKind>(k));
    visit(absl::StrFormat("opened %s", kind), traffic.opened[k]);
    for (size_t c = 0; c < kRefusalCauses; ++c) {
      visit(absl::StrFormat("refused %s %s", kind,
                            ToText(static_cast<RefusalCause>(c))),
            traffic.refused[k][c]);
    }
    for (size_t c = 0; c < kCloseCauses; ++c) {
      visit(absl::StrFormat("closed %s %s", kind,
                            ToText(static_cast<CloseCause>(c))),
            traffic.closed[k][c]);
    }
    visit(absl::StrFormat("error %s", kind), traffic.errors[k]);
  }
  for (size_t t = 0; t < kTransports; ++t) {
    const std::string_view transport = ToText(static_cast<Transport>(t));
    const LatencyCounts& latency = traffic.latency[t];
    for (size_t b = 0; b < latency.buckets.size(); ++b) {
      visit(absl::StrFormat("latency %s %s", transport, BucketName(b)),
            latency.buckets[b]);
    }
    visit(absl::StrFormat("latency_nanos %s", transport), latency.nanos);
  }
}

void ForEach(const QueryCounts& counts, const Visit& visit) {
  for (size_t t = 0; t < kTransports; ++t) {
    for (size_t m = 0; m < kMethodCount; ++m) {
      ForEachResult(
          absl::StrFormat("query %s %s", ToText(static_cast<Transport>(t)),
                          ToText(static_cast<Method>(m))),
          counts.queries[t][m], visit);
    }
  }
  for (size_t t = 0; t < kLookupTypes; ++t) {
    ForEachResult(
        absl::StrFormat("lookup %s", ToText(static_cast<LookupType>(t))),
        counts.lookups[t], visit);
  }
  for (size_t c = 0; c < kCountedClients; ++c) {
    visit(absl::StrFormat("client %s", ToText(static_cast<CountedClient>(c))),
          counts.clients[c]);
  }
  for (size_t d = 0; d < kCountedDraws; ++d) {
    visit(absl::StrFormat("draw %s", ToText(static_cast<CountedDraw>(d))),
          counts.draws[d]);
  }
  for (size_t c = 0; c < kFailureCauses; ++c) {
    visit(absl::StrFormat("failure %s", ToText(static_cast<FailureCause>(c))),
          counts.failures[c]);
  }
  for (size_t bits = 0; bits < kScopes; ++bits) {
    visit(absl::StrFormat("scope %d", bits), counts.scopes[bits]);
  }
  for (size_t f = 0; f < kFamilies; ++f) {
    for (size_t s = 0; s < kCountedSources; ++s) {
      visit(absl::StrFormat("answer %s %s", FamilyName(static_cast<Family>(f)),
                            ToText(static_cast<CountedSource>(s))),
            counts.answers[f][s]);
    }
  }
  ForEachOfTraffic(counts.traffic, visit);
}

using Words = std::vector<std::string_view>;

// As Counted, of what happens to connections.
Count* CountedTraffic(const Words& words, TrafficCounts* traffic) {
  if (words.size() < 3) return nullptr;
  if (const auto kind = Find<TrafficKind, kTrafficKinds>(words[1])) {
    if (words.size() == 3 && words[0] == "opened") {
      return &traffic->opened[*kind];
    }
    if (words.size() == 3 && words[0] == "error") {
      return &traffic->errors[*kind];
    }
    if (words.size() == 4 && words[0] == "refused") {
      const auto cause = Find<RefusalCause, kRefusalCauses>(words[2]);
      return cause ? &traffic->refused[*kind][*cause] : nullptr;
    }
    if (words.size() == 4 && words[0] == "closed") {
      const auto cause = Find<CloseCause, kCloseCauses>(words[2]);
      return cause ? &traffic->closed[*kind][*cause] : nullptr;
    }
  }
  const auto transport = Find<Transport, kTransports>(words[1]);
  if (!transport) return nullptr;
  LatencyCounts& latency = traffic->latency[*transport];
  if (words.size() == 3 && words[0] == "latency_nanos") return &latency.nanos;
  if (words.size() != 4 || words[0] != "latency") return nullptr;
  for (size_t b = 0; b < latency.buckets.size(); ++b) {
    if (BucketName(b) == words[2]) return &latency.buckets[b];
  }
  return nullptr;
}

std::optional<uint64_t> Number(std::string_view text) {
  uint64_t number = 0;
  if (!absl::SimpleAtoi(std::string(text), &number)) return std::nullopt;
  return number;
}

// As Counted, of lines of two words and a number.
Count* CountedByOne(const Words& words, QueryCounts* counts) {
  if (words[0] == "client") {
    const auto client = Find<CountedClient, kCountedClients>(words[1]);
    return client ? &counts->clients[*client] : nullptr;
  }
  if (words[0] == "draw") {
    const auto draw = Find<CountedDraw, kCountedDraws>(words[1]);
    return draw ? &counts->draws[*draw] : nullptr;
  }
  if (words[0] == "failure") {
    const auto cause = Find<FailureCause, kFailureCauses>(words[1]);
    return cause ? &counts->failures[*cause] : nullptr;
  }
  if (words[0] == "scope") {
    const auto bits = Number(words[1]);
    return bits && *bits < kScopes ? &counts->scopes[*bits] : nullptr;
  }
  return CountedTraffic(words, &counts->traffic);
}

// What the words count; null: nothing that is known here.
Count* Counted(const Words& words, QueryCounts* counts) {
  if (words.size() == 5 && words[0] == "query") {
    const auto transport = Find<Transport, kTransports>(words[1]);
    const auto method = Find<Method, kMethodCount>(words[2]);
    const auto result = Find<QueryResult, kQueryResults>(words[3]);
    if (!transport || !method || !result) return nullptr;
    return &counts->queries[*transport][*method][*result];
  }
  if (words.size() == 4 && words[0] == "lookup") {
    const auto type = Find<LookupType, kLookupTypes>(words[1]);
    const auto result = Find<QueryResult, kQueryResults>(words[2]);
    return type && result ? &counts->lookups[*type][*result] : nullptr;
  }
  if (words.size() == 3) return CountedByOne(words, counts);
  if (words.size() == 4 && words[0] == "answer") {
    const auto family = FindFamily(words[1]);
    const auto source = Find<CountedSource, kCountedSources>(words[2]);
    return family && source ? &counts->answers[*family][*source] : nullptr;
  }
  return CountedTraffic(words, &counts->traffic);
}

Words Split(std::string_view text, char separator) {
  Words words;
  for (;;) {
    const size_t end = text.find(separator);
    words.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return words;
    text.remove_prefix(end + 1);
  }
}

// "group A 41 px-1", whose last word may hold blanks.
void AddGroup(const Words& words, std::string_view line, CacheHolds* holds,
              QueryCounts* counts) {
  if (words.size() < 4) return;
  const auto family = FindFamily(words[1]);
  const auto count = Number(words[2]);
  const auto begin = static_cast<size_t>(words[3].data() - line.data());
  std::string group;
  if (!family || !count ||
      !absl::CUnescape(std::string(line.substr(begin)), &group)) {
    return;
  }
  counts->groups.Add(holds->Of(group)->number(), *family, *count);
}

}  // namespace

std::string EncodeCounts(const QueryCounts& counts,
                         const std::vector<std::string>& groups) {
  std::string text(kHead);
  text += '\n';
  ForEach(counts, [&](const std::string& what, const Count& count) {
    if (count.value() == 0) return;
    text += absl::StrFormat("%s %d\n", what, count.value());
  });
  for (uint32_t i = 0; i < groups.size(); ++i) {
    for (size_t f = 0; f < kFamilies; ++f) {
      const uint64_t count = counts.groups.Of(i, f);
      if (count == 0) continue;
      text += absl::StrFormat("group %s %d %s\n",
                              FamilyName(static_cast<Family>(f)), count,
                              absl::CHexEscape(groups[i]));
    }
  }
  return text;
}

void AddEncodedCounts(std::string_view text, CacheHolds* holds,
                      QueryCounts* counts) {
  const Words lines = Split(text, '\n');
  if (lines[0] != kHead) return;
  for (size_t i = 1; i < lines.size(); ++i) {
    const Words words = Split(lines[i], ' ');
    if (words[0] == "group") {
      AddGroup(words, lines[i], holds, counts);
      continue;
    }
    Count* const counted = Counted(words, counts);
    const auto more = Number(words.back());
    if (counted != nullptr && more) counted->Add(*more);
  }
}

}  // namespace groupring::backend
