// What a balance is asked for, and what its options say.
#ifndef GROUPRING_BACKEND_CHANGE_BALANCE_REQUEST_H_
#define GROUPRING_BACKEND_CHANGE_BALANCE_REQUEST_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

struct BalanceRequest {
  std::string name;
  // "equal", "weights" (in proportion to the weights as they are), "g1=2,g2=1";
  // "": equal, which all weights have to be then.
  std::string wanted;
  std::string span;       // "day" or "hour": the questions that count
  std::string weights;    // "g1=100,g2=50": these, whatever was counted; or ""
  std::string over = {};  // "2h": how long clients take to move; "": at once
  // "questions": these are shared as wanted; "load": sessions are, by capacity.
  std::string by = "questions";
};

// What is wrong with a request about a name of so many groups, whatever has
// been counted. `groups`: those that can have a weight by it.
absl::Status CheckRequest(const BalanceRequest& request,
                          const redis::NameData& name, size_t groups);

// A number from `least` on for each of these groups, which are of the name:
// "g1=100, g2=50". `option` is named by errors.
absl::StatusOr<std::map<std::string, uint32_t>> ParseNumbers(
    const std::string& option, const std::string& text,
    const redis::NameData& name, int64_t least);

// What each group of weight above 0 should have, in no unit. `groups`: these;
// `wanted`: of a request.
absl::StatusOr<std::vector<double>> WantedOf(
    const std::vector<redis::WeightedGroup>& groups,
    const redis::NameData& name, const std::string& wanted);

// "g1=100,g2=50", as ParseNumbers reads it.
std::string WeightsText(const std::vector<redis::WeightedGroup>& groups);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_BALANCE_REQUEST_H_
