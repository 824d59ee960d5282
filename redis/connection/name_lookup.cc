#include "redis/connection/name_lookup.h"

#include <future>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/str_format.h"

namespace groupring::redis {
namespace {

struct Answer {
  int error = 0;  // of getaddrinfo
  AddressList addresses;
};

Answer Ask(const std::string& host, const std::string& port, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* list = nullptr;
  Answer answer;
  answer.error = getaddrinfo(host.c_str(), port.c_str(), &hints, &list);
  if (answer.error == 0) answer.addresses.reset(list);
  return answer;
}

absl::Status Failed(const std::string& host, const std::string& why) {
  return absl::UnavailableError(
      absl::StrFormat("cannot look up host %s: %s", host, why));
}

}  // namespace

absl::StatusOr<AddressList> LookUp(
    const std::string& host, uint16_t port,
    std::chrono::steady_clock::time_point deadline) {
  const std::string port_text = std::to_string(port);
  Answer numeric = Ask(host, port_text, AI_NUMERICHOST);
  if (numeric.error == 0) return std::move(numeric.addresses);

  // getaddrinfo() waits as long as the resolver pleases, and nothing can call
  // it back: past the deadline its thread is left to end by itself.
  std::promise<Answer> promise;
  std::future<Answer> future = promise.get_future();
  try {
    std::thread([host, port_text, promise = std::move(promise)]() mutable {
      promise.set_value(Ask(host, port_text, 0));
    }).detach();
  } catch (const std::system_error& error) {
    return Failed(host, error.what());
  }
  if (future.wait_until(deadline) != std::future_status::ready) {
    return absl::DeadlineExceededError(
        absl::StrFormat("looking up host %s took too long", host));
  }
  Answer answer = future.get();
  if (answer.error != 0) return Failed(host, gai_strerror(answer.error));
  return std::move(answer.addresses);
}

}  // namespace groupring::redis
