// Why a client gets the answer it gets: every step of one lookup.
#ifndef GROUPRING_BACKEND_REPORT_EXPLANATION_H_
#define GROUPRING_BACKEND_REPORT_EXPLANATION_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/report/colour.h"
#include "backend/resolver/client.h"
#include "backend/snapshot/snapshot.h"
#include "redis/model/availability.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// Why a group of the order did not decide every family that was still open.
enum class PassedOver {
  kNo,  // it did
  kDisabled,
  kWeightZero,
  kSlotGivenUp,  // a ramp has taken this slot away
  kLacksFamily,
  kNotReached,  // a group before it answers
};

// One group of the slot's order; those of weight 0 follow the others.
struct ExplainedGroup {
  std::string group;
  redis::GroupState state;
  redis::Intent intent;  // what the state comes to now
  bool keeps_slot = false;
  std::array<bool, redis::kFamilies> answers{};  // families that it decided
  PassedOver passed_over = PassedOver::kNo;
  std::array<bool, redis::kFamilies> lacks{};  // open ones that it has not
  // Those of them of which it has addresses, all of which are withheld.
  std::array<bool, redis::kFamilies> withheld{};
  // One of those addresses; nothing when none is.
  std::optional<redis::WithheldAddress> withheld_first;
};

struct ExplainedFamily {
  std::string group;  // "" for names without groups
  redis::Service service = redis::Service::kNone;
  bool left_out = false;                // of every answer: ON_EMPTY is nodata
  std::vector<std::string> candidates;  // members not wholly skipped, sorted
  size_t skipped = 0;                   // members that skip lists rule out
  size_t withheld = 0;  // other members, that the group withholds
};

// Of the name's weights, while they change gradually.
struct ExplainedCourse {
  bool has_moved_on = false;  // the slot goes by the new weights
  double progress = 0;        // the part of all clients that does
  int64_t end = 0;            // unix seconds
};

enum class Verdict {
  kNoSuchName,
  kEmptyNonTerminal,   // there are only names below it
  kStaticRecords,      // the same for every client
  kNothingKnown,       // SERVFAIL: there never was an address
  kEverythingSkipped,  // SERVFAIL: skip lists cover each address
  kRefused,            // SERVFAIL: nothing in service, ON_EMPTY is servfail
  kNoRecords,          // nothing in service for anyone, ON_EMPTY is nodata
  kLastKnownGood,      // nothing in service, ON_EMPTY is fail_open
  kInService,
};

struct Explanation {
  std::string name;  // canonical
  Verdict verdict = Verdict::kNoSuchName;
  std::string zone;                       // "" outside every zone
  std::optional<redis::AnswerMode> mode;  // nothing: not answered dynamically
  std::string client;                     // as asked
  KeySource key_source = KeySource::kNobody;
  std::string subnet;  // the subnet key
  // Whose label is hashed in place of the subnet; nothing: no entry's.
  std::optional<redis::AffinityEntry> affinity;
  uint32_t label_part = 0;  // of the label's keys
  int scope_mask = 0;
  uint32_t slot = 0;
  size_t groups_on_ring = 0;
  std::optional<ExplainedCourse> course;
  std::vector<ExplainedGroup> order;
  std::vector<ExplainedFamily> families;  // A, AAAA; of dynamic names
  uint32_t ttl_seconds = 0;
  uint32_t answers = 0;
  redis::OnEmpty on_empty = redis::OnEmpty::kFailOpen;
  // For how long resolvers remember that there are no records; nothing outside
  // every zone.
  std::optional<uint32_t> negative_ttl_seconds;
  int64_t generation = 0;  // of Redis: the changes it knows of
  uint64_t snapshot = 0;   // counts those of the process
  int64_t snapshot_age_millis = 0;

  // False: SERVFAIL, no records, or no such dynamic name.
  bool answered() const { return verdict >= Verdict::kLastKnownGood; }
};

// Runs the resolver's own choice on the snapshot. `client` is an address or a
// prefix, taken as PowerDNS' real-remote; prefix 0 asks for the resolver's
// key, which is then `resolver` (may be empty). Nothing when the client is no
// address.
std::optional<Explanation> Explain(const Snapshot& snapshot,
                                   std::string_view name,
                                   std::string_view client,
                                   std::string_view resolver,
                                   int64_t unix_millis);

// "answered by g1": one sentence.
std::string VerdictText(const Explanation& explanation);

// For people, aligned, ending in a newline.
std::string ExplanationText(const Explanation& explanation,
                            Colours colours = Colours::kNone);

// For programs; ../api/README.md is its page. So many groups of the order and
// candidates of a family at most.
std::string ExplanationJson(const Explanation& explanation,
                            size_t most_of_each = SIZE_MAX);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_EXPLANATION_H_
