// Keeps SIGPIPE from ending the process while a thread writes to what may be
// a closed pipe, without touching the process' signal handlers.
#ifndef GROUPRING_BACKEND_TRANSPORT_SIGPIPE_BLOCK_H_
#define GROUPRING_BACKEND_TRANSPORT_SIGPIPE_BLOCK_H_

#include <csignal>

namespace groupring::backend {

// For as long as it lives, of the thread that made it: a write to a closed
// pipe is EPIPE and nothing else.
class SigpipeBlock {
 public:
  SigpipeBlock();
  ~SigpipeBlock();
  SigpipeBlock(const SigpipeBlock&) = delete;
  SigpipeBlock& operator=(const SigpipeBlock&) = delete;

 private:
  sigset_t before_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_SIGPIPE_BLOCK_H_
