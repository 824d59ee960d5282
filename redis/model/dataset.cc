#include "redis/model/dataset.h"

namespace groupring::redis {
namespace {

template <typename Map>
void FollowKey(const Map& now, const std::string& key, Map* map) {
  const auto found = now.find(key);
  if (found == now.end()) {
    map->erase(key);
  } else {
    (*map)[key] = found->second;
  }
}

}  // namespace

void Follow(const Dataset& now, const DatasetChange& change, Dataset* dataset) {
  if (change.everything) {
    *dataset = now;
    return;
  }
  dataset->schema = now.schema;
  dataset->generation = now.generation;
  dataset->accepted_unix_millis = now.accepted_unix_millis;
  dataset->affinity = now.affinity;
  dataset->names = now.names;
  for (const std::string& group : change.groups) {
    FollowKey(now.groups, group, &dataset->groups);
  }
}

}  // namespace groupring::redis
