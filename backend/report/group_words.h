// A group's state in words.
//
// What an operator has set is in capitals (DISABLED, DRAINING 40%); what was
// measured is in lower case (empty, in service).
#ifndef GROUPRING_BACKEND_REPORT_GROUP_WORDS_H_
#define GROUPRING_BACKEND_REPORT_GROUP_WORDS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "backend/report/colour.h"
#include "redis/base/words.h"
#include "redis/model/availability.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// "in service", "DISABLED", "DRAINING 40%" (so much is gone), "FILLING 25%"
// (so much is back).
std::string StateWords(const redis::Intent& intent);
std::string StateWords(const redis::GroupState& state, int64_t unix_millis);

Tone ToneOf(const redis::Intent& intent);

// "by ana, since …, "kernel upgrade", until 2026-10-07T13:12:03Z"; "" when
// nothing of the kind is known or the state no longer holds.
std::string StateCircumstances(const redis::GroupState& state,
                               const redis::Intent& intent);
std::string StateCircumstances(const redis::GroupState& state,
                               int64_t unix_millis);

// "DISABLED" by an operator, "down" by checkers, "withheld" with others of its
// group.
std::string_view WithheldWord(redis::WithheldCause cause);
// By whom or what, why, and since when an address is withheld.
std::string DisabledCircumstances(const redis::WithheldAddress& address);

// Both: "DISABLED (by ana, …)".
std::string StateSentence(const redis::GroupState& state,
                          const redis::Intent& intent);
// As StateSentence, on one line of bounded length, whatever Redis holds.
std::string PaintedStateSentence(const redis::GroupState& state,
                                 const redis::Intent& intent, Colours colours);

// The kept share as a part of 1.
double KeptRatio(const redis::Intent& intent);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_GROUP_WORDS_H_
