// Entries of `groupring:affinity`, written as Redis would hold them.
#ifndef GROUPRING_TESTS_BACKEND_AFFINITY_TEXT_H_
#define GROUPRING_TESTS_BACKEND_AFFINITY_TEXT_H_

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "redis/schema/affinity.h"

namespace groupring::backend {

// Fields and values in turn; throws if any of them makes no sense.
inline std::shared_ptr<const redis::AffinityEntries> AffinityOf(
    std::vector<std::string> items) {
  redis::Complaints complaints;
  auto entries = redis::ParseAffinity(
      {redis::RawValue::Kind::kValue, std::move(items)}, nullptr, &complaints);
  if (!complaints.empty()) throw std::invalid_argument(complaints[0].text);
  return entries;
}

}  // namespace groupring::backend

#endif  // GROUPRING_TESTS_BACKEND_AFFINITY_TEXT_H_
