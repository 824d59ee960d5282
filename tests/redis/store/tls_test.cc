// rediss://: where hiredis has TLS, and what is said where it has none.
#include <chrono>
#include <functional>
#include <memory>
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

struct Certificate {
  std::string file;
  std::string key;
};

// Issues certificates.
class Authority {
 public:
  Authority() { OpenSsl({"-subj", "/CN=authority", "-days", "2"}, own_); }

  const std::string& file() const { return own_.file; }

  // `names` as OpenSSL writes them: "IP:127.0.0.1", "DNS:redis.example".
  Certificate Issue(const std::string& names,
                    const std::vector<std::string>& time = {"-days", "2"}) {
    const std::string stem = directory_ / ("issued" + std::to_string(++count_));
    Certificate made{stem + ".pem", stem + ".key"};
    std::vector<std::string> words = {
        "-CA",   own_.file,   "-CAkey",  own_.key,
        "-subj", "/CN=redis", "-addext", "subjectAltName=" + names};
    words.insert(words.end(), time.begin(), time.end());
    OpenSsl(words, made);
    return made;
  }

 private:
  static void OpenSsl(const std::vector<std::string>& words,
                      const Certificate& made) {
    std::vector<std::string> argv = {"openssl",
                                     "req",
                                     "-x509",
                                     "-newkey",
                                     "ec",
                                     "-pkeyopt",
                                     "ec_paramgen_curve:prime256v1",
                                     "-nodes",
                                     "-keyout",
                                     made.key,
                                     "-out",
                                     made.file};
    argv.insert(argv.end(), words.begin(), words.end());
    const auto result = RunCommand(argv);
    if (result.status != 0) throw std::runtime_error(result.errors);
  }

  TempDirectory directory_;
  int count_ = 0;
  Certificate own_{directory_ / "ca.pem", directory_ / "ca.key"};
};

struct TlsRedis {
  Authority authority;
  Certificate certificate;
  FreePort port;
  RedisServer server;
  std::string url = "rediss://127.0.0.1:" + std::to_string(port.number());

  // `clients`: whether they have to show a certificate, "yes" or "no".
  explicit TlsRedis(const std::string& names = "IP:127.0.0.1",
                    const std::vector<std::string>& time = {"-days", "2"},
                    const std::string& clients = "no")
      : certificate(authority.Issue(names, time)),
        server({"--tls-port", std::to_string(port.number()), "--tls-cert-file",
                certificate.file, "--tls-key-file", certificate.key,
                "--tls-ca-cert-file", authority.file(), "--tls-auth-clients",
                clients}) {
    server.Run(kData);
  }

  // A store that trusts the authority.
  std::unique_ptr<StoreFixture> Store(
      const std::function<void(Endpoint*)>& adjust = [](Endpoint*) {}) {
    return std::make_unique<StoreFixture>(url, [&](StoreOptions* options) {
      options->location.servers[0].tls_ca_file = authority.file();
      adjust(&options->location.servers[0]);
    });
  }
};

bool Follows(RedisServer* server, StoreFixture* store) {
  if (!store->WaitLoaded() || !store->stats().tracking) return false;
  server->Run("SADD g1:A 192.0.2.2\n");
  return store->WaitFor([](const Dataset& d) {
    return d.groups.at("g1")->addresses[0]->members().size() == 2;
  });
}

// Says why, and goes on without the server.
bool Refuses(StoreFixture* store, const std::string& reason) {
  return store->WaitForLine(reason) && !store->stats().connected;
}

TEST_CASE("a store follows Redis over TLS") {
  TlsRedis redis;
  const auto store = redis.Store();
  CHECK(Follows(&redis.server, store.get()));
  CHECK(WaitUntil([&] { return store->stats().draws >= 64; }));
  INFO(store->log());
}

TEST_CASE("over TLS a set of many records arrives whole") {
  TlsRedis redis;
  std::string commands;
  for (int i = 0; i < 5000; ++i) {
    commands += "SADD g1:AAAA 2001:db8:" + std::to_string(i) + "::1\n";
  }
  redis.server.Run(commands);
  const auto store = redis.Store();
  REQUIRE(store->WaitLoaded());
  CHECK(store->group("g1")->addresses[1]->members().size() == 5000);
}

TEST_CASE("a Redis that wants a certificate is shown it") {
  TlsRedis redis("IP:127.0.0.1", {"-days", "2"}, "yes");
  const auto store = redis.Store([&](Endpoint* endpoint) {
    endpoint->tls_cert_file = redis.certificate.file;
    endpoint->tls_key_file = redis.certificate.key;
  });
  CHECK(Follows(&redis.server, store.get()));
}

