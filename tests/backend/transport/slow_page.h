// A page that is answered when the test lets it.
#ifndef GROUPRING_TESTS_BACKEND_TRANSPORT_SLOW_PAGE_H_
#define GROUPRING_TESTS_BACKEND_TRANSPORT_SLOW_PAGE_H_

#include <future>

#include "backend/protocol/http_router.h"

namespace groupring::backend {

// A route that answers only when it is let.
class SlowPage {
 public:
  HttpRoute Route() {
    return [this](const HttpRequest&) {
      asked.set_value();
      go_on_.wait();
      return HttpResponse{200, "text/plain", "slow"};
    };
  }
  void GoOn() { let_.set_value(); }

  std::promise<void> asked;

 private:
  std::promise<void> let_;
  std::shared_future<void> go_on_{let_.get_future()};
};

}  // namespace groupring::backend

#endif  // GROUPRING_TESTS_BACKEND_TRANSPORT_SLOW_PAGE_H_
