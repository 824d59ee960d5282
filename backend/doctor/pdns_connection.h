// How PowerDNS reaches groupring, as its settings say. Pure.
#ifndef GROUPRING_BACKEND_DOCTOR_PDNS_CONNECTION_H_
#define GROUPRING_BACKEND_DOCTOR_PDNS_CONNECTION_H_

#include <map>
#include <string>
#include <vector>

#include "backend/doctor/pdns_settings.h"

namespace groupring::backend {

enum class ConnectionKind {
  kRemoteUnix,  // remote backend, unix socket
  kRemoteHttp,  // remote backend, HTTP
  kRemotePipe,  // remote backend, coprocess
  kPipe,        // pipe backend: a unix socket if there is one, else a coprocess
  kEmbedded,    // Lua2 backend: groupring runs inside PowerDNS
  kOther,       // nothing that groupring listens on
};

struct PdnsConnection {
  ConnectionKind kind = ConnectionKind::kOther;
  std::string setting;  // "remote-connection-string"
  std::string value;    // of that setting
  std::string place;    // the path, URL or command
  // Of the connection string, besides the place: "timeout" → "1000".
  std::map<std::string, std::string> options;
  int pipe_abi = 1;
};

// One for each backend that `launch` names and that can be groupring.
std::vector<PdnsConnection> ConnectionsOf(const PdnsSettings& settings);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_PDNS_CONNECTION_H_
