// groupring as PowerDNS sees it, whatever the transport and protocol: each
// driver (drivers.h) is one way of asking and understands the replies.
#ifndef GROUPRING_TESTS_CONFORMANCE_BACKEND_CLIENT_H_
#define GROUPRING_TESTS_CONFORMANCE_BACKEND_CLIENT_H_

#include <cstdint>
#include <string>
#include <vector>

namespace groupring::testing {

struct BackendRecord {
  std::string name;  // without trailing dot
  std::string type;  // empty: an empty non-terminal
  std::string content;
  int64_t ttl_seconds = 0;
  int64_t scope_mask = 0;  // 0 where the protocol has none
  int64_t domain_id = 0;
};

struct BackendReply {
  // PowerDNS answers SERVFAIL: a broken connection, an HTTP error, FAIL.
  bool error = false;
  // "There is nothing": also for a method that is not known.
  bool nothing = false;
  std::vector<BackendRecord> records;

  // The contents of the records of a type.
  std::vector<std::string> Content(const std::string& type) const;
};

struct Lookup {
  std::string name;  // without trailing dot; the driver adds what is custom
  std::string type = "ANY";
  std::string remote = "192.0.2.1";
  // What the protocol says of the client; where it cannot say it, of the
  // resolver. Empty: the resolver's address.
  std::string real_remote = {};
  int64_t zone_id = -1;
};

class BackendClient {
 public:
  virtual ~BackendClient() = default;
  virtual BackendReply Ask(const Lookup& lookup) = 0;
  // All records of a zone, for a transfer.
  virtual BackendReply List(const std::string& zone, int64_t zone_id) = 0;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_CONFORMANCE_BACKEND_CLIENT_H_
