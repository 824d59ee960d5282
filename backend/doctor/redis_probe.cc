#include "backend/doctor/redis_probe.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace groupring::backend {
namespace {

// Under the prefix that is ours; never written.
constexpr std::string_view kNoKey = "groupring:doctor";

struct Needed {
  std::vector<std::string_view> command;
  std::string_view why;
};

std::vector<Needed> ToRead() {
  return {
      {{"SCAN", "0", "COUNT", "1"}, "names cannot be found without it"},
      {{"HGETALL", kNoKey}, "CONFIG, WEIGHTS and STATE cannot be read"},
      {{"SMEMBERS", kNoKey}, "groups and addresses cannot be read"},
      {{"SRANDMEMBER", kNoKey, "-1"}, "addresses cannot be drawn"},
  };
}

bool IsDenied(const redis::Reply& reply) {
  return reply.is_error() && reply.text.rfind("NOPERM", 0) == 0;
}

}  // namespace

absl::StatusOr<RedisFacts> ProbeRedis(redis::Connection* connection) {
  RedisFacts facts;
  const auto info = connection->Command({"INFO"});
  if (!info.ok()) return info.status();
  if (!info->is_error()) facts.info = ParseInfo(info->text);

  const auto save = connection->Command({"CONFIG", "GET", "save"});
  if (!save.ok()) return save.status();
  if (!save->is_error() && save->elements.size() == 2) {
    facts.info["saves_configured"] = save->elements[1].text.empty() ? "0" : "1";
  }
  for (const Needed& needed : ToRead()) {
    const auto reply = connection->Command(needed.command);
    if (!reply.ok()) return reply.status();
    if (IsDenied(*reply)) {
      facts.denied.push_back("our user may not run " +
                             std::string(needed.command[0]) + ": " +
                             std::string(needed.why));
    }
  }
  const auto tracking = connection->Command({"CLIENT", "TRACKING", "OFF"});
  if (!tracking.ok()) return tracking.status();
  facts.can_follow = !tracking->is_error();

  const auto write = connection->Command({"DEL", kNoKey});
  if (!write.ok()) return write.status();
  facts.can_write = !write->is_error();
  return facts;
}

}  // namespace groupring::backend
