// The addresses that a checker should always reach, and by which it knows
// whether it is cut off.
#ifndef GROUPRING_BACKEND_CHECKER_REFERENCES_H_
#define GROUPRING_BACKEND_CHECKER_REFERENCES_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/checker/check_runner.h"
#include "backend/health/damping.h"
#include "backend/health/endpoint.h"

namespace groupring::backend {

// Used by one thread.
class References {
 public:
  // The runner outlives it.
  References(const std::vector<AddressAndPort>& endpoints, CheckRunner* runner);

  // Probes them so often that they fail before what is checked does: twice in
  // `interval`, the shortest of all checks. Takes numbers of tasks from
  // *next_task.
  void Plan(std::chrono::milliseconds interval, std::chrono::seconds timeout,
            CheckRunner::TaskId* next_task);

  // A round of a task; false: it is not one of these.
  bool OnRound(CheckRunner::TaskId task, int64_t begun,
               const absl::StatusOr<ProbeOutcome>& outcome);

  size_t size() const { return references_.size(); }
  // Those of which the last two probes failed, until two have passed.
  size_t failing() const;
  std::string FailingWords() const;

 private:
  struct Reference {
    AddressAndPort endpoint;
    AddressDamping damping;
    CheckRunner::TaskId task = 0;
  };

  CheckRunner* const runner_;
  std::vector<Reference> references_;
  std::chrono::milliseconds interval_{0};  // 0: there are no tasks yet
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHECKER_REFERENCES_H_
