// Commands that go on until they are interrupted, also while Redis is away.
#ifndef GROUPRING_BACKEND_PROGRAM_FOLLOW_H_
#define GROUPRING_BACKEND_PROGRAM_FOLLOW_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "backend/program/console.h"
#include "backend/program/control_session.h"
#include "redis/base/clock.h"

namespace groupring::backend {

// Says once that Redis has gone away, and once that it is back.
class Outage {
 public:
  explicit Outage(const Clock* clock) : clock_(clock) {}

  // Waits a moment if the error is a lost connection; returns false at once for
  // any other error.
  bool WaitOut(const absl::Status& status);

  bool is_on() const { return since_ != 0; }

  // Redis has answered.
  void End();

 private:
  const Clock* const clock_;
  int64_t since_ = 0;  // unix seconds; 0: it is not away
};

// How long a request for new entries waits for one; kGlance while Redis is
// away.
inline constexpr std::chrono::milliseconds kFollow{60000};
inline constexpr std::chrono::milliseconds kGlance{10};

// Shows the entries of a stream, and then new ones. `last`: the id of the
// newest. Returns the exit status, when Redis refuses.
template <typename Entry, typename ReadAfter, typename Show>
int FollowEntries(std::vector<Entry> entries, std::string last,
                  const ReadAfter& read_after, const Show& show,
                  ControlSession* session) {
  Outage outage(&session->clock);
  for (;;) {
    for (const Entry& entry : entries) show(entry);
    auto more = read_after(last, outage.is_on() ? kGlance : kFollow);
    entries.clear();
    if (!more.ok()) {
      if (!outage.WaitOut(more.status())) return Fail(more.status());
      continue;
    }
    outage.End();
    entries = *std::move(more);
    if (!entries.empty()) last = entries.back().id;
  }
}

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_FOLLOW_H_
