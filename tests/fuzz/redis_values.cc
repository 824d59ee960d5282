// Everything that Redis can hold, in the form of redis_text.h: read as the
// store reads it, served as the engine serves it.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "backend/report/audit_report.h"
#include "backend/report/node_report.h"
#include "redis/admin/audit_log.h"
#include "redis/connection/reply.h"
#include "redis/schema/keys.h"
#include "redis/schema/node_status.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/questions.h"
#include "tests/fuzz/redis_text.h"
#include "tests/fuzz/targets.h"

namespace groupring::fuzz {
namespace {

redis::Reply Text(const std::string& text) {
  redis::Reply reply;
  reply.type = redis::Reply::Type::kString;
  reply.text = text;
  return reply;
}

// The reply of XRANGE.
redis::Reply AuditReply(const RedisText& redis) {
  redis::Reply entries;
  entries.type = redis::Reply::Type::kArray;
  for (const auto& [key, value] : redis.streams) {
    redis::Reply fields;
    fields.type = redis::Reply::Type::kArray;
    for (const std::string& item : value.items) {
      fields.elements.push_back(Text(item));
    }
    redis::Reply entry;
    entry.type = redis::Reply::Type::kArray;
    if (!fields.elements.empty()) {  // the id comes first
      entry.elements.push_back(fields.elements.front());
      fields.elements.erase(fields.elements.begin());
    }
    entry.elements.push_back(std::move(fields));
    entries.elements.push_back(std::move(entry));
  }
  return entries;
}

void CheckAudit(const RedisText& redis) {
  const auto entries = redis::ParseAuditEntries(AuditReply(redis));
  Check(entries.size() <= redis.streams.size(), "no entry more than there are");
  CheckTerminalText(backend::AuditText(entries));
  CheckJson(backend::AuditJson(entries));
  for (const redis::AuditEntry& entry : entries) {
    CheckTerminalText(backend::AuditLine(entry));
    CheckJsonLine(backend::AuditJsonLine(entry));
  }
}

void CheckNodes(const RedisText& redis) {
  backend::NodesReport report;
  report.unix_millis = kNow;
  report.generation = 7;
  const std::string prefix(redis::kNodeKeyPrefix);
  for (const auto& [key, value] : redis.keys) {
    if (!key.starts_with(prefix)) continue;
    report.nodes.push_back(redis::ParseNodeStatus(
        redis::ParseNodeMember(key.substr(prefix.size())), value));
  }
  const std::string text = backend::NodesText(report);
  CheckTerminalText(text);
  Check(static_cast<size_t>(std::count(text.begin(), text.end(), '\n')) ==
                report.nodes.size() + 1 ||
            report.nodes.empty(),
        "a node is one line");
  CheckJson(backend::NodesJson(report));
}

}  // namespace

void FuzzRedisValues(std::string_view bytes) {
  const RedisText redis = ReadRedisText(bytes);
  const World world(redis);
  for (const std::string& line : world.log()) CheckLogLine(line);
  AskEverything(world);
  CheckReports(world);
  for (const std::string& command : redis.commands) {
    CheckCommand(world, command);
  }
  CheckAudit(redis);
  CheckNodes(redis);
}

}  // namespace groupring::fuzz
