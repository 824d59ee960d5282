// A change that an operator asks for: what it is about and what it writes.
#ifndef GROUPRING_BACKEND_CHANGE_CHANGE_H_
#define GROUPRING_BACKEND_CHANGE_CHANGE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "backend/change/objection.h"
#include "redis/model/audit_entry.h"
#include "redis/model/dataset.h"
#include "redis/schema/write_batch.h"

namespace groupring::backend {

// Who asks for a change, when and why.
struct Occasion {
  std::string who;     // user@host
  std::string reason;  // may be empty
  int64_t unix_millis = 0;

  int64_t unix_seconds() const { return unix_millis / 1000; }
};

// What a change is about, as it is before or after it: one of the structs
// below, by the kind of change. report/change_words.h has the words for them.
struct GroupNow {
  redis::GroupState state;
  int64_t unix_millis = 0;  // when
};
struct GroupToBe {
  redis::GroupState state;  // that is written
};
struct WeightOnRing {
  std::optional<uint32_t> weight;  // nullopt: not on the ring
  int64_t fills_over = 0;          // seconds; 0: at once
};
// Of all groups of a name that the change is about.
struct RingWeights {
  std::vector<redis::WeightedGroup> groups;
  int64_t over = 0;  // seconds over which they take effect; 0: at once
};
struct ConfigValue {
  redis::ConfigField field = redis::ConfigField::kOther;
  std::string value;  // "": unset
  bool is_default = false;
  bool is_of_zone = false;  // razor's rules: the zone's value
};
using ConfigValues = std::vector<ConfigValue>;
struct NoSuchName {};
struct NameSummary {
  bool is_zone = false;
  redis::AnswerMode answer = redis::AnswerMode::kRandom;
  size_t groups = 0;
  std::array<size_t, redis::kFamilies> addresses{};
};
struct AddressCounts {
  std::array<size_t, redis::kFamilies> counts{};
  std::vector<std::string> added;
  std::vector<std::string> removed;
};
// How many of the addresses that the change is about are disabled.
struct AddressesOut {
  size_t disabled = 0;
  size_t all = 0;
  int64_t until = 0;  // unix seconds, the earliest end; 0: no end
};
struct Blocked {
  std::vector<std::string> at;  // names; empty: nowhere
  // Ranges that still block it, and the keys of their lists.
  std::vector<std::string> covered_by;
};
struct DoubtedBy {
  std::vector<std::string> nodes;
};
struct DataSize {
  size_t names = 0;
  size_t groups = 0;
};
struct AcceptedNames {
  int64_t names = 0;
};
// Until when (unix seconds) health has no effect on the group; 0: health is not
// paused.
struct HealthPaused {
  int64_t until = 0;
};
// Of `groupring:affinity`.
struct AffinityCounts {
  size_t entries = 0;
  std::string label;    // the change's label; "": several labels, or none
  size_t of_label = 0;  // entries with that label
};
using Standing =
    std::variant<AffinityCounts, GroupNow, HealthPaused, GroupToBe,
                 WeightOnRing, RingWeights, ConfigValues, NoSuchName,
                 NameSummary, AddressCounts, AddressesOut, Blocked, DoubtedBy,
                 AcceptedNames, DataSize>;

// What an operator should know of a change. Unless its comment says otherwise,
// a remark is about the group, name or address of the change.
enum class RemarkKind {
  kStateAlready,     // the group is in the state asked for
  kRampEnds,         // when the ramp that it is on ends
  kRampGoesOn,       // begins at `ratio`, where another ramp had got to
  kDisableSaysMore,  // how to change when and why a group is out
  kAnswersNobody,    // the group has no address
  kNoAddressYet,     // the new group has no address
  kOnNoName,         // no name refers to the group
  kWeightAlready,    // the group has the weight asked for
  kBalanceShares,  // of groups `names`: three `ratios` each, their wanted share
                   // of the questions, the one they have and the one to come;
                   // `ratio`: the largest distance from a wanted one
  kBalanceSharesOfClients,  // the same figures, but of all possible clients,
                            // because no questions have been counted
  kLoads,        // of groups `names`: two `ratios` each, the part of their
                 // capacity that is used, and that will be
  kBalanceLump,  // the subnet `subject` alone asks a `ratio` of all
                 // questions, which is too much to meet the shares; the first
                 // of `names` has it, and all of them would have to divide it
  kBalanceLumpOfLabel,  // like kBalanceLump, for the label `subject`
  kBalancedAlready,     // the weights are those that were found, or given
  kCourseEnds,          // of weights; what it has not come to moves at once
  kNoNearerWeights,     // none were found that come clearly nearer
  kWrittenExactlyBy,    // subject: the command that writes what is shown
  kUndoneBy,            // the command `subject`
  kMemberAlready,       // the group is on the ring
  kAnswersFromGroups,   // the name answers from groups from now on
  kIgnoresGroups,       // the name's ANSWER says otherwise
  kRingMates,           // `names` had the same ring and will have another
  kRecordsIgnored,      // the name is not the apex of a zone
  kNodataRemembered,    // by resolvers for `number` seconds; 0: not known
  kNodataNeedsPanic0,   // PANIC is not 0 in the name's CONFIG
  kNoGroupsYet,         // the name answers from groups and has none
  kGroupOfSameName,     // its addresses stay
  kAddressThere,        // `subject` is among the addresses
  kAddressOutAlready,   // `subject` is disabled
  kAddressInAlready,    // `subject` is not disabled
  kFamilyPasses,        // each `subject` (A, AAAA) address of the group is out
  kBlockedAlready,      // at `names`
  kNotPaused,           // health of the group is not paused
  kNotChecked,          // nobody checks the group
  kNodeSeesOtherNames,  // the node `subject` sees `number` names in Redis
  kSavedAt,             // the file is of `number`, unix seconds
  kNamesAdded,          // `names`
  kGroupsAdded,         // `names`
  kKeysChanged,         // `names`: keys of names and groups on both sides
  kNamesRemoved,        // `names`
  kHeldAlready,         // Redis already holds the file's data
  kLabelledAlready,     // the network `subject` has the label `names`
  kLabelReplaced,       // the network `subject` has had the label `names`
  kLabelSpread,         // the label `subject` over `number` keys
  kSourcesOnly,         // entries `names` are longer than /24 or /48
  kNobodyDoubts,        // no node doubts, so there is nothing to accept
  kOtherSchema,         // nodes, `names`, read the keys by other rules
  kUnknownToRazor,  // `names` are keys, or keys and fields, that are written
};
struct Remark {
  RemarkKind kind = RemarkKind::kStateAlready;
  std::string subject = {};
  std::vector<std::string> names = {};
  double ratio = 0;
  int64_t number = 0;
  std::vector<double> ratios = {};
};

struct Change {
  redis::ChangeKind kind = redis::ChangeKind::kGroupEnable;
  // What it changes; which of these are set depends on its kind.
  std::string group;
  std::string name;
  std::string address;  // or a range, or several, separated by spaces
  std::string label;

  Standing before;
  Standing after;
  std::vector<Remark> remarks;

  // What to write, in one transaction. Empty: everything is as requested
  // already, and a remark says so.
  redis::WriteBatch writes;
  // The writes that give the state at the end of the ramp that it starts;
  // empty: it starts no ramp. Never written to Redis: the plan judges that
  // state.
  redis::WriteBatch settled;
  int64_t settled_unix_seconds = 0;  // the end of the ramp; 0: no ramp
  // The names and groups that it is about, whether or not it writes to them.
  redis::DatasetChange about;

  // Objections that do not depend on the interlock limits.
  std::vector<Objection> objections;

  // The group that goes out of service, wholly or by some addresses; empty:
  // none.
  std::string leaving_group;
  // The addresses that go out of service; empty: the whole group.
  std::vector<redis::AddressRange> leaving_addresses;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_CHANGE_H_
