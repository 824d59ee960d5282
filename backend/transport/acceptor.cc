#include "backend/transport/acceptor.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>

namespace groupring::backend {
namespace {

int OpenSpare() { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

int AcceptOne(int listener) {
  return accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

}  // namespace

Acceptor::Acceptor() : spare_(OpenSpare()) {}

Acceptor::Outcome Acceptor::Accept(int listener, FileDescriptor* connection) {
  connection->Reset(AcceptOne(listener));
  if (connection->valid()) return Outcome::kAccepted;
  if (errno != EMFILE && errno != ENFILE) return Outcome::kNobody;
  spare_.Reset();
  { const FileDescriptor closed_at_once(AcceptOne(listener)); }
  spare_.Reset(OpenSpare());
  return Outcome::kNoDescriptors;
}

}  // namespace groupring::backend
