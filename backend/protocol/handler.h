// The one seam between transports and everything that decides an answer.
#ifndef GROUPRING_BACKEND_PROTOCOL_HANDLER_H_
#define GROUPRING_BACKEND_PROTOCOL_HANDLER_H_

#include <functional>
#include <memory>

#include "backend/protocol/reply.h"
#include "backend/protocol/request.h"
#include "backend/protocol/traffic_counts.h"

namespace groupring::backend {

// Fills the reply (which is empty) on any thread. The reply's views hold as
// long as this lives.
using LongAnswer = std::function<void(Reply* reply)>;

// Answers requests one after another. Not thread-safe: each thread that
// serves connections makes one of its own and may share it among them.
class Handler {
 public:
  virtual ~Handler() = default;

  // Fills `reply` (cleared by the caller), whose views hold until the next
  // call. Never blocks, never throws.
  virtual void Handle(const Request& request, Reply* reply) = 0;

  // For a request of IsLong, returns a function that answers it on a thread
  // without queries. The function may outlive the handler. Null: Handle answers
  // the request at once.
  virtual LongAnswer Defer(const Request&) { return nullptr; }

  // Where the thread that serves connections counts what happens to them. Null:
  // nobody wants to know.
  virtual TrafficCounts* traffic() { return nullptr; }
};

// Makes handlers for a transport's threads. Thread-safe; outlives them.
class HandlerFactory {
 public:
  virtual ~HandlerFactory() = default;
  virtual std::unique_ptr<Handler> NewHandler() = 0;
};

// A question and its answer while they are worked on. Empty between two
// questions, so that all sessions of a thread use the same one: its memory is
// then still in the processor's caches when the next connection's turn comes.
// The handler outlives it.
struct Exchange {
  explicit Exchange(Handler* answering) : handler(answering) {}

  void Ask(Transport transport) {
    reply.Clear();
    request.transport = transport;
    handler->Handle(request, &reply);
  }

  // Null: to be asked at once.
  LongAnswer Defer(Transport transport) {
    request.transport = transport;
    return IsLong(request.method) ? handler->Defer(request) : nullptr;
  }

  Handler* const handler;
  Request request;
  Reply reply;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_HANDLER_H_
