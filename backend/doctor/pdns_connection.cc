#include "backend/doctor/pdns_connection.h"

#include <cstddef>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_split.h"

namespace groupring::backend {
namespace {

std::string Get(const PdnsSettings& settings, const std::string& name,
                const std::string& fallback = "") {
  const auto found = settings.find(name);
  return found == settings.end() ? fallback : found->second;
}

// "<kind>:<key>=<value>,…".
PdnsConnection RemoteConnection(const std::string& setting,
                                const std::string& value) {
  PdnsConnection connection;
  connection.setting = setting;
  connection.value = value;
  const size_t colon = value.find(':');
  const std::string kind = value.substr(0, colon);
  if (colon != std::string::npos) {
    for (const absl::string_view part :
         absl::StrSplit(value.substr(colon + 1), ',', absl::SkipEmpty())) {
      const std::string option(part);
      const size_t equals = option.find('=');
      connection.options[option.substr(0, equals)] =
          equals == std::string::npos ? "yes" : option.substr(equals + 1);
    }
  }
  const auto take = [&](ConnectionKind which, const char* key) {
    connection.kind = which;
    connection.place = connection.options[key];
    connection.options.erase(key);
  };
  if (kind == "unix") {
    take(ConnectionKind::kRemoteUnix, "path");
  } else if (kind == "http") {
    take(ConnectionKind::kRemoteHttp, "url");
  } else if (kind == "pipe") {
    take(ConnectionKind::kRemotePipe, "command");
  }
  return connection;
}

}  // namespace

std::vector<PdnsConnection> ConnectionsOf(const PdnsSettings& settings) {
  std::vector<PdnsConnection> connections;
  const std::string launch = Get(settings, "launch");
  for (const absl::string_view part :
       absl::StrSplit(launch, absl::ByAnyChar(", "), absl::SkipEmpty())) {
    const std::string backend(part);
    const size_t colon = backend.find(':');
    const std::string kind = backend.substr(0, colon);
    const std::string prefix = colon == std::string::npos
                                   ? kind
                                   : kind + "-" + backend.substr(colon + 1);
    if (kind == "remote") {
      const std::string setting = prefix + "-connection-string";
      connections.push_back(RemoteConnection(setting, Get(settings, setting)));
    } else if (kind == "pipe") {
      PdnsConnection connection;
      connection.kind = ConnectionKind::kPipe;
      connection.setting = prefix + "-command";
      connection.value = Get(settings, connection.setting);
      connection.place = connection.value;
      connection.pipe_abi =
          std::atoi(Get(settings, prefix + "-abi-version", "1").c_str());
      connections.push_back(std::move(connection));
    } else if (kind == "lua2") {
      PdnsConnection connection;
      connection.kind = ConnectionKind::kEmbedded;
      connection.setting = prefix + "-filename";
      connection.value = Get(settings, connection.setting);
      connection.place = connection.value;
      connections.push_back(std::move(connection));
    }
  }
  return connections;
}

}  // namespace groupring::backend
