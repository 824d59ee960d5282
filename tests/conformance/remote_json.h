// The remote backend's questions and replies, as PowerDNS writes and reads
// them.
#ifndef GROUPRING_TESTS_CONFORMANCE_REMOTE_JSON_H_
#define GROUPRING_TESTS_CONFORMANCE_REMOTE_JSON_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "tests/conformance/backend_client.h"

namespace groupring::testing {

// A BackendClient once there is a way to call a method.
class RemoteClient : public BackendClient {
 public:
  BackendReply Ask(const Lookup& lookup) override;
  BackendReply List(const std::string& zone, int64_t zone_id) override;

  // The `result` of the reply; nothing for what PowerDNS takes as an error.
  virtual std::optional<nlohmann::json> Call(
      const std::string& method, const nlohmann::json& parameters) = 0;
};

nlohmann::json LookupParameters(const Lookup& lookup);

// Checks the types that PowerDNS insists on: a ttl as text counts as an error
// here, as it would silently become 0 there.
BackendReply ParseRecords(const std::optional<nlohmann::json>& result);

// The `result` of one JSON document; nothing if there is none.
std::optional<nlohmann::json> ParseResult(const std::string& document);

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_CONFORMANCE_REMOTE_JSON_H_
