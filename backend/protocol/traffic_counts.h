// What happens to connections, and how long answers take: counters of one
// thread that serves connections.
#ifndef GROUPRING_BACKEND_PROTOCOL_TRAFFIC_COUNTS_H_
#define GROUPRING_BACKEND_PROTOCOL_TRAFFIC_COUNTS_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "backend/protocol/request.h"
#include "redis/base/count.h"

namespace groupring::backend {

// What is spoken on a connection, as far as connections are counted apart.
enum class TrafficKind : uint8_t { kRemoteJson, kPipeAbi, kHttp, kPages };
inline constexpr size_t kTrafficKinds = 4;

// Why a peer was turned away before its connection was served.
enum class RefusalCause : uint8_t {
  kTooMany,        // as many are open as may be
  kNoDescriptors,  // the process, or the system, has no more of them
};
inline constexpr size_t kRefusalCauses = 2;

// Why a connection was closed.
enum class CloseCause : uint8_t {
  kPeerLeft,     // with no request under way, or without taking the answer
  kCutRequest,   // the peer left in the middle of a request
  kLastRequest,  // HTTP: the peer said that this request is its last
  kIdle,         // nothing was asked for too long; never one of PowerDNS
  kMadeRoom,     // idle, and closed for the sake of a new one
  kSlowRequest,  // a request took too long to come
  kNotRead,      // an answer was not read, or was too long to wait for it
  kTooLong,      // a request of more bytes than may be
  kNotReadable,  // what came is no request of the protocol
  kRefused,      // HTTP: the request was refused, with a status that says why
  kFailed,       // remote JSON: an error, which PowerDNS answers as SERVFAIL
  kNotServed,    // taken over, and nobody listens for its protocol any more
};
inline constexpr size_t kCloseCauses = 12;

// How all of these are called in metrics, and in what a process hands over to
// the one that replaces it.
std::string_view ToText(TrafficKind kind);
std::string_view ToText(RefusalCause cause);
std::string_view ToText(CloseCause cause);

// How long answers took: from when the bytes of a request had been read until
// those of the answer were written.
struct LatencyCounts {
  // The upper bounds of the buckets, in microseconds; behind them one without.
  static constexpr std::array<int64_t, 15> kBoundsMicros = {
      10,    25,    50,     100,    250,    500,     1000,   2500,
      5'000, 10000, 25'000, 50'000, 100000, 250'000, 1000000};

  std::array<Count, kBoundsMicros.size() + 1> buckets;  // not cumulative
  Count nanos;                                          // the sum of all

  void Add(std::chrono::nanoseconds took);
  uint64_t samples() const;
  void Add(const LatencyCounts& other);
};

// Written by one thread at a time, read by any.
struct TrafficCounts {
  std::array<Count, kTrafficKinds> opened;
  std::array<std::array<Count, kRefusalCauses>, kTrafficKinds> refused;
  std::array<std::array<Count, kCloseCauses>, kTrafficKinds> closed;
  // Requests answered with an error on a connection that goes on.
  std::array<Count, kTrafficKinds> errors;
  std::array<LatencyCounts, kTransports> latency;

  // Those that are open, by what was counted.
  uint64_t Open(size_t kind) const;

  void Add(const TrafficCounts& other);
};

// Which answers of one thread are timed: the first, and then one of 64 on
// average, at random distances.
class LatencySampler {
 public:
  // Whether this one is to be timed.
  bool Next() {
    if (--left_ != 0) return false;
    Draw();
    return true;
  }

 private:
  void Draw();

  uint32_t left_ = 1;
  uint64_t random_ = 0x9e3779b97f4a7c15;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_TRAFFIC_COUNTS_H_
