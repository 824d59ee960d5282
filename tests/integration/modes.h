// The ways in which PowerDNS and groupring are connected. A TEMPLATE_TEST_CASE
// over EVERY_MODE runs in each of them.
#ifndef GROUPRING_TESTS_INTEGRATION_MODES_H_
#define GROUPRING_TESTS_INTEGRATION_MODES_H_

#include <string>

#include "tests/support/pdns_server.h"

namespace groupring::testing {

struct Mode {
  std::string file;        // of pdns-config/
  bool daemon = true;      // `groupring serve` runs; else PowerDNS runs
                           // `groupring pipe` itself or is groupring's host
  bool zone_file = false;  // example.org is in PowerDNS' own BIND backend
  bool lists_zones = true;
  PdnsServer::Edits edits = {};
};

struct RemoteUnix {
  static Mode Get() { return {.file = "remote-unix.conf"}; }
};
struct RemoteHttp {
  static Mode Get() { return {.file = "remote-http.conf"}; }
};
// What the file says but for the encoding of the questions.
struct RemoteHttpPost {
  static Mode Get() {
    return {.file = "remote-http.conf", .edits = {{",post_json=1", ""}}};
  }
};
struct RemoteHttpGet {
  static Mode Get() {
    return {.file = "remote-http.conf", .edits = {{",post=1,post_json=1", ""}}};
  }
};
struct RemotePipe {
  static Mode Get() { return {.file = "remote-pipe.conf", .daemon = false}; }
};
struct PipeAbi {
  static Mode Get() {
    return {.file = "pipe-abi.conf", .daemon = false, .lists_zones = false};
  }
};
struct PipeUnix {
  static Mode Get() { return {.file = "pipe-unix.conf", .lists_zones = false}; }
};
struct BindRemote {
  static Mode Get() { return {.file = "bind-remote.conf", .zone_file = true}; }
};
struct Embedded {
  static Mode Get() { return {.file = "embedded.conf", .daemon = false}; }
};

// pdns_server is built without a sanitizer's runtime, which libgroupring.so
// needs when it is built with one.
#ifdef GROUPRING_SANITIZED
#define EVERY_MODE                                                            \
  RemoteUnix, RemoteHttp, RemoteHttpPost, RemoteHttpGet, RemotePipe, PipeAbi, \
      PipeUnix, BindRemote
#else
#define EVERY_MODE                                                            \
  RemoteUnix, RemoteHttp, RemoteHttpPost, RemoteHttpGet, RemotePipe, PipeAbi, \
      PipeUnix, BindRemote, Embedded
#endif

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_INTEGRATION_MODES_H_
