// A group's state in the words of people and of JSON.
//
// What an operator forced is in capitals (DISABLED, DRAINING 40%); what was
// measured is in lower case (empty, in service).
#ifndef GROUPRING_BACKEND_REPORT_GROUP_WORDS_H_
#define GROUPRING_BACKEND_REPORT_GROUP_WORDS_H_

#include <cstdint>
#include <string>

#include "redis/model/availability.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// "enabled", "disabled", "draining", "filling": as in `<group>:STATE`; a state
// whose `until` has passed is "enabled".
std::string AdminStateName(const redis::GroupState& state, int64_t unix_millis);

// "in service", "DISABLED", "DRAINING 40%" (so much is gone), "FILLING 25%"
// (so much is back).
std::string StateWords(const redis::GroupState& state, int64_t unix_millis);

// The kept share as a part of 1.
double KeptRatio(const redis::Intent& intent);

// "by ana, kernel upgrade, until 2026-10-07T13:12:03Z"; "" when nothing of
// the kind is known or the state no longer holds.
std::string StateCircumstances(const redis::GroupState& state,
                               int64_t unix_millis);

// "2026-10-07T13:12:03Z".
std::string UtcTime(int64_t unix_seconds);

// "37.5%"; a share that is neither all nor nothing never shows as either.
std::string Percent(double ratio);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_GROUP_WORDS_H_
