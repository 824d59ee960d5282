// rediss://: where hiredis has TLS, and what is said where it has none.
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/free_port.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"
#include "tests/support/temp_directory.h"

namespace groupring::redis {
namespace {

#ifdef GROUPRING_HIREDIS_TLS

using testing::FreePort;
using testing::RedisServer;
using testing::RunCommand;
using testing::TempDirectory;
using testing::WaitUntil;

constexpr char kData[] =
    "SADD ftp.example.com:GROUPS g1\nSADD g1:A 192.0.2.1\n";

// A certificate that is its own authority, and its key.
struct Certificate {
  TempDirectory directory;
  std::string file = directory / "cert.pem";
  std::string key = directory / "key.pem";

  Certificate() {
    const auto made =
        RunCommand({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-keyout", key, "-out", file});
    if (made.status != 0) throw std::runtime_error(made.errors);
  }
};

struct TlsRedis {
  Certificate certificate;
  FreePort port;
  RedisServer server;
  std::string url = "rediss://127.0.0.1:" + std::to_string(port.number());

  // `clients`: whether they have to show a certificate, "yes" or "no".
  explicit TlsRedis(const std::string& clients)
      : server({"--tls-port", std::to_string(port.number()), "--tls-cert-file",
                certificate.file, "--tls-key-file", certificate.key,
                "--tls-ca-cert-file", certificate.file, "--tls-auth-clients",
                clients}) {
    server.Run(kData);
  }
};

bool Follows(TlsRedis* redis, StoreFixture* store) {
  if (!store->WaitLoaded() || !store->stats().tracking) return false;
  redis->server.Run("SADD g1:A 192.0.2.2\n");
  return store->WaitFor([](const Dataset& d) {
    return d.groups.at("g1")->addresses[0]->members().size() == 2;
  });
}

TEST_CASE("a store follows Redis over TLS") {
  TlsRedis redis("no");
  StoreFixture store(redis.url, [&](StoreOptions* options) {
    options->location.servers[0].tls_ca_file = redis.certificate.file;
  });
  CHECK(Follows(&redis, &store));
  CHECK(WaitUntil([&] { return store.stats().draws >= 64; }));
  INFO(store.log());
}

TEST_CASE("over TLS a set of many records arrives whole") {
  TlsRedis redis("no");
  std::string commands;
  for (int i = 0; i < 5000; ++i) {
    commands += "SADD g1:AAAA 2001:db8:" + std::to_string(i) + "::1\n";
  }
  redis.server.Run(commands);
  StoreFixture store(redis.url, [&](StoreOptions* options) {
    options->location.servers[0].tls_ca_file = redis.certificate.file;
  });
  REQUIRE(store.WaitLoaded());
  CHECK(store.group("g1")->addresses[1]->members().size() == 5000);
}

TEST_CASE("a Redis that wants a certificate is shown it") {
  TlsRedis redis("yes");
  StoreFixture store(redis.url, [&](StoreOptions* options) {
    options->location.servers[0].tls_ca_file = redis.certificate.file;
    options->location.servers[0].tls_cert_file = redis.certificate.file;
    options->location.servers[0].tls_key_file = redis.certificate.key;
  });
  CHECK(Follows(&redis, &store));
}

TEST_CASE("a Redis with a certificate of another authority is not believed") {
  TlsRedis redis("no");
  const Certificate other;
  StoreFixture store(redis.url, [&](StoreOptions* options) {
    options->location.servers[0].tls_ca_file = other.file;
  });
  CHECK(store.WaitForLine("certificate verify failed"));
  CHECK_FALSE(store.stats().connected);
}

TEST_CASE("a TLS file that is missing is told so") {
  TlsRedis redis("no");
  StoreFixture store(redis.url, [](StoreOptions* options) {
    options->location.servers[0].tls_ca_file = "/nowhere/ca.pem";
  });
  CHECK(store.WaitForLine("Failed to load CA Certificate"));
}

#else

TEST_CASE("TLS without support for it says what to do") {
  StoreFixture store("rediss://127.0.0.1:1", [](StoreOptions* options) {
    options->connect_timeout = std::chrono::milliseconds(500);
  });
  CHECK(store.WaitForLine("hiredis 1.0 or newer"));
}

#endif

}  // namespace
}  // namespace groupring::redis
