// The state of the whole service, read from Redis.
#ifndef GROUPRING_BACKEND_PROGRAM_SERVICE_READING_H_
#define GROUPRING_BACKEND_PROGRAM_SERVICE_READING_H_

#include "absl/status/statusor.h"
#include "backend/program/control_session.h"
#include "backend/report/service_report.h"

namespace groupring::backend {

absl::StatusOr<ServiceReport> ReadService(ControlSession* session);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_SERVICE_READING_H_
