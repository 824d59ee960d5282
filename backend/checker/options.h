// What a checker needs to know, made of the settings.
#ifndef GROUPRING_BACKEND_CHECKER_OPTIONS_H_
#define GROUPRING_BACKEND_CHECKER_OPTIONS_H_

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/health/endpoint.h"
#include "backend/health/logins.h"
#include "backend/health/tls_session.h"
#include "backend/settings/settings.h"
#include "redis/model/address.h"
#include "redis/store/store.h"

namespace groupring::backend {

struct CheckerOptions {
  std::string id;
  std::string host;
  redis::StoreOptions store;
  std::vector<AddressAndPort> references;
  // Between two new connections to one address.
  std::chrono::milliseconds spacing{1000};
  // Where connections come from, by family; nothing: as the system chooses.
  std::array<std::optional<redis::AddressBytes>, redis::kFamilies> sources;
  Logins logins;
  std::shared_ptr<const TlsContext> tls;
};

// Reads the files that the settings name. The message of an error names the
// setting.
absl::StatusOr<CheckerOptions> CheckerOptionsFor(const Settings& settings);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHECKER_OPTIONS_H_
