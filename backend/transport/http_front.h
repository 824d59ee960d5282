// One thread's share of the HTTP connections on which nothing but plain posts
// has been asked so far: an epoll loop.
#ifndef GROUPRING_BACKEND_TRANSPORT_HTTP_FRONT_H_
#define GROUPRING_BACKEND_TRANSPORT_HTTP_FRONT_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "backend/protocol/handler.h"
#include "backend/transport/http_router.h"
#include "backend/transport/plain_posts.h"
#include "redis/base/file_descriptor.h"

namespace groupring::backend {

// Answers what PowerDNS posts and gives up whoever asks anything else, asks in
// pieces or very much at once, or does not read its answers: nothing in here
// waits for one peer. Run is called by one thread at a time; Give, Stop and
// Wake by any.
class HttpFront {
 public:
  // A connection between two requests, non-blocking.
  struct Resting {
    FileDescriptor fd;
    std::string endpoint;  // where it came in
  };

  // A connection that it does not go on with.
  struct Leaving {
    FileDescriptor fd;
    std::string endpoint;
    std::string unread;  // received, not yet answered
    std::string unsent;  // answered, not yet sent
  };
  using Leave = std::function<void(Leaving)>;
  using Complain = std::function<void(const std::string& endpoint,
                                      const std::string& complaint)>;

  // `leave` and `complain` are called by Run. `*open` is lowered by each
  // connection that ends here. The router and `*open` outlive it.
  HttpFront(const HttpRouter* router, std::unique_ptr<Handler> handler,
            std::atomic<size_t>* open, Leave leave, Complain complain);

  // false: the kernel has no descriptors for it.
  bool valid() const { return valid_; }

  // Goes on with a connection that is counted already.
  void Give(Resting connection);

  // Returns after Stop.
  void Run();
  void Stop();

  // While it does not run: gives up all connections.
  std::vector<Resting> Release();

  // How many it has.
  size_t connections() const { return connections_; }

  // Asks for a sign of life: turns() grows soon afterwards, unless it is stuck.
  void Wake();
  uint64_t turns() const { return turns_; }

 private:
  bool Watch(int fd);
  void Forget(int fd);
  void TakeGiven();
  bool Serve(Resting* peer, bool ended);

  const std::unique_ptr<Handler> handler_;
  PlainPosts posts_;
  std::atomic<size_t>* const open_;
  const Leave leave_;
  const Complain complain_;

  const FileDescriptor epoll_;
  const FileDescriptor wake_;  // an eventfd
  const bool valid_;
  std::atomic<bool> stopping_{false};
  std::atomic<uint64_t> turns_{0};
  std::atomic<size_t> connections_{0};

  std::mutex mutex_;
  std::vector<Resting> given_;  // guarded by mutex_

  std::unordered_map<int, Resting> peers_;
  std::vector<char> in_;
  std::string out_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_HTTP_FRONT_H_
