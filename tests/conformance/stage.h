// Redis with data, groupring, and somebody who asks: one test's stage.
#ifndef GROUPRING_TESTS_CONFORMANCE_STAGE_H_
#define GROUPRING_TESTS_CONFORMANCE_STAGE_H_

#include <string>
#include <string_view>

#include "tests/conformance/backend_client.h"
#include "tests/conformance/drivers.h"
#include "tests/support/redis_server.h"
#include "tests/support/sample_data.h"

namespace groupring::testing {

template <typename Driver>
class Stage {
 public:
  // `commands` follow the sample data before groupring reads it.
  explicit Stage(std::string_view commands = {}) {
    redis_.Run(SampleData(false) + std::string(commands));
    driver_.emplace(redis_.url());
  }

  RedisServer& redis() { return redis_; }
  auto& client() { return driver_->client(); }

  // A question on behalf of a client's subnet, in the way that the protocol
  // has for it.
  static Lookup From(const std::string& subnet, const std::string& name,
                     const std::string& type = "ANY") {
    if constexpr (Driver::kAbilities.subnet) {
      return {.name = name, .type = type, .real_remote = subnet};
    } else {
      return {.name = name,
              .type = type,
              .remote = subnet.substr(0, subnet.find('/'))};
    }
  }
  BackendReply Ask(const std::string& subnet, const std::string& name,
                   const std::string& type = "ANY") {
    return client().Ask(From(subnet, name, type));
  }

  // What the protocol can say of a scope.
  static int64_t Scope(int bits) { return Driver::kAbilities.scope ? bits : 0; }

 private:
  RedisServer redis_;
  std::optional<Driver> driver_;
};

// The group of the one address of that type; what there is instead.
inline std::string GroupIn(const BackendReply& reply,
                           const std::string& type = "A") {
  const auto content = reply.Content(type);
  if (reply.error) return "an error";
  if (content.size() != 1) return std::to_string(content.size()) + " addresses";
  return GroupOf(content[0]);
}

inline std::string Subnet4(int i) {
  return "198.51." + std::to_string(i) + ".0/24";
}
inline std::string Subnet6(int i) {
  return "2001:db8:" + std::to_string(i) + "::/48";
}

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_CONFORMANCE_STAGE_H_
