#include "backend/engine/query_handler.h"

#include <utility>

#include "backend/resolver/listing.h"
#include "backend/snapshot/name_order.h"

namespace groupring::backend {
namespace {

// The requests of IsLong.
void AnswerLong(const Snapshot& snapshot, const Request& request,
                const QueryHandler::AnswerCommand& answer_command,
                int64_t unix_millis, Reply* reply) {
  if (request.method == Method::kGetAllDomains) {
    ListDomains(snapshot, reply);
  } else if (request.method == Method::kList) {
    ListZone(snapshot, request, unix_millis, reply);
  } else if (request.method == Method::kSearchRecords) {
    SearchRecords(snapshot, request, unix_millis, reply);
  } else if (request.method == Method::kGetBeforeAndAfterNames) {
    DescribeNeighbours(snapshot, request, reply);
  } else {
    reply->kind = Reply::Kind::kText;
    reply->text = answer_command(snapshot, request.text);
  }
}

}  // namespace

QueryHandler::QueryHandler(const SnapshotHolder* holder, const Clock* clock,
                           std::unique_ptr<Random> random,
                           std::function<void()> wake_store,
                           AnswerCommand answer_command,
                           std::shared_ptr<QueryCounts> counts,
                           WhoAsks* who_asks, SlotCounts* slot_counts)
    : reader_(holder),
      clock_(clock),
      random_(std::move(random)),
      wake_store_(std::move(wake_store)),
      answer_command_(std::move(answer_command)),
      counts_(std::move(counts)),
      who_asks_(who_asks),
      slot_counts_(slot_counts),
      scratch_(random_.get()) {
  scratch_.counts = counts_.get();
}

void QueryHandler::Handle(const Request& request, Reply* reply) {
  scratch_.answered.is_dynamic = false;
  scratch_.samples = sampler_.IsNext();
  Answer(request, reply);
  counts_->CountQuery(request, ResultOf(*reply));
  if (scratch_.answered.is_dynamic && sampler_.Next()) Sample(request);
}

void QueryHandler::Sample(const Request& request) {
  const ResolverScratch::Answered& answered = scratch_.answered;
  uint64_t half = 0;
  if (who_asks_ != nullptr) {
    AskedQuery query;
    query.resolver = request.remote;
    query.subnet = answered.subnet;
    if (answered.affinity != nullptr) {
      query.label = answered.affinity->entry->label.name;
      query.entry = answered.affinity->entry->text;
    }
    query.by_ecs = answered.by_ecs;
    query.name = scratch_.name;
    if (answered.hold != nullptr) query.group = answered.hold->number();
    query.ring = answered.ring;
    const auto now = clock_->Steady();
    const uint64_t weight = sampler_.weight();
    half = who_asks_->Add(query, weight, now);
    // 0: the next sample stands for this one, too.
    if (half != 0 && slot_counts_ != nullptr) {
      slot_counts_->Add(answered.key, weight, now);
    }
  }
  sampler_.Done(half);
}

void QueryHandler::Answer(const Request& request, Reply* reply) {
  if (request.method == Method::kInitialize) {
    reply->kind = Reply::Kind::kTrue;
    return;
  }
  if (request.method == Method::kUnknown) {
    reply->kind = Reply::Kind::kFalse;
    return;
  }
  const std::shared_ptr<const Snapshot>& snapshot = reader_.Current();
  if (snapshot == nullptr) {
    counts_->failures[static_cast<size_t>(FailureCause::kNothingLoaded)].Add();
    // PowerDNS and resolvers would cache "no data"; they do not cache an error.
    reply->kind = Reply::Kind::kError;
    reply->error = "nothing has been loaded from Redis yet";
    return;
  }
  Dispatch(*snapshot, request, reply);

  if (scratch_.wake_store) {
    scratch_.wake_store = false;
    wake_store_();
  }
}

LongAnswer QueryHandler::Defer(const Request& request) {
  const std::shared_ptr<const Snapshot>& snapshot = reader_.Current();
  if (snapshot == nullptr) return nullptr;
  // The first question sorts all names.
  if (request.method == Method::kGetBeforeAndAfterNames &&
      (snapshot->order == nullptr || snapshot->order->is_made())) {
    return nullptr;
  }
  // Nothing loaded is the only way to fail, and that is answered at once.
  counts_->CountQuery(request, QueryResult::kAnswered);
  return [snapshot, request, answer = answer_command_,
          now = clock_->UnixMillis()](Reply* reply) {
    AnswerLong(*snapshot, request, answer, now, reply);
  };
}

void QueryHandler::Dispatch(const Snapshot& snapshot, const Request& request,
                            Reply* reply) {
  switch (request.method) {
    case Method::kLookup:
    case Method::kApiLookup:
      Lookup(snapshot, request, clock_->UnixMillis(), &scratch_, reply);
      return;
    case Method::kGetDomainInfo:
      DescribeDomain(snapshot, request, reply);
      return;
    case Method::kGetAllDomainMetadata:
    case Method::kGetDomainMetadata:
      DescribeMetadata(snapshot, request, reply);
      return;
    case Method::kGetAllDomains:
    case Method::kList:
    case Method::kSearchRecords:
    case Method::kDirectBackendCmd:
    case Method::kGetBeforeAndAfterNames:
      AnswerLong(snapshot, request, answer_command_, clock_->UnixMillis(),
                 reply);
      return;
    case Method::kInitialize:
    case Method::kUnknown:
      reply->kind = Reply::Kind::kFalse;
      return;
  }
}

}  // namespace groupring::backend
