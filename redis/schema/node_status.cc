#include "redis/schema/node_status.h"

#include <cstdint>
#include <limits>

#include "absl/strings/str_format.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/keys.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

absl::Status CheckNodeName(const std::string& name) {
  if (!name.empty() && name.find(':') == std::string::npos) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s cannot be a node's name: it must not be empty nor hold a colon",
      Quoted(name)));
}

std::string NodeKey(std::string_view name) {
  return std::string(kNodeKeyPrefix).append(name);
}

NodeStatus ParseNodeStatus(const std::string& name, const RawValue& raw) {
  const std::string key = NodeKey(name);
  Complaints unused;
  const HashFields fields(key, raw, &unused);
  const auto text = [&](std::string_view field) {
    return fields.Find(field).value_or("");
  };
  const auto number = [&](std::string_view field) {
    return ParseWholeNumber(text(field), 0, std::numeric_limits<int64_t>::max())
        .value_or(0);
  };
  NodeStatus status;
  status.name = name;
  status.version = text("version");
  status.pid = number("pid");
  status.started_unix_seconds = number("started");
  status.seen_unix_millis = number("seen");
  status.generation = number("generation");
  status.names = number("names");
  status.groups = number("groups");
  status.trouble = text("trouble");
  status.answers_from =
      Parse<DataOrigin>(text("answers_from")).value_or(DataOrigin::kUnknown);
  status.answers_from_since_unix_millis = number("answers_from_since");
  status.doubted_names = number("doubted_names");
  return status;
}

std::vector<std::string> NodeStatusCommand(const NodeStatus& status) {
  std::vector<std::string> words = {"HSET", NodeKey(status.name)};
  const auto text = [&words](const char* field, std::string_view value) {
    words.emplace_back(field);
    words.emplace_back(value);
  };
  const auto number = [&text](const char* field, int64_t value) {
    text(field, std::to_string(value));
  };
  text("version", status.version);
  number("pid", status.pid);
  number("started", status.started_unix_seconds);
  number("seen", status.seen_unix_millis);
  number("generation", status.generation);
  number("names", status.names);
  number("groups", status.groups);
  text("trouble", status.trouble);
  text("answers_from", ToText(status.answers_from));
  number("answers_from_since", status.answers_from_since_unix_millis);
  number("doubted_names", status.doubted_names);
  return words;
}

}  // namespace groupring::redis
