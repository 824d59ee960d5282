#include "redis/schema/node_status.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/keys.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {
namespace {

// Comes before the name of a group in a field's name.
constexpr std::string_view kCachedUntil = "cached_until:";

int64_t NumberOf(std::string_view text) {
  return ParseWholeNumber(text, 0, std::numeric_limits<int64_t>::max())
      .value_or(0);
}

std::optional<int64_t> SignedNumberOf(std::string_view text) {
  int64_t number = 0;
  if (!absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &number)) {
    return std::nullopt;
  }
  return number;
}

// One line "<unix seconds> <group>" for each group. A group whose name holds a
// line feed cannot be told from two lines and is left out.
std::string LocalOutText(const std::map<std::string, int64_t>& local_out) {
  std::string text;
  for (const auto& [group, until] : local_out) {
    if (group.find('\n') != std::string::npos) continue;
    if (!text.empty()) text += '\n';
    text += std::to_string(until) + ' ' + group;
  }
  return text;
}

std::map<std::string, int64_t> ParseLocalOut(std::string_view text) {
  std::map<std::string, int64_t> local_out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const size_t space = line.find(' ');
    if (space == std::string_view::npos) continue;
    const int64_t until = NumberOf(line.substr(0, space));
    if (until != 0) local_out[std::string(line.substr(space + 1))] = until;
  }
  return local_out;
}

}  // namespace

absl::Status CheckNodeName(const std::string& name) {
  if (!name.empty() && name.find(':') == std::string::npos) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s cannot be a node's name: it must not be empty nor hold a colon",
      Quoted(name)));
}

std::string NodeMember(const NodeIdentity& node) {
  return node.instance.empty() ? node.name : node.name + ":" + node.instance;
}

NodeIdentity ParseNodeMember(std::string_view member) {
  NodeIdentity node;
  const size_t colon = member.find(':');
  node.name = member.substr(0, colon);
  if (colon != std::string_view::npos) node.instance = member.substr(colon + 1);
  return node;
}

std::string NodeKey(const NodeIdentity& node) {
  return std::string(kNodeKeyPrefix).append(NodeMember(node));
}

NodeStatus ParseNodeStatus(const NodeIdentity& node, const RawValue& raw) {
  const std::string key = NodeKey(node);
  Complaints unused;
  const HashFields fields(key, raw, &unused);
  const auto text = [&](std::string_view field) {
    return fields.Find(field).value_or("");
  };
  const auto number = [&](std::string_view field) {
    return NumberOf(text(field));
  };
  NodeStatus status;
  status.name = node.name;
  status.instance = node.instance;
  status.host = text("host");
  status.kind = Parse<NodeKind>(text("kind")).value_or(NodeKind::kUnknown);
  status.place = text("place");
  status.state = Parse<NodeState>(text("state")).value_or(NodeState::kUp);
  status.version = text("version");
  status.pid = number("pid");
  status.started_unix_seconds = number("started");
  status.live_since_unix_millis = number("live_since");
  status.seen_unix_millis = number("seen");
  status.generation = number("generation");
  if (!text("saved_generation").empty()) {
    status.saved_generation = number("saved_generation");
  }
  status.schema = Parse<Schema>(text("schema"));
  status.names = number("names");
  status.groups = number("groups");
  status.trouble = text("trouble");
  status.answers_from =
      Parse<DataOrigin>(text("answers_from")).value_or(DataOrigin::kUnknown);
  status.answers_from_since_unix_millis = number("answers_from_since");
  status.doubted_names = number("doubted_names");
  status.clock_offset_millis = SignedNumberOf(text("clock_offset"));
  status.local_out = ParseLocalOut(text("local_out"));
  // A node that measures always writes the field, even if no cache holds
  // anything.
  status.measures_caches = fields.Find("cached_until").has_value();
  for (size_t i = 0; i + 1 < raw.items.size(); i += 2) {
    const std::string_view field = raw.items[i];
    if (!field.starts_with(kCachedUntil)) continue;
    status.cached_until[std::string(field.substr(kCachedUntil.size()))] =
        NumberOf(raw.items[i + 1]);
  }
  return status;
}

std::vector<std::string> NodeStatusCommand(const NodeStatus& status) {
  std::vector<std::string> words = {"HSET", NodeKey(status)};
  const auto text = [&words](std::string_view field, std::string_view value) {
    words.emplace_back(field);
    words.emplace_back(value);
  };
  const auto number = [&text](std::string_view field, int64_t value) {
    text(field, std::to_string(value));
  };
  text("state", ToText(status.state));
  text("host", status.host);
  text("kind", ToText(status.kind));
  text("place", status.place);
  text("version", status.version);
  number("pid", status.pid);
  number("started", status.started_unix_seconds);
  number("live_since", status.live_since_unix_millis);
  number("seen", status.seen_unix_millis);
  number("generation", status.generation);
  text("saved_generation",
       status.saved_generation ? std::to_string(*status.saved_generation) : "");
  text("schema", status.schema ? ToText(*status.schema) : "");
  number("names", status.names);
  number("groups", status.groups);
  text("trouble", status.trouble);
  text("answers_from", ToText(status.answers_from));
  number("answers_from_since", status.answers_from_since_unix_millis);
  number("doubted_names", status.doubted_names);
  text("clock_offset", status.clock_offset_millis
                           ? std::to_string(*status.clock_offset_millis)
                           : "");
  text("local_out", LocalOutText(status.local_out));
  int64_t latest = 0;
  for (const auto& [group, until] : status.cached_until) {
    number(absl::StrCat(std::string(kCachedUntil), group), until);
    latest = std::max(latest, until);
  }
  if (status.measures_caches) number("cached_until", latest);
  return words;
}

}  // namespace groupring::redis
