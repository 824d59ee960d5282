// What each of many clients is answered at one name.
#ifndef GROUPRING_BACKEND_REPORT_CLIENT_ANSWERS_H_
#define GROUPRING_BACKEND_REPORT_CLIENT_ANSWERS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backend/clients/population.h"
#include "backend/snapshot/snapshot.h"
#include "redis/model/address.h"

namespace groupring::backend {

struct ClientAnswer {
  std::string client;
  double weight = 0;
  std::string subnet;
  std::string label;  // "": none
  uint32_t slot = 0;
  // "" where the name has no groups, or nobody answers the family.
  std::array<std::string, redis::kFamilies> groups;
  std::string verdict;  // a sentence
};

// As Explain finds it, in the order of the population.
std::vector<ClientAnswer> AnswersFor(const Snapshot& snapshot,
                                     std::string_view name,
                                     const Population& population,
                                     int64_t unix_millis);

std::string ClientAnswersText(const std::vector<ClientAnswer>& answers);
std::string ClientAnswersCsv(const std::vector<ClientAnswer>& answers);
std::string ClientAnswersJson(const std::vector<ClientAnswer>& answers);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_CLIENT_ANSWERS_H_
