#include "backend/transport/sigpipe_block.h"

#include <ctime>

namespace groupring::backend {
namespace {

sigset_t OnlySigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  return set;
}

}  // namespace

SigpipeBlock::SigpipeBlock() {
  const sigset_t sigpipe = OnlySigpipe();
  pthread_sigmask(SIG_BLOCK, &sigpipe, &before_);
}

SigpipeBlock::~SigpipeBlock() {
  // A write's SIGPIPE is its own thread's and waits for it: taken off before
  // it would be delivered.
  if (sigismember(&before_, SIGPIPE) == 0) {
    const sigset_t sigpipe = OnlySigpipe();
    const timespec at_once{};
    while (sigtimedwait(&sigpipe, nullptr, &at_once) > 0) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace groupring::backend
