// Why a change is refused unless it is forced.
#ifndef GROUPRING_BACKEND_CHANGE_OBJECTION_H_
#define GROUPRING_BACKEND_CHANGE_OBJECTION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "redis/model/address.h"

namespace groupring::backend {

enum class ObjectionKind {
  // Of the interlock, about a name.
  kNoGroupInService,
  kTooManyGroupsOut,  // `groups`, of which `already_out` are out before it
  kTooLittleWeight,   // `ratio` stays in service, `limit` is the least; it
                      // rises once `filling` have all their clients back
  // What is answered before the change and would not be after it.
  kZoneLost,         // with `count` dynamic names in it
  kNameLost,         // the name would not be there
  kNothingToAnswer,  // the name would be there with nothing to answer
  kFamilyLost,       // the last address of `family` of the name
  kGroupFamilyLost,  // the last address of `family` of a group, on `names`
  kGroupIsDown,      // by health: all addresses of a group that is enabled
  // Of a restored snapshot: `count` keys and names that Redis holds.
  kOverwrites,
};

struct Objection {
  ObjectionKind kind = ObjectionKind::kNoGroupInService;
  std::string subject;  // a name, zone or group
  std::vector<std::string> groups = {};
  std::vector<std::string> already_out = {};
  double ratio = 0;  // of the name's total weight
  double limit = 0;
  std::vector<std::string> filling = {};  // sorted
  int64_t filled_unix_seconds = 0;
  // Besides its uses above: for how many further names the subject, or `names`,
  // stands where names are condensed.
  size_t count = 0;
  redis::Family family = redis::Family::kA;
  std::vector<std::string> names = {};  // sorted
  // For objections of the interlock: the objection is about `family` alone.
  bool of_family = false;
  // For objections of the interlock: the nodes on which it holds, because
  // operators have taken `locally_out` out there as well. Empty: every node.
  // Sorted.
  std::vector<std::string> nodes = {};
  std::vector<std::string> locally_out = {};
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_OBJECTION_H_
