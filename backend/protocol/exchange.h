// A question and its answer while they are worked on.
#ifndef GROUPRING_BACKEND_PROTOCOL_EXCHANGE_H_
#define GROUPRING_BACKEND_PROTOCOL_EXCHANGE_H_

#include "backend/protocol/handler.h"
#include "backend/protocol/reply.h"
#include "backend/protocol/request.h"

namespace groupring::backend {

// Empty between two questions, so that all sessions of a thread use the same
// one: its memory is then still in the processor's caches when the next
// connection's turn comes. The handler outlives it.
struct Exchange {
  explicit Exchange(Handler* answering) : handler(answering) {}

  void Ask() {
    reply.Clear();
    handler->Handle(request, &reply);
  }

  Handler* const handler;
  Request request;
  Reply reply;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_EXCHANGE_H_
