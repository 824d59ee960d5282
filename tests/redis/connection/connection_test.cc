#include "redis/connection/connection.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <thread>

#include "tests/support/catch.h"
#include "tests/support/redis_server.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wait_until.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;
using testing::RedisServer;
using testing::TempDirectory;

std::unique_ptr<Connection> Connected(const std::string& url,
                                      ConnectionTimeouts timeouts = {
                                          testing::kPatience,
                                          testing::kPatience}) {
  const absl::StatusOr<Endpoint> endpoint = ParseEndpoint(url);
  REQUIRE(endpoint.ok());
  auto connection = Connection::Connect(*endpoint, timeouts);
  INFO(connection.status().ToString());
  REQUIRE(connection.ok());
  return *std::move(connection);
}

// A peer that says what a test tells it to.
class FakePeer {
 public:
  FakePeer() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path().c_str());
    listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address),
             sizeof(address)) != 0 ||
        listen(listener_, 1) != 0) {
      throw std::runtime_error("cannot listen");
    }
  }
  ~FakePeer() {
    if (thread_.joinable()) thread_.join();
    close(listener_);
  }

  std::string path() const { return directory_ / "peer.sock"; }

  // Accepts one connection, waits for its first bytes, says `text`, closes.
  void AnswerOnce(std::string text) {
    thread_ = std::thread([this, text] {
      const int fd = accept(listener_, nullptr, nullptr);
      char buffer[1000];
      [[maybe_unused]] ssize_t count = read(fd, buffer, sizeof(buffer));
      count = write(fd, text.data(), text.size());
      close(fd);
    });
  }

  // Lets one connection be opened, and answers its next command with `text`, a
  // byte at a time with a pause between two.
  void AnswerSlowly(std::string text, milliseconds pause) {
    thread_ = std::thread([this, text, pause] {
      const int fd = accept(listener_, nullptr, nullptr);
      char buffer[1000];
      [[maybe_unused]] ssize_t count = read(fd, buffer, sizeof(buffer));
      count = write(fd, "+OK\r\n", 5);
      count = read(fd, buffer, sizeof(buffer));
      for (const char byte : text) {
        if (send(fd, &byte, 1, MSG_NOSIGNAL) != 1) break;
        // Until the other side has enough of it, or for so long.
        pollfd ended{fd, POLLIN, 0};
        if (poll(&ended, 1, static_cast<int>(pause.count())) != 0) break;
      }
      close(fd);
    });
  }

 private:
  TempDirectory directory_;
  int listener_ = -1;
  std::thread thread_;
};

absl::Status ConnectTo(const FakePeer& peer) {
  Endpoint endpoint;
  endpoint.unix_path = peer.path();
  return Connection::Connect(endpoint, {milliseconds(300), milliseconds(300)})
      .status();
}

TEST_CASE("each type of reply becomes its value") {
  RedisServer redis;
  const auto connection = Connected(redis.url());
  CHECK(connection->Command({"PING"})->text == "PONG");
  CHECK(connection->Command({"PING"})->type == Reply::Type::kStatus);
  CHECK(connection->Command({"INCR", "n"})->integer == 1);
  const std::string binary("a\0b\r\n", 5);
  REQUIRE(connection->Command({"SET", "k", binary}).ok());
  CHECK(connection->Command({"GET", "k"})->text == binary);
  CHECK(connection->Command({"GET", "none"})->type == Reply::Type::kNil);
  CHECK(connection->Command({"INCR", "k"})->is_error());
  REQUIRE(connection->Command({"SADD", "s", "x", ""}).ok());
  const auto members = connection->Command({"SMEMBERS", "s"});
  REQUIRE(members->type == Reply::Type::kArray);
  CHECK(members->elements.size() == 2);
}

TEST_CASE("a pipeline far larger than any buffer comes back in order") {
  RedisServer redis;
  const auto connection = Connected(redis.url());
  constexpr int kCommands = 3000;
  const std::string padding(5000, 'x');
  for (int i = 0; i < kCommands; ++i) {
    connection->Append({"ECHO", std::to_string(i) + padding});
  }
  for (int i = 0; i < kCommands; ++i) {
    const auto reply = connection->Read();
    REQUIRE(reply.ok());
    REQUIRE(reply->text == std::to_string(i) + padding);
  }
}

