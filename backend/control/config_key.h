// The fields of `<name>:CONFIG`, as `name set` takes and shows them.
#ifndef GROUPRING_BACKEND_CONTROL_CONFIG_KEY_H_
#define GROUPRING_BACKEND_CONTROL_CONFIG_KEY_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// SOA, NS, TTL, ANSWER, ANSWERS, ON_EMPTY, RECORDS.
const std::vector<std::string>& ConfigKeys();

// Sets one of them in the name's config; an empty value gives the default.
// kInvalidArgument says what was expected.
absl::Status AssignConfig(const std::string& key, std::string_view value,
                          redis::NameData* name);

// "TTL=60"; "SOA unset" where there is none.
std::string ConfigWords(const std::string& key, const redis::NameData& name);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CONTROL_CONFIG_KEY_H_
