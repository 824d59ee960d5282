// How busy groups are, in words.
#ifndef GROUPRING_BACKEND_REPORT_LOAD_WORDS_H_
#define GROUPRING_BACKEND_REPORT_LOAD_WORDS_H_

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "redis/model/group_load.h"

namespace groupring::backend {

// "120/400 30%", "120", "120/400 30%, 2h old", "120, age unknown".
std::string LoadWords(const redis::GroupLoad& load, int64_t unix_millis);

nlohmann::ordered_json LoadJson(const redis::GroupLoad& load,
                                int64_t unix_millis);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_LOAD_WORDS_H_
