#include "backend/state/local_states.h"

#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/schema/group_state.h"

namespace groupring::backend {
namespace {

using nlohmann::json;

constexpr int kFormat = 1;

int64_t Time(const json& object, const char* key) {
  const auto time = object.at(key).get<int64_t>();
  if (time < 0 || time > redis::kMaxUnixSeconds) {
    throw std::out_of_range(absl::StrFormat("\"%s\" is no time", key));
  }
  return time;
}

}  // namespace

std::string EncodeLocalStates(const LocalStates& states) {
  json groups = json::object();
  for (const auto& [group, state] : states) {
    groups[group] = {{"until", state.until},
                     {"since", state.since},
                     {"reason", state.reason},
                     {"by", state.by}};
  }
  const json root = {{"format", kFormat}, {"groups", std::move(groups)}};
  return root.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

absl::StatusOr<LocalStates> DecodeLocalStates(std::string_view text) {
  const json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
  try {
    if (root.is_discarded() || root.at("format").get<int>() != kFormat) {
      return absl::DataLossError(
          "it holds no local states that are known here");
    }
    LocalStates states;
    for (const auto& [group, object] : root.at("groups").items()) {
      redis::GroupState state;
      state.state = redis::AdminState::kDisabled;
      state.of_this_node = true;
      state.until = Time(object, "until");
      state.since = Time(object, "since");
      state.reason = object.at("reason").get<std::string>();
      state.by = object.at("by").get<std::string>();
      states.emplace(group, std::move(state));
    }
    return states;
  } catch (const std::exception& error) {
    return absl::DataLossError(
        absl::StrFormat("its contents are not as expected: %s", error.what()));
  }
}

std::string LocalStatesPath(const std::string& directory) {
  return directory + "/local.state";
}

absl::StatusOr<LocalStates> ReadLocalStates(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return LocalStates();
  std::ostringstream text;
  text << in.rdbuf();
  absl::StatusOr<LocalStates> states = DecodeLocalStates(text.str());
  if (states.ok()) return states;
  return absl::Status(states.status().code(),
                      absl::StrFormat("%s is not used: %s", path,
                                      std::string(states.status().message())));
}

}  // namespace groupring::backend
