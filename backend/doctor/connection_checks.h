// Examines the way from PowerDNS to groupring: that what PowerDNS' settings
// name is there, is what groupring listens on, lets PowerDNS in, and answers.
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

// Asks one question. What cannot be looked at from outside PowerDNS, or not by
// this process' user, is a finding with kNotChecked.
Diagnostics ExamineConnection(const PdnsConnection& connection,
                              const ConnectionContext& context);

// What an answer for ANY of `name` on behalf of that subnet says; `about` is
// where it was asked. Pure.
Diagnostics CheckBackendAnswer(const Snapshot& snapshot,
                               const std::string& name,
                               const std::array<uint8_t, 3>& subnet,
                               const BackendAnswer& answer,
                               const std::string& about, int64_t unix_millis);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_CONNECTION_CHECKS_H_
