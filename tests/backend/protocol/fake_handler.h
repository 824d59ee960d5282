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
      explicit Forwarder(const FakeHandler::Answer& answer) : answer_(answer) {}
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
    };
    return std::make_unique<Forwarder>(answer_);
  }

 private:
  const FakeHandler::Answer answer_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_TESTS_BACKEND_PROTOCOL_FAKE_HANDLER_H_
