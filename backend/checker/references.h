// The addresses that a checker should always reach: if they fail, it is cut
// off.
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

  // Probes each reference twice per `interval` (the shortest INTERVAL of all
  // checks), so that references fail before checked addresses do. Takes task
  // numbers from *next_task.
  void Plan(std::chrono::milliseconds interval, std::chrono::seconds timeout,
            CheckRunner::TaskId* next_task);

  // Takes in a round of a task; false: the task is not one of the references.
  bool OnRound(CheckRunner::TaskId task, int64_t begun,
               const absl::StatusOr<ProbeOutcome>& outcome);

  size_t size() const { return references_.size(); }
  // How many references fail: from two failed probes in a row on, until two
  // pass.
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
