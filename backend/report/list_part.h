// Which part of a long list a report shows.
#ifndef GROUPRING_BACKEND_REPORT_LIST_PART_H_
#define GROUPRING_BACKEND_REPORT_LIST_PART_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace groupring::backend {

// What comes behind `after` in the order of the list, `limit` items at most.
struct ListPart {
  std::string after = {};
  size_t limit = SIZE_MAX;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_LIST_PART_H_
