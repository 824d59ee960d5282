// The settings file, and the Redis URL within it (or by itself).
#include "backend/settings/settings.h"

#include <string>

#include "redis/connection/location.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace groupring::fuzz {
namespace {

// A password that happens to be part of what may be shown proves nothing.
bool IsTelling(const redis::Endpoint& endpoint) {
  redis::Endpoint without = endpoint;
  without.password.clear();
  return !endpoint.password.empty() &&
         without.Display().find(endpoint.password) == std::string::npos;
}

void CheckUrl(const std::string& url) {
  const auto endpoint = redis::ParseEndpoint(url);
  if (!endpoint.ok()) {
    CheckLogLine(std::string(endpoint.status().message()));
    return;
  }
  Check(endpoint->unix_path.empty() != endpoint->host.empty(),
        "a URL is of a socket or of a host");
  Check(endpoint->database >= 0, "a database has a number");
  const std::string shown = endpoint->Display();
  if (IsTelling(*endpoint)) {
    Check(shown.find(endpoint->password) == std::string::npos,
          "a password is not shown");
  }
}

}  // namespace

void FuzzSettings(std::string_view bytes) {
  const std::string text(bytes);
  CheckUrl(text);
  const auto settings = backend::ParseSettings(text, "a.toml");
  if (!settings.ok()) {
    const std::string message(settings.status().message());
    Check(message.starts_with("a.toml:"), "an error says where it is");
    CheckLogLine(message);
    return;
  }
  CheckUrl(settings->redis.url);
  Check(settings->redis.command_timeout.count() >= 1 &&
            settings->redis.command_timeout.count() <= 60000,
        "a timeout is within its bounds");
  Check(settings->listen.max_connections >= 1 &&
            settings->listen.max_http_connections >= 1,
        "connections are allowed");
  Check(settings->state.max_age_hours >= 0, "an age is not negative");
}

}  // namespace groupring::fuzz
