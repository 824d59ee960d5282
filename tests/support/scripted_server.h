// A server on loopback that follows a script, fault by fault. It has no thread:
// the test gives it turns.
#ifndef GROUPRING_TESTS_SUPPORT_SCRIPTED_SERVER_H_
#define GROUPRING_TESTS_SUPPORT_SCRIPTED_SERVER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "redis/base/file_descriptor.h"
#include "redis/model/address.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {

// A certificate authority, and what it has signed.
class TestCertificates {
 public:
  // For ftp.example.org, 30 days from now.
  TestCertificates();

  std::string ca_file() const { return directory_ / "ca.pem"; }
  std::string certificate() const { return directory_ / "cert.pem"; }
  std::string key() const { return directory_ / "key.pem"; }

 private:
  TempDirectory directory_;
};

// One thing that the server does on each connection, after what stands before
// it in the script. Past its end it closes the connection as soon as the client
// has.
struct ServerStep {
  enum class Kind {
    kSend,      // `text`, where {pasv} is "127,0,0,1,p,p" and {epsv} a port, of
                // a socket that listens
    kAwait,     // a line of exactly this `text`
    kAwaitAny,  // whatever bytes come next
    kTls,       // a handshake
    kPlain,     // bytes past TLS, though it stands
    kDo,        // `function`
    kClose,     // the connection
    kReset,     // the connection, by RST
    kAwaitEnd,  // the client ends the connection; see ScriptedServer::ended
  };

  Kind kind = Kind::kSend;
  std::string text = {};
  std::function<void()> function = {};
};

ServerStep Send(std::string text);
ServerStep Await(std::string line);
ServerStep AwaitAny();
ServerStep Tls();
ServerStep Plain(std::string bytes);
ServerStep Do(std::function<void()> function);
ServerStep Close();
ServerStep Reset();
ServerStep AwaitEnd();

// How a client ended a connection.
struct ClientEnd {
  bool reset = false;
  bool tls_closed = false;  // with close_notify

  bool operator==(const ClientEnd&) const = default;
};

class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<ServerStep> script,
                          const TestCertificates* certificates = nullptr,
                          redis::Family family = redis::Family::kA);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  uint16_t port() const { return port_; }
  // A port of the same address that nobody listens at.
  uint16_t closed_port() const { return closed_port_; }
  // Takes no connection from now on, whose queue is full.
  void FillQueue();

  // Accepts, and does what can be done without waiting.
  void Pump();

  // Everything that arrived on each connection, decrypted.
  const std::vector<std::string>& received() const { return received_; }
  const std::vector<ClientEnd>& ended() const { return ended_; }

 private:
  struct Connection;
  struct TlsSettings;

  void Accept();
  // Whether the connection's script went on.
  bool Go(Connection* connection);
  bool Do(const ServerStep& step, Connection* connection);
  void Read(Connection* connection);

  const std::vector<ServerStep> script_;
  const redis::Family family_;
  std::unique_ptr<TlsSettings> tls_;
  FileDescriptor listener_;
  FileDescriptor passive_;
  std::vector<FileDescriptor> fillers_;
  uint16_t port_ = 0;
  uint16_t passive_port_ = 0;
  uint16_t closed_port_ = 0;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::string> received_;
  std::vector<ClientEnd> ended_;
};

// Gives a server turns from a thread of its own, for what runs in other
// processes. The server is the thread's until this ends.
class ServerTurns {
 public:
  explicit ServerTurns(ScriptedServer* server);

 private:
  std::jthread thread_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_SCRIPTED_SERVER_H_
