#include "redis/connection/name_lookup.h"

#include <algorithm>
#include <cerrno>

#include "absl/strings/str_format.h"

namespace groupring::redis {
namespace {

// All that a look-up in the background may still use after we gave up on it.
struct Request {
  std::string host;
  std::string port;
  addrinfo hints{};
  gaicb control{};
};

absl::Status Failed(const std::string& host, const char* why) {
  return absl::UnavailableError(
      absl::StrFormat("cannot look up host %s: %s", host, why));
}

}  // namespace

absl::StatusOr<AddressList> LookUp(
    const std::string& host, uint16_t port,
    std::chrono::steady_clock::time_point deadline) {
  auto request = std::make_unique<Request>();
  request->host = host;
  request->port = std::to_string(port);
  request->hints.ai_family = AF_UNSPEC;
  request->hints.ai_socktype = SOCK_STREAM;
  request->hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;

  addrinfo* numeric = nullptr;
  if (getaddrinfo(request->host.c_str(), request->port.c_str(), &request->hints,
                  &numeric) == 0) {
    return AddressList(numeric);
  }

  // getaddrinfo() alone waits as long as the resolver pleases.
  request->hints.ai_flags = AI_NUMERICSERV;
  request->control.ar_name = request->host.c_str();
  request->control.ar_service = request->port.c_str();
  request->control.ar_request = &request->hints;
  gaicb* list[] = {&request->control};
  const int started = getaddrinfo_a(GAI_NOWAIT, list, 1, nullptr);
  if (started != 0) return Failed(host, gai_strerror(started));

  int result = EAI_INPROGRESS;
  while ((result = gai_error(&request->control)) == EAI_INPROGRESS) {
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left <= std::chrono::nanoseconds::zero()) break;
    const auto nanoseconds =
        std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
    timespec timeout{};
    timeout.tv_sec = nanoseconds / 1'000'000'000;
    timeout.tv_nsec = nanoseconds % 1'000'000'000;
    gai_suspend(list, 1, &timeout);
  }
  if (result == EAI_INPROGRESS) {
    // What cannot be called back keeps its memory: giving it up here is the
    // price of the deadline.
    if (gai_cancel(&request->control) == EAI_NOTCANCELED) {
      static_cast<void>(request.release());
    }
    return absl::DeadlineExceededError(
        absl::StrFormat("looking up host %s took too long", host));
  }
  if (result != 0) return Failed(host, gai_strerror(result));
  return AddressList(request->control.ar_result);
}

}  // namespace groupring::redis
