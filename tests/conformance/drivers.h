// Every transport with every protocol that it carries. A TEMPLATE_TEST_CASE
// over EVERY_DRIVER runs on each of them; a driver starts the program by
// itself and asks it questions over one connection.
#ifndef GROUPRING_TESTS_CONFORMANCE_DRIVERS_H_
#define GROUPRING_TESTS_CONFORMANCE_DRIVERS_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tests/conformance/backend_client.h"
#include "tests/conformance/embedded.h"
#include "tests/conformance/pipe_abi.h"
#include "tests/conformance/remote_http.h"
#include "tests/conformance/remote_json.h"
#include "tests/support/groupring_server.h"
#include "tests/support/process.h"
#include "tests/support/unix_stream.h"

namespace groupring::testing {

// JSON documents, one per line, over any stream.
class JsonLines : public RemoteClient {
 public:
  explicit JsonLines(LineStream* lines) : lines_(lines) {}
  std::optional<nlohmann::json> Call(const std::string& method,
                                     const nlohmann::json& parameters) override;

 private:
  LineStream* lines_;
};

class HttpRemote : public RemoteClient {
 public:
  HttpRemote(HttpForm form, uint16_t port) : form_(form), connection_(port) {}
  std::optional<nlohmann::json> Call(const std::string& method,
                                     const nlohmann::json& parameters) override;
  HttpConnection& connection() { return connection_; }

 private:
  HttpForm form_;
  HttpConnection connection_;
};

// `groupring pipe` with its standard input and output.
class Coprocess {
 public:
  explicit Coprocess(const std::string& redis_url);
  ~Coprocess();  // ends its input and checks that it ends cleanly

  Process& process() { return process_; }
  LineStream& lines() { return lines_; }

 private:
  GroupringSettings settings_;
  Process process_;
  LineStream lines_;
};

// What a driver's protocol can say.
struct Abilities {
  // Of the one record at an empty non-terminal.
  std::string_view empty_type = "";
  bool subnet = true;  // the client's subnet beside the resolver's address
  bool scope = true;   // how widely an answer holds
};

constexpr Abilities PipeAbilities(int version) {
  return {.empty_type = "TXT", .subnet = version >= 3, .scope = version >= 3};
}

// Asks until the answer is one of data. Within PowerDNS a process answers a
// second after its start, loaded or not.
void AwaitData(BackendClient* client);

class RemoteOnUnixSocket {
 public:
  static constexpr Abilities kAbilities{};
  explicit RemoteOnUnixSocket(const std::string& redis_url, bool loaded = true)
      : server_(redis_url, "", loaded),
        stream_(server_.settings().remote_socket()),
        client_(&stream_.lines()) {}
  RemoteClient& client() { return client_; }

 private:
  GroupringServer server_;
  UnixStream stream_;
  JsonLines client_;
};

template <HttpForm kForm>
class RemoteOverHttp {
 public:
  static constexpr Abilities kAbilities{};
  explicit RemoteOverHttp(const std::string& redis_url, bool loaded = true)
      : server_(redis_url, "", loaded),
        client_(kForm, server_.settings().http_port()) {}
  RemoteClient& client() { return client_; }

 private:
  GroupringServer server_;
  HttpRemote client_;
};
using RemoteHttpGet = RemoteOverHttp<HttpForm::kGet>;
using RemoteHttpPost = RemoteOverHttp<HttpForm::kPost>;
using RemoteHttpPostJson = RemoteOverHttp<HttpForm::kPostJson>;

class RemoteOnStdio {
 public:
  static constexpr Abilities kAbilities{};
  explicit RemoteOnStdio(const std::string& redis_url, bool loaded = true)
      : coprocess_(redis_url), client_(&coprocess_.lines()) {
    if (loaded) AwaitData(&client_);
  }
  RemoteClient& client() { return client_; }

 private:
  Coprocess coprocess_;
  JsonLines client_;
};

template <int kVersion>
class PipeAbiOnStdio {
 public:
  static constexpr Abilities kAbilities = PipeAbilities(kVersion);
  explicit PipeAbiOnStdio(const std::string& redis_url, bool loaded = true)
      : coprocess_(redis_url), client_(kVersion, &coprocess_.lines()) {
    if (loaded) AwaitData(&client_);
  }
  BackendClient& client() { return client_; }

 private:
  Coprocess coprocess_;
  PipeAbiClient client_;
};

template <int kVersion>
class PipeAbiOnUnixSocket {
 public:
  static constexpr Abilities kAbilities = PipeAbilities(kVersion);
  explicit PipeAbiOnUnixSocket(const std::string& redis_url, bool loaded = true)
      : server_(redis_url, "", loaded),
        stream_(server_.settings().pipe_socket()),
        client_(kVersion, &stream_.lines()) {}
  BackendClient& client() { return client_; }

 private:
  GroupringServer server_;
  UnixStream stream_;
  PipeAbiClient client_;
};

// Inside the host's process.
class Embedded {
 public:
  static constexpr Abilities kAbilities{};
  explicit Embedded(const std::string& redis_url, bool loaded = true)
      : settings_(redis_url), client_(settings_.file()) {
    if (loaded) AwaitData(&client_);
  }
  BackendClient& client() { return client_; }

 private:
  GroupringSettings settings_;
  EmbeddedClient client_;
};

#define EVERY_REMOTE_DRIVER                                              \
  RemoteOnUnixSocket, RemoteHttpGet, RemoteHttpPost, RemoteHttpPostJson, \
      RemoteOnStdio

#define EVERY_DRIVER                                                          \
  EVERY_REMOTE_DRIVER, Embedded, PipeAbiOnStdio<1>, PipeAbiOnStdio<2>,        \
      PipeAbiOnStdio<3>, PipeAbiOnStdio<4>, PipeAbiOnStdio<5>,                \
      PipeAbiOnUnixSocket<1>, PipeAbiOnUnixSocket<2>, PipeAbiOnUnixSocket<3>, \
      PipeAbiOnUnixSocket<4>, PipeAbiOnUnixSocket<5>

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_CONFORMANCE_DRIVERS_H_
