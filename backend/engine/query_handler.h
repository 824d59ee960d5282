// Every method of PowerDNS' backends, on the current snapshot.
#ifndef GROUPRING_BACKEND_ENGINE_QUERY_HANDLER_H_
#define GROUPRING_BACKEND_ENGINE_QUERY_HANDLER_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "backend/protocol/handler.h"
#include "backend/resolver/resolver.h"
#include "backend/resolver/slot_counts.h"
#include "backend/resolver/who_asks.h"
#include "backend/snapshot/snapshot_holder.h"
#include "redis/base/clock.h"
#include "redis/base/random.h"

namespace groupring::backend {

// One for each thread. Its arguments outlive it.
class QueryHandler : public Handler {
 public:
  // The answer to a command of `pdnsutil backend-cmd`. Called on any thread;
  // what it uses outlives everything that Defer has returned.
  using AnswerCommand = std::function<std::string(const Snapshot& snapshot,
                                                  std::string_view command)>;

  // `who_asks` and `slot_counts`, which outlive it, are told of samples; null:
  // nobody is. Without the first no sample is taken for the second either.
  // `wake_store` is called, rarely, when a pool of draws runs low. It must not
  // block.
  QueryHandler(
      const SnapshotHolder* holder, const Clock* clock,
      std::unique_ptr<Random> random, std::function<void()> wake_store,
      AnswerCommand answer_command,
      std::shared_ptr<QueryCounts> counts = std::make_shared<QueryCounts>(),
      WhoAsks* who_asks = nullptr, SlotCounts* slot_counts = nullptr);

  void Handle(const Request& request, Reply* reply) override;
  LongAnswer Defer(const Request& request) override;
  TrafficCounts* traffic() override { return &counts_->traffic; }

 private:
  void Answer(const Request& request, Reply* reply);
  void Sample(const Request& request);
  void Dispatch(const Snapshot& snapshot, const Request& request, Reply* reply);

  SnapshotReader reader_;
  const Clock* const clock_;
  const std::unique_ptr<Random> random_;
  const std::function<void()> wake_store_;
  const AnswerCommand answer_command_;
  const std::shared_ptr<QueryCounts> counts_;
  WhoAsks* const who_asks_;
  SlotCounts* const slot_counts_;
  QuerySampler sampler_;
  ResolverScratch scratch_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ENGINE_QUERY_HANDLER_H_
