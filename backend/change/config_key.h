// The fields of `<name>:CONFIG`, as `name set` takes and shows them.
#ifndef GROUPRING_BACKEND_CHANGE_CONFIG_KEY_H_
#define GROUPRING_BACKEND_CHANGE_CONFIG_KEY_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// kInvalidArgument: the value is not valid for the name; the message says what
// was expected. An empty value stands for the default.
absl::Status CheckConfig(redis::ConfigField field, const std::string& value,
                         const redis::NameData& name);

// The value of the field for the name: "60" of TTL; "" of a field that is not
// set and has no default.
std::string ConfigText(redis::ConfigField field, const redis::NameData& name);

// The name from the dataset, or a name with default values if the dataset does
// not have it.
redis::NameData NameOrDefaults(const std::string& name,
                               const redis::Dataset& dataset);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_CONFIG_KEY_H_