TEST_CASE("what Redis sends by itself can be read without waiting") {
  RedisServer redis;
  const auto connection = Connected(redis.url());
  REQUIRE(connection->Command({"SUBSCRIBE", "news"}).ok());
  CHECK_FALSE(connection->ReadAvailable()->has_value());
  redis.Run("PUBLISH news hello\n");
  pollfd entry{connection->fd(), POLLIN, 0};
  REQUIRE(poll(&entry, 1, 20'000) == 1);
  const auto message = connection->ReadAvailable();
  REQUIRE(message.ok());
  REQUIRE(message->has_value());
  CHECK((*message)->elements[2].text == "hello");
  CHECK_FALSE(connection->ReadAvailable()->has_value());
}

TEST_CASE("a frozen server fails a command by its deadline") {
  RedisServer redis;
  const auto connection =
      Connected(redis.url(), {testing::kPatience, milliseconds(100)});
  redis.process().Signal(SIGSTOP);
  const auto reply = connection->Command({"PING"});
  redis.process().Signal(SIGCONT);
  CHECK(absl::IsDeadlineExceeded(reply.status()));
}

TEST_CASE("a reply that takes long is waited for as long as some arrives") {
  constexpr milliseconds kDeadline{1500};
  const std::string text = "$20\r\n01234567890123456789\r\n";
  FakePeer peer;
  peer.AnswerSlowly(text, 2 * kDeadline / text.size());
  Endpoint endpoint;
  endpoint.unix_path = peer.path();
  const auto connection =
      Connection::Connect(endpoint, {testing::kPatience, kDeadline});
  REQUIRE(connection.ok());
  const auto start = std::chrono::steady_clock::now();
  const auto reply = (*connection)->Command({"GET", "x"});
  REQUIRE(reply.ok());
  CHECK(reply->text == "01234567890123456789");
  CHECK(std::chrono::steady_clock::now() - start > kDeadline);
}

TEST_CASE("writing to a server that is gone is an error, not a signal") {
  RedisServer redis;
  const auto connection = Connected(redis.url());
  redis.process().Stop(SIGKILL);
  CHECK(absl::IsUnavailable(connection->Command({"PING"}).status()));
  CHECK(absl::IsUnavailable(connection->Command({"PING"}).status()));
  CHECK(absl::IsUnavailable(connection->ReadAvailable().status()));
}

TEST_CASE("nobody listening, no such host and no such file are unavailable") {
  for (const char* url :
       {"unix:///nonexistent/redis.sock", "redis://127.0.0.1:1",
        "redis://no-such-host.invalid:1"}) {
    INFO(url);
    const auto connection = Connection::Connect(
        *ParseEndpoint(url), {testing::kPatience, testing::kPatience});
    CHECK(absl::IsUnavailable(connection.status()));
  }
}

TEST_CASE("a peer that is no Redis is refused") {
  SECTION("it speaks something else") {
    FakePeer peer;
    peer.AnswerOnce("SSH-2.0-OpenSSH_9.2\r\n");
    const absl::Status status = ConnectTo(peer);
    CHECK(absl::IsUnavailable(status));
    CHECK(status.ToString().find("no Redis protocol") != std::string::npos);
  }
  SECTION("it hangs up") {
    FakePeer peer;
    peer.AnswerOnce("");
    CHECK(absl::IsUnavailable(ConnectTo(peer)));
  }
  SECTION("it hangs up within a reply") {
    FakePeer peer;
    peer.AnswerOnce("$100\r\nabc");
    CHECK(absl::IsUnavailable(ConnectTo(peer)));
  }
  SECTION("it accepts nobody") {
    FakePeer peer;
    CHECK(absl::IsDeadlineExceeded(ConnectTo(peer)));
  }
  SECTION("it is loading its file") {
    FakePeer peer;
    peer.AnswerOnce("-LOADING Redis is loading the dataset in memory\r\n");
    CHECK(absl::IsAborted(ConnectTo(peer)));
  }
}

}  // namespace
}  // namespace groupring::redis
