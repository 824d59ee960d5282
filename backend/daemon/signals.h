// Signals as values: blocked in all threads, read from a descriptor.
#ifndef GROUPRING_BACKEND_DAEMON_SIGNALS_H_
#define GROUPRING_BACKEND_DAEMON_SIGNALS_H_

#include <initializer_list>
#include <optional>

#include "redis/base/file_descriptor.h"

namespace groupring::backend {

// Constructed before any thread starts, so that all threads inherit the block.
// Also ignores SIGPIPE: a peer that goes away is an error of its connection.
class SignalTaker {
 public:
  SignalTaker(std::initializer_list<int> signals);

  int fd() const { return fd_.get(); }  // readable when one has arrived

  // A signal that has arrived; nullopt: there is none.
  std::optional<int> Take();

 private:
  FileDescriptor fd_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DAEMON_SIGNALS_H_
