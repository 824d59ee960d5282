// Every method of PowerDNS' backends, on the current snapshot.
#ifndef GROUPRING_BACKEND_ENGINE_QUERY_HANDLER_H_
#define GROUPRING_BACKEND_ENGINE_QUERY_HANDLER_H_

#include <functional>
#include <memory>

#include "backend/protocol/handler.h"
#include "backend/report/status_report.h"
#include "backend/resolver/resolver.h"
#include "backend/snapshot/snapshot_holder.h"
#include "redis/base/clock.h"
#include "redis/base/random.h"

namespace groupring::backend {

// One per thread. What it is given outlives it.
class QueryHandler : public Handler {
 public:
  // `wake_store` is called, rarely, when a pool of draws runs low, `facts` for
  // commands; neither may block.
  QueryHandler(const SnapshotHolder* holder, const Clock* clock,
               std::unique_ptr<Random> random, std::function<void()> wake_store,
               std::function<NodeFacts()> facts);

  void Handle(const Request& request, Reply* reply) override;

 private:
  void Dispatch(const Snapshot& snapshot, const Request& request, Reply* reply);

  SnapshotReader reader_;
  const Clock* const clock_;
  const std::unique_ptr<Random> random_;
  const std::function<void()> wake_store_;
  const std::function<NodeFacts()> facts_;
  ResolverScratch scratch_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ENGINE_QUERY_HANDLER_H_
