// Handlers that answer without a resolver.
#ifndef GROUPRING_TESTS_BACKEND_PROTOCOL_FAKE_HANDLER_H_
#define GROUPRING_TESTS_BACKEND_PROTOCOL_FAKE_HANDLER_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backend/protocol/handler.h"

namespace groupring::backend {

// Remembers what it was asked and answers through a function, which `defers`
// says to call on another thread for requests that may take long.
class FakeHandler : public Handler {
 public:
  using Answer = std::function<void(const Request&, Reply*)>;

  explicit FakeHandler(Answer answer, bool defers = false)
      : answer_(std::move(answer)), defers_(defers) {}

  void Handle(const Request& request, Reply* reply) override {
    asked.push_back(request);
    answer_(request, reply);
  }

  LongAnswer Defer(const Request& request) override {
    if (!defers_) return nullptr;
    return
        [request, answer = answer_](Reply* reply) { answer(request, reply); };
  }

  std::vector<Request> asked;

 private:
  Answer answer_;
  const bool defers_;
};

// For lookups one address, 192.0.2.1, in scope 24; kFalse for all else.
inline void AnswerAddress(const Request& request, Reply* reply) {
  reply->kind = Reply::Kind::kFalse;
  if (request.method != Method::kLookup) return;
  reply->kind = Reply::Kind::kRecords;
  reply->domain_id = 1;
  reply->records.push_back(
      {request.qname, "A", reply->Keep("192.0.2.1"), 60, 24});
}

// Hands out handlers that share one function, which must be thread-safe. They
// defer what may take long.
class FakeHandlerFactory : public HandlerFactory {
 public:
  explicit FakeHandlerFactory(FakeHandler::Answer answer)
      : answer_(std::move(answer)) {}

  std::unique_ptr<Handler> NewHandler() override {
    class Forwarder : public Handler {
     public:
      Forwarder(const FakeHandler::Answer& answer,
                std::shared_ptr<TrafficCounts> counts)
          : answer_(answer), counts_(std::move(counts)) {}
      TrafficCounts* traffic() override { return counts_.get(); }
      void Handle(const Request& request, Reply* reply) override {
        answer_(request, reply);
      }
      LongAnswer Defer(const Request& request) override {
        return [request, answer = answer_](Reply* reply) {
          answer(request, reply);
        };
      }

     private:
      const FakeHandler::Answer& answer_;
      const std::shared_ptr<TrafficCounts> counts_;
    };
    counts_.push_back(std::make_shared<TrafficCounts>());
    return std::make_unique<Forwarder>(answer_, counts_.back());
  }

  // What all of them have counted.
  std::unique_ptr<TrafficCounts> Counted() const {
    auto sum = std::make_unique<TrafficCounts>();
    for (const auto& counts : counts_) sum->Add(*counts);
    return sum;
  }

 private:
  const FakeHandler::Answer answer_;
  std::vector<std::shared_ptr<TrafficCounts>> counts_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_TESTS_BACKEND_PROTOCOL_FAKE_HANDLER_H_
