// Examines the connection from PowerDNS to groupring: whether the socket or URL
// in PowerDNS' settings exists, is one that groupring listens on, lets PowerDNS
// connect, and answers.
#ifndef GROUPRING_BACKEND_DOCTOR_CONNECTION_CHECKS_H_
#define GROUPRING_BACKEND_DOCTOR_CONNECTION_CHECKS_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "backend/doctor/backend_client.h"
#include "backend/doctor/pdns_connection.h"
#include "backend/doctor/pdns_settings.h"
#include "backend/settings/settings.h"
#include "backend/snapshot/snapshot.h"
#include "redis/base/diagnostic.h"

namespace groupring::backend {

struct ConnectionContext {
  PdnsSettings pdns;  // say as whom PowerDNS runs
  Settings::Listen listen;
  const Snapshot* snapshot = nullptr;  // null: no name is known to ask for
  std::chrono::milliseconds timeout{2000};
  int64_t unix_millis = 0;
};

// Asks one question. What cannot be examined from outside PowerDNS, or by this
// process' user, is a finding with kNotChecked.
Diagnostics ExamineConnection(const PdnsConnection& connection,
                              const ConnectionContext& context);

// Judges an answer for ANY of `name` on behalf of that subnet; `about` names
// the place that was asked. Pure.
Diagnostics CheckBackendAnswer(const Snapshot& snapshot,
                               const std::string& name,
                               const std::array<uint8_t, 3>& subnet,
                               const BackendAnswer& answer,
                               const std::string& about, int64_t unix_millis);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_CONNECTION_CHECKS_H_
