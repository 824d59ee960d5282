// A session of groupring.h in C++.
#ifndef GROUPRING_BACKEND_EMBEDDED_SESSION_H_
#define GROUPRING_BACKEND_EMBEDDED_SESSION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/embedded/groupring.h"
#include "backend/node/node.h"
#include "backend/protocol/handler.h"

namespace groupring::backend {

// Used by one thread at a time. Keeps its buffers from question to question, so
// that nothing is allocated in steady state.
class Session {
 public:
  static absl::StatusOr<std::unique_ptr<Session>> Open(
      const std::string& settings_file);

  struct Question {
    std::string_view type;
    std::string_view name;
    std::string_view remote;
    std::string_view client;
    int64_t domain_id = -1;
  };

  // Each returns the count of records() or domains(), GROUPRING_FAILED or
  // GROUPRING_NO_ZONE, as groupring.h says.
  int32_t Lookup(const Question& question);
  int32_t List(std::string_view zone, int64_t domain_id);
  int32_t AllDomains();
  int32_t FindDomain(std::string_view zone);
  int32_t FindNeighbours(int64_t domain_id, std::string_view name);

  std::string_view Command(std::string_view text);

  const groupring_record* records() const { return records_.data(); }
  const groupring_domain* domains() const { return domains_.data(); }
  // Of the zone that FindDomain has found.
  uint32_t serial() const {
    return reply_.domains.empty() ? 0 : reply_.domains[0].serial.value_or(0);
  }
  std::string_view before() const { return reply_.before; }
  std::string_view after() const { return reply_.after; }
  int32_t domain_id() const { return static_cast<int32_t>(reply_.domain_id); }
  std::string_view error() const { return reply_.error; }

  // Discards the answer; error() is `why`. Returns GROUPRING_FAILED.
  int32_t Fail(std::string_view why) noexcept;

 private:
  explicit Session(std::string settings_file);
  // Whether handler_ is of this process, and not of one that forked it.
  bool IsAttached() const;
  // Takes a handler of this process.
  absl::Status Attach();
  void Ask();
  int32_t TakeRecords();
  int32_t TakeDomains();

  const std::string settings_file_;
  unsigned generation_ = 0;  // of the process that handler_ belongs to
  Node* node_ = nullptr;
  bool answers_clients_ = false;
  std::unique_ptr<Handler> handler_;
  LatencySampler sampler_;
  Request request_;
  Reply reply_;
  std::vector<groupring_record> records_;
  std::vector<groupring_domain> domains_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_EMBEDDED_SESSION_H_
