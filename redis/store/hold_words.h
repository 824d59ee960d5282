// What the log says of data that is not believed.
#ifndef GROUPRING_REDIS_STORE_HOLD_WORDS_H_
#define GROUPRING_REDIS_STORE_HOLD_WORDS_H_

#include <cstddef>
#include <string>

#include "redis/model/acceptance.h"

namespace groupring::redis {

// All `known` names are gone; Redis holds `names` others.
std::string LostAllWords(size_t known, size_t names);

std::string AcceptedWords(const Acceptance& acceptance);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_HOLD_WORDS_H_
