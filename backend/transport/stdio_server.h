// Serves one peer over two descriptors: the coprocess that PowerDNS starts.
#ifndef GROUPRING_BACKEND_TRANSPORT_STDIO_SERVER_H_
#define GROUPRING_BACKEND_TRANSPORT_STDIO_SERVER_H_

#include "backend/protocol/handler.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"

namespace groupring::backend {

// Answers what comes in on `in_fd` on `out_fd`, remote JSON or pipe ABI by the
// first line. Returns when the input ends or nobody reads the output any more,
// and for no other reason: PowerDNS does not recover from a coprocess that is
// gone (it answers SERVFAIL or, worse, NXDOMAIN). Errors, garbage and lines
// that are too long are answered as errors, with a log line.
//
// Blocks the calling thread; the descriptors stay open.
void ServeStdio(int in_fd, int out_fd, Handler* handler, const Clock* clock,
                const LogSink& log);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_STDIO_SERVER_H_
