// Of SocketLoop: which connections are accepted, and which of them may stay.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/transport/socket_loop.h"

namespace groupring::backend {
namespace {

constexpr int kAcceptsPerRound = 16;

}  // namespace

void SocketLoop::RefuseAt(const ServedListener& served, RefusalCause cause,
                          const std::string& reason) {
  traffic_
      ->refused[static_cast<size_t>(KindOf(served.protocol))]
               [static_cast<size_t>(cause)]
      .Add();
  shared_->refusals.Log(Severity::kWarning,
                        absl::StrFormat("%s: connection refused: %s",
                                        served.socket.name(), reason));
}

void SocketLoop::Accept(const ServedListener& served) {
  ConnectionClass& counted = shared_->ClassOf(served.protocol);
  for (int i = 0; i < kAcceptsPerRound; ++i) {
    FileDescriptor fd;
    switch (acceptor_.Accept(served.socket.fd(), &fd)) {
      case Acceptor::Outcome::kNobody:
        return;
      case Acceptor::Outcome::kNoDescriptors:
        RefuseAt(served, RefusalCause::kNoDescriptors,
                 "out of file descriptors");
        continue;
      case Acceptor::Outcome::kAccepted:
        break;
    }
    // Of HTTP, the loop that it goes to counts and decides.
    if (IsHttp(served.protocol) || counted.open.fetch_add(1) < counted.most) {
      const int on = 1;
      if (served.socket.kind() == ListenerKind::kTcp) {
        setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      }
      shared_->LoopFor(served.protocol)
          ->Enqueue({std::move(fd), served.protocol, {}, {}, false},
                    Arrival::kAccepted);
    } else {
      --counted.open;
      RefuseAt(
          served, RefusalCause::kTooMany,
          absl::StrFormat("%d are open, as many as allowed", counted.most));
    }
  }
}

// Whether a connection of HTTP that has just come may stay. Strangers make room
// for those that come after them, the idle ones first. When all are busy, the
// reserve is for requests of PowerDNS and of watchdogs.
bool SocketLoop::Admit(const ServedListener& served, OpenConnection* open) {
  ConnectionClass& counted = shared_->ClassOf(open->protocol);
  if (!counted.IsCrowded(/*counted=*/true) || CloseIdleStranger(open->protocol))
    return true;
  if (counted.open <= counted.most) {
    open->session.standing = PeerStanding::kRestricted;
    return true;
  }
  RefuseAt(served, RefusalCause::kTooMany,
           absl::StrFormat("%d are open, as many as allowed", counted.most));
  SendUnavailable(open->fd.get());
  return false;
}

// The one that has been idle for longest.
bool SocketLoop::CloseIdleStranger(Protocol protocol) {
  for (const auto& [deadline, peer] : deadlines_) {
    if (peer->connection.protocol() == protocol &&
        peer->connection.IsIdleStranger()) {
      std::erase(busy_, peer);
      Remove(peer, CloseCause::kMadeRoom);
      return true;
    }
  }
  return false;
}

}  // namespace groupring::backend
