// What a checker shows over HTTP.
#ifndef GROUPRING_BACKEND_CHECKER_CHECKER_PAGES_H_
#define GROUPRING_BACKEND_CHECKER_CHECKER_PAGES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "backend/checker/checker_state.h"
#include "backend/protocol/handler.h"
#include "backend/transport/socket_server.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/base/mutex.h"

namespace groupring::backend {

// Serves /livez, and /readyz and /metrics from the last facts given to Show.
// Has threads of its own.
class CheckerPages {
 public:
  // The clock outlives it.
  CheckerPages(const Clock* clock, LogSink log);
  ~CheckerPages();

  // Serves at "ADDRESS:PORT"; Host headers may have these names. Errors: those
  // of ListeningSocket::Open.
  absl::Status Open(const std::string& address,
                    const std::vector<std::string>& host_names);

  // Any thread.
  void Show(CheckerFacts facts);

 private:
  // A checker answers no name server.
  class NoAnswers : public HandlerFactory {
   public:
    std::unique_ptr<Handler> NewHandler() override;
  };

  HttpResponse Ready() const;
  HttpResponse Metrics() const;

  const Clock* const clock_;
  const LogSink log_;
  mutable Mutex mutex_;
  CheckerFacts facts_ ABSL_GUARDED_BY(mutex_);
  NoAnswers no_answers_;
  std::unique_ptr<SocketServer> server_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHECKER_CHECKER_PAGES_H_
