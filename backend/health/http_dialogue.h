// `http` and `https`: GET of a path is answered with one of the right status
// codes.
#ifndef GROUPRING_BACKEND_HEALTH_HTTP_DIALOGUE_H_
#define GROUPRING_BACKEND_HEALTH_HTTP_DIALOGUE_H_

#include <cstddef>
#include <string_view>

#include "backend/health/dialogue.h"
#include "backend/health/http_status.h"

namespace groupring::backend {

class HttpDialogue : public Dialogue {
 public:
  using Dialogue::Dialogue;

 private:
  void Begin() override;
  void AfterTls() override {}
  void Read(std::string_view bytes) override;
  Missing Lacks() const override;

  HttpStatusReader reader_;
  size_t body_size_ = 0;  // what has arrived since the status, at least
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_HTTP_DIALOGUE_H_
