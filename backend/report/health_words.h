// What checkers found, in words.
#ifndef GROUPRING_BACKEND_REPORT_HEALTH_WORDS_H_
#define GROUPRING_BACKEND_REPORT_HEALTH_WORDS_H_

#include <string>
#include <string_view>

#include "backend/report/colour.h"
#include "redis/model/health.h"
#include "redis/model/verdict.h"
#include "redis/model/withheld.h"

namespace groupring::backend {

// "up", "down", "unchecked".
std::string_view HealthWords(redis::AddressHealth health);
Tone ToneOf(redis::AddressHealth health);

// "down by 3 of 3 checkers: closed without greeting".
std::string DownWords(uint32_t down_votes, uint32_t votes,
                      redis::VerdictReason reason);

// What the conclusions go by: "by the verdicts of 3 checkers".
std::string SourceWords(const redis::HealthConclusions& health,
                        int64_t unix_millis);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_HEALTH_WORDS_H_
