#include "backend/resolver/client.h"

#include <string>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

std::string KeyOf(const std::string& remote, const std::string& real_remote) {
  return hashing::SubnetText(ClientOf(remote, real_remote).key);
}

TEST_CASE("the client's subnet is the key when PowerDNS says it") {
  CHECK(KeyOf("192.0.2.1", "203.0.113.77/32") == "203.0.113.0/24");
  CHECK(KeyOf("192.0.2.1", "203.0.113.0/24") == "203.0.113.0/24");
  CHECK(KeyOf("192.0.2.1", "203.0.0.0/16") == "203.0.0.0/24");
  CHECK(KeyOf("192.0.2.1", "2001:db8:1:2::/64") == "2001:db8:1::/48");
  CHECK(ClientOf("192.0.2.1", "203.0.113.0/24").source == KeySource::kSubnet);
}

TEST_CASE("the resolver is the key when the client's address may not be used") {
  for (const std::string real : {"0.0.0.0/0", "::/0", "", "nonsense"}) {
    CAPTURE(real);
    CHECK(KeyOf("192.0.2.1", real) == "192.0.2.0/24");
    CHECK(ClientOf("192.0.2.1", real).source == KeySource::kResolver);
    CHECK(ClientOf("192.0.2.1", real).scope_mask == 24);
  }
  CHECK(KeyOf("2001:db8:5::1", "0.0.0.0/0") == "2001:db8:5::/48");
  CHECK(KeyOf("fe80::1%eth1", "::/0") == "fe80::/48");
}

TEST_CASE("PowerDNS' internal lookups have no client") {
  CHECK(ClientOf("0.0.0.0", "0.0.0.0/0").source == KeySource::kNobody);
  CHECK(ClientOf("0.0.0.0", "").source == KeySource::kNobody);
  CHECK(ClientOf("::", "::/0").source == KeySource::kNobody);
  CHECK(ClientOf("", "").source == KeySource::kNobody);
  CHECK(ClientOf("", "").scope_mask == 24);
}

}  // namespace
}  // namespace groupring::backend
