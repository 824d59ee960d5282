// Times, shares and counts as texts for people.
#ifndef GROUPRING_REDIS_BASE_WORDS_H_
#define GROUPRING_REDIS_BASE_WORDS_H_

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace groupring {

// "2026-10-07T13:12:03Z".
std::string UtcTime(int64_t unix_seconds);

// "37.5%". Only 0 is shown as 0.0%, and only 1 as 100.0%.
std::string Percent(double ratio);

// "1 name", "3 names".
template <std::integral Count>
std::string Counted(Count count, std::string_view noun) {
  std::string text = std::to_string(count) + " ";
  text += noun;
  if (count != 1) text += 's';
  return text;
}

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_WORDS_H_
