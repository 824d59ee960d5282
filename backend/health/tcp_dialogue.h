// `tcp`: the connection is accepted, and that is all.
#ifndef GROUPRING_BACKEND_HEALTH_TCP_DIALOGUE_H_
#define GROUPRING_BACKEND_HEALTH_TCP_DIALOGUE_H_

#include <string_view>

#include "backend/health/dialogue.h"

namespace groupring::backend {

class TcpDialogue : public Dialogue {
 public:
  using Dialogue::Dialogue;

 private:
  void Begin() override {
    Conclude(redis::VerdictReason::kOk, "");
    Close();
  }
  void AfterTls() override {}
  void Read(std::string_view) override {}
  // Never: the connection is all that is wanted.
  Missing Lacks() const override {
    return {redis::VerdictReason::kRefused,
            redis::VerdictReason::kConnectTimeout, "connection"};
  }
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_TCP_DIALOGUE_H_
