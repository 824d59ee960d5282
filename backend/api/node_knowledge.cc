// Of read_commands.h: what an engine knows besides its data.
#include <memory>
#include <string>
#include <vector>

#include "backend/api/read_commands.h"
#include "backend/engine/engine.h"

namespace groupring::backend {

NodeKnowledge KnowledgeOf(const Engine& engine) {
  NodeKnowledge knowledge;
  knowledge.top = [&engine](TopBy by, size_t limit) {
    return engine.Top(by, limit);
  };
  knowledge.stats = [&engine](const Snapshot& snapshot, int64_t unix_millis) {
    const std::unique_ptr<QueryCounts> counts = engine.counts().Sum();
    const std::vector<std::string> groups = engine.CountedGroups();
    const auto health = engine.CurrentHealth();
    StatsSource source;
    source.snapshot = &snapshot;
    source.facts = engine.Facts();
    source.counts = counts.get();
    source.counted_groups = &groups;
    source.health = health.get();
    source.unix_millis = unix_millis;
    return ReportStats(source);
  };
  return knowledge;
}

}  // namespace groupring::backend
