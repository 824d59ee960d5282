#include "backend/protocol/traffic_counts.h"

#include <algorithm>

namespace groupring::backend {
namespace {

constexpr std::string_view kKindNames[kTrafficKinds] = {
    "remote-json", "pipe-abi", "http", "pages"};
constexpr std::string_view kRefusalNames[kRefusalCauses] = {"too_many",
                                                            "no_descriptors"};
constexpr std::string_view kCloseNames[kCloseCauses] = {
    "peer_left",  "request_cut",  "last_request",    "idle",
    "made_room",  "request_slow", "answer_not_read", "request_too_long",
    "no_request", "refused",      "failed",          "not_served"};

}  // namespace

std::string_view ToText(TrafficKind kind) {
  return kKindNames[static_cast<size_t>(kind)];
}

std::string_view ToText(RefusalCause cause) {
  return kRefusalNames[static_cast<size_t>(cause)];
}

std::string_view ToText(CloseCause cause) {
  return kCloseNames[static_cast<size_t>(cause)];
}

void LatencyCounts::Add(std::chrono::nanoseconds took) {
  // A bucket holds what is no longer than its bound.
  const auto* const bound = std::find_if(
      kBoundsMicros.begin(), kBoundsMicros.end(), [took](int64_t micros) {
        return took <= std::chrono::microseconds(micros);
      });
  buckets[static_cast<size_t>(bound - kBoundsMicros.begin())].Add();
  nanos.Add(static_cast<uint64_t>(std::max<int64_t>(took.count(), 0)));
}

uint64_t LatencyCounts::samples() const {
  uint64_t all = 0;
  for (const Count& bucket : buckets) all += bucket.value();
  return all;
}

void LatencyCounts::Add(const LatencyCounts& other) {
  AddAll(other.buckets, &buckets);
  nanos.Add(other.nanos.value());
}

uint64_t TrafficCounts::Open(size_t kind) const {
  uint64_t ended = 0;
  for (const Count& count : closed[kind]) ended += count.value();
  const uint64_t begun = opened[kind].value();
  return begun - std::min(ended, begun);
}

void TrafficCounts::Add(const TrafficCounts& other) {
  AddAll(other.opened, &opened);
  AddAll(other.errors, &errors);
  for (size_t k = 0; k < kTrafficKinds; ++k) {
    AddAll(other.refused[k], &refused[k]);
    AddAll(other.closed[k], &closed[k]);
  }
  for (size_t t = 0; t < kTransports; ++t) latency[t].Add(other.latency[t]);
}

void LatencySampler::Draw() {
  random_ ^= random_ << 13;
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  left_ = 1 + static_cast<uint32_t>((random_ >> 32) % 127);
}

}  // namespace groupring::backend
