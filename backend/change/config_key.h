// The fields of `<name>:CONFIG`, as `name set` takes and shows them.
#ifndef GROUPRING_BACKEND_CHANGE_CONFIG_KEY_H_
#define GROUPRING_BACKEND_CHANGE_CONFIG_KEY_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// kInvalidArgument, with what was expected, when the value makes no sense for
// the name. An empty one stands for the default.
absl::Status CheckConfig(redis::ConfigField field, const std::string& value,
                         const redis::NameData& name);

// As it is for the name: "60" of TTL; "" of a field that is not set and has no
// default.
std::string ConfigText(redis::ConfigField field, const redis::NameData& name);

// The name as it is in the dataset, or one with nothing but defaults.
redis::NameData NameOrDefaults(const std::string& name,
                               const redis::Dataset& dataset);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_CONFIG_KEY_H_