TEST_CASE("a Redis with a certificate for another name is refused") {
  TlsRedis redis("DNS:redis.example,IP:127.0.0.2");
  const auto by_address = redis.Store();
  CHECK(Refuses(by_address.get(),
                "the server's certificate is not for 127.0.0.1; "));
  const auto by_name = redis.Store(
      [](Endpoint* endpoint) { endpoint->tls_server_name = "other.example"; });
  CHECK(Refuses(by_name.get(),
                "the server's certificate is not for other.example; "));
  const auto right = redis.Store(
      [](Endpoint* endpoint) { endpoint->tls_server_name = "redis.example"; });
  CHECK(Follows(&redis.server, right.get()));
}

TEST_CASE("a Redis whose certificate has expired is refused") {
  TlsRedis redis("IP:127.0.0.1", {"-not_before", "20200101000000Z",
                                  "-not_after", "20200201000000Z"});
  const auto store = redis.Store();
  CHECK(Refuses(store.get(),
                "the server's certificate is refused: certificate has "
                "expired, by the clock of this host"));
}

TEST_CASE("a Redis whose certificate is not valid yet is refused") {
  TlsRedis redis("IP:127.0.0.1", {"-not_before", "20990101000000Z",
                                  "-not_after", "20990201000000Z"});
  const auto store = redis.Store();
  CHECK(Refuses(store.get(), "certificate is not yet valid"));
}

TEST_CASE("a Redis with a certificate of another authority is refused") {
  TlsRedis redis;
  const Authority other;
  const auto store = redis.Store(
      [&](Endpoint* endpoint) { endpoint->tls_ca_file = other.file(); });
  CHECK(Refuses(store.get(), "tls_ca_file names the authorities"));
}

TEST_CASE(
    "a server that chooses its certificate by the name is told the name") {
  Authority authority;
  const Certificate certificate = authority.Issue("DNS:redis.example");
  RedisServer redis;
  redis.Run(kData);
  // HAProxy ends the handshake where no certificate is for the name.
  const TempDirectory directory;
  const FreePort port;
  const std::string number = std::to_string(port.number());
  const std::string both =
      directory.Write("both.pem", testing::ReadFile(certificate.file) +
                                      testing::ReadFile(certificate.key));
  const testing::Process proxy(testing::ProcessOptions{
      .argv = {"haproxy", "-db", "-f",
               directory.Write("haproxy.cfg",
                               "defaults\n mode tcp\n timeout connect 5s\n"
                               " timeout client 60s\n timeout server 60s\n"
                               "listen redis\n bind 127.0.0.1:" +
                                   number + " ssl crt " + both +
                                   " strict-sni\n server redis unix@" +
                                   redis.socket() + "\n")},
      .log_file = directory / "haproxy.log"});
  const auto store = [&](const std::string& name) {
    return std::make_unique<StoreFixture>(
        "rediss://127.0.0.1:" + number, [&](StoreOptions* options) {
          options->location.servers[0].tls_ca_file = authority.file();
          options->location.servers[0].tls_server_name = name;
        });
  };
  const auto told = store("redis.example");
  CHECK(Follows(&redis, told.get()));
  const auto wrong = store("other.example");
  CHECK(Refuses(wrong.get(), "SSL_connect failed: "));
  INFO(told->log() << wrong->log() << proxy.Log());
}

TEST_CASE("TLS files that cannot be used are told") {
  TlsRedis redis;
  const auto refuses = [&](const std::string& reason,
                           const std::function<void(Endpoint*)>& adjust) {
    const auto store = redis.Store(adjust);
    INFO(reason << "\n" << store->log());
    CHECK(Refuses(store.get(), reason));
  };
  refuses("tls_ca_file /nowhere/ca.pem: No such file", [](Endpoint* endpoint) {
    endpoint->tls_ca_file = "/nowhere/ca.pem";
  });
  refuses("tls_ca_file " + redis.certificate.key + ": ",
          [&](Endpoint* endpoint) {
            endpoint->tls_ca_file = redis.certificate.key;
          });
  refuses("tls_cert_file and tls_key_file belong together",
          [&](Endpoint* endpoint) {
            endpoint->tls_key_file = redis.certificate.key;
          });
  refuses("tls_key_file " + redis.authority.file() + ": ",
          [&](Endpoint* endpoint) {
            endpoint->tls_cert_file = redis.certificate.file;
            endpoint->tls_key_file = redis.authority.file();
          });
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
