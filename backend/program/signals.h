// Signals as values: blocked everywhere, waited for in one place.
#ifndef GROUPRING_BACKEND_PROGRAM_SIGNALS_H_
#define GROUPRING_BACKEND_PROGRAM_SIGNALS_H_

#include <csignal>
#include <initializer_list>

namespace groupring::backend {

// Made before any thread starts, so that all of them inherit the block. Also
// ignores SIGPIPE: a peer that goes away is an error of its connection.
class SignalWaiter {
 public:
  explicit SignalWaiter(std::initializer_list<int> signals);

  // Blocks until one of them arrives; returns it.
  int Wait();

 private:
  sigset_t set_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_SIGNALS_H_
