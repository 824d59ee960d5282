// Times, shares and counts as people read them.
#ifndef GROUPRING_REDIS_BASE_WORDS_H_
#define GROUPRING_REDIS_BASE_WORDS_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace groupring {

// "2026-10-07T13:12:03Z".
std::string UtcTime(int64_t unix_seconds);

// "37.5%"; a ratio that is neither all nor nothing never shows as either.
std::string Percent(double ratio);

// "1 name", "3 names".
std::string Counted(int64_t count, std::string_view noun);

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_WORDS_H_
