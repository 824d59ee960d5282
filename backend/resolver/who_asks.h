// Who has asked most in the last minutes: resolvers, client networks, names and
// groups, by samples of the queries that were answered dynamically.
#ifndef GROUPRING_BACKEND_RESOLVER_WHO_ASKS_H_
#define GROUPRING_BACKEND_RESOLVER_WHO_ASKS_H_

#include <array>
#include <bitset>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "backend/resolver/space_saving.h"
#include "hashing/ring.h"
#include "hashing/subnet_key.h"
#include "redis/base/mutex.h"

namespace groupring::backend {

enum class TopBy : uint8_t { kResolver, kSubnet, kName, kGroup };

// One sampled query.
struct AskedQuery {
  static constexpr uint32_t kNoGroup = UINT32_MAX;

  std::string_view resolver;  // its address
  hashing::SubnetKey subnet;  // of the client
  std::string_view label;     // that chose the group in its place; "": none
  std::string_view entry;     // of `groupring:affinity`, with that label
  bool by_ecs = false;        // else the resolver's own
  std::string_view name;      // canonical
  uint32_t group = kNoGroup;  // CacheHold::number
  // Null: there is none.
  const std::shared_ptr<const hashing::Ring>* ring = nullptr;
};

// What is known of one of those that ask most.
struct Asker {
  std::string key;       // an address, subnet or name; of a group its number
  uint64_t queries = 0;  // estimated; never less than the samples say
  uint64_t error = 0;    // an upper bound of how much too high
  double ecs_ratio = 0;  // of its queries
  uint32_t group = AskedQuery::kNoGroup;  // of its last answer
  double networks = 0;     // of resolvers: distinct subnets, estimated
  std::string label = {};  // of subnets, with its last question; "": none
  std::string entry = {};  // that has the label
};

struct Asked {
  std::vector<Asker> askers;  // heaviest first
  uint64_t queries = 0;       // of all that were answered dynamically
  uint64_t by_ecs = 0;        // of these, estimated
  uint64_t samples = 0;       // as many as `queries`: every query was looked at
  std::chrono::seconds span{0};
};

// From which groups the questions on a ring were answered.
struct RingAnswers {
  std::shared_ptr<const hashing::Ring> ring;
  std::map<uint32_t, uint64_t> groups;  // by number: estimated questions
};

// In fixed memory (about half a megabyte). Thread-safe.
class WhoAsks {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Top covers the last one to two of these.
  static constexpr std::chrono::seconds kHalf{300};
  // This many are kept of each kind.
  static constexpr size_t kKept = 512;
  // So many groups of rings are counted, each on each of its rings. Those that
  // come later are left out.
  static constexpr size_t kMostRingGroups = 4096;
  // More networks behind a resolver than this cannot be told apart.
  static constexpr double kMostNetworks = 2000;

  WhoAsks();

  // Adds a query that stands for `weight` queries. Returns the number of the
  // current half, which grows; or 0, with nothing added, if another thread
  // holds the lock: it never waits.
  uint64_t Add(const AskedQuery& query, uint64_t weight, TimePoint now)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // The `limit` heaviest.
  Asked Top(TopBy by, size_t limit, TimePoint now) ABSL_LOCKS_EXCLUDED(mutex_);

  // Of each ring that was asked, in no order. A ring with other weights is
  // another one.
  std::vector<RingAnswers> Rings(TimePoint now) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  static constexpr size_t kNetworkBits = 512;
  struct Extra {
    uint64_t by_ecs = 0;
    uint64_t weight = 0;
    uint32_t group = AskedQuery::kNoGroup;
  };
  struct SubnetExtra : Extra {
    std::string label;
    std::string entry;
  };
  struct ResolverExtra : Extra {
    std::bitset<kNetworkBits> networks;  // linear counting
  };
  struct Half {
    TimePoint begin{};
    uint64_t queries = 0;
    uint64_t by_ecs = 0;
    uint64_t samples = 0;
    SpaceSaving<std::string, ResolverExtra> resolvers{kKept};
    SpaceSaving<uint64_t, SubnetExtra> subnets{kKept};
    SpaceSaving<std::string, Extra> names{kKept};
    SpaceSaving<uint32_t, Extra> groups{kKept};
    // The pointers keep the rings from making room for others at their places.
    absl::flat_hash_map<std::shared_ptr<const hashing::Ring>,
                        absl::flat_hash_map<uint32_t, uint64_t>>
        rings;
    size_t ring_groups = 0;

    void Clear(TimePoint now);
  };

  static void AddToRing(const AskedQuery& query, uint64_t weight, Half* half);
  void Turn(TimePoint now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_;  // queries only try to lock it
  std::array<Half, 2> halves_ ABSL_GUARDED_BY(mutex_);
  uint64_t number_ ABSL_GUARDED_BY(mutex_) = 0;  // of the half; 0: none yet
};

// Decides which queries of one thread are sampled: all of the first ones in
// each half, then fewer, and finally one of kSparsest on average, at random
// distances.
class QuerySampler {
 public:
  static constexpr uint32_t kSparsest = 128;
  // After this many samples half as many of the queries are sampled.
  static constexpr uint32_t kStep = 256;

  // What Next will say.
  bool IsNext() const { return left_ == 1; }
  // Whether this query is to be sampled.
  bool Next() { return --left_ == 0; }

  // For how many queries it stands.
  uint64_t weight() const { return pending_ + distance_; }

  // The query was sampled; `half` is what WhoAsks::Add returned.
  void Done(uint64_t half);

 private:
  uint32_t left_ = 1;
  uint32_t distance_ = 1;  // of this sample from the one before
  uint64_t pending_ = 0;   // of samples that found no room
  uint32_t gap_ = 1;
  uint32_t taken_ = 0;
  uint64_t half_ = 0;
  uint64_t random_ = 0x9e3779b97f4a7c15;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_RESOLVER_WHO_ASKS_H_
