// Early returns from functions that return absl::Status or absl::StatusOr.
#ifndef GROUPRING_REDIS_BASE_STATUS_MACROS_H_
#define GROUPRING_REDIS_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns the status that the expression yields unless it is OK.
#define RETURN_IF_ERROR(expression)                    \
  do {                                                 \
    absl::Status returned_status = (expression);       \
    if (!returned_status.ok()) return returned_status; \
  } while (false)

// Returns the status of the absl::StatusOr that the expression yields unless it
// is OK; else assigns its value to `target`, which may be a declaration.
#define ASSIGN_OR_RETURN(target, expression)                               \
  GROUPRING_ASSIGN_OR_RETURN(GROUPRING_CONCATENATED(status_or_, __LINE__), \
                             target, expression)

#define GROUPRING_ASSIGN_OR_RETURN(result, target, expression) \
  auto result = (expression);                                  \
  if (!result.ok()) return std::move(result).status();         \
  target = *std::move(result)

#define GROUPRING_CONCATENATED(a, b) GROUPRING_CONCATENATED_AGAIN(a, b)
#define GROUPRING_CONCATENATED_AGAIN(a, b) a##b

#endif  // GROUPRING_REDIS_BASE_STATUS_MACROS_H_
