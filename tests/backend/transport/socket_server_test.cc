#include "backend/transport/socket_server.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <atomic>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "backend/protocol/line_session.h"
#include "tests/backend/protocol/fake_handler.h"
#include "tests/backend/transport/log_lines.h"
#include "tests/backend/transport/stream_client.h"
#include "tests/support/catch.h"
#include "tests/support/no_descriptors.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wait_until.h"

namespace groupring::backend {
namespace {

using testing::WaitUntil;

const std::string kLookup =
    R"({"method":"lookup","parameters":{"qname":"a.","qtype":"A"}})"
    "\n";
const std::string kAnswer =
    R"({"result":[{"qtype":"A","qname":"a.","content":"192.0.2.1","ttl":60,)"
    R"("scopeMask":24,"domain_id":1}]})"
    "\n";

std::string Repeated(const std::string& text, size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

// A server with a socket for each protocol.
class Served {
 public:
  explicit Served(const SocketServerOptions& options = {},
                  FakeHandler::Answer answer = AnswerAddress)
      : handlers(std::move(answer)),
        server(options, &handlers, &clock, log.Sink()) {
    Listen(remote_path, Protocol::kRemoteJson);
    Listen(pipe_path, Protocol::kPipeAbi);
    REQUIRE(server.Start().ok());
  }

  void Listen(const std::string& path, Protocol protocol) {
    auto listener = ListeningSocket::Open({.address = path, .group = ""});
    REQUIRE(listener.ok());
    server.Listen(*std::move(listener), protocol);
  }

  StreamClient Connect() const { return StreamClient::ToUnix(remote_path); }

  testing::TempDirectory directory;
  const std::string remote_path = directory / "remote.sock";
  const std::string pipe_path = directory / "pipe.sock";
  SystemClock clock;
  LogLines log;
  FakeHandlerFactory handlers;
  SocketServer server;
};

TEST_CASE("socket server: both protocols are answered side by side") {
  SocketServerOptions options;
  options.threads = GENERATE(1, 3);
  const Served served(options);
  StreamClient remote = served.Connect();
  StreamClient pipe = StreamClient::ToUnix(served.pipe_path);
  CHECK(pipe.Ask("HELO\t1\n") == "OK\tgroupring\n");
  for (int i = 0; i < 3; ++i) {
    CHECK(remote.Ask(kLookup) == kAnswer);
    CHECK(pipe.Ask("Q\ta\tIN\tANY\t1\t192.0.2.1\n") ==
          "DATA\ta\tIN\tA\t60\t1\t192.0.2.1\n");
    CHECK(pipe.ReadLine() == "END\n");
  }
  CHECK(served.log.Count() == 0);
}

TEST_CASE("socket server: garbage costs its sender the connection only") {
  const Served served;
  StreamClient good = served.Connect();
  CHECK(good.Ask(kLookup) == kAnswer);
  for (const std::string& garbage :
       {std::string("garbage\n"), std::string("\0\xff\x01\n", 4),
        std::string(100000, '[') + "\n", "{\"a\":" + kLookup}) {
    const size_t before = served.log.Count();
    StreamClient bad = served.Connect();
    bad.Send(garbage);
    CHECK(bad.ReadToEnd() == "{\"result\":null}\n");
    CHECK(served.log.Count("remote.sock: connection closed: ") == before + 1);
    CHECK(good.Ask(kLookup) == kAnswer);
  }
  CHECK(WaitUntil([&] { return served.server.connections() == 1; }));
}

TEST_CASE("socket server: a line over the limit costs the connection") {
  const Served served;
  StreamClient good = served.Connect();
  StreamClient bad = served.Connect();
  bad.Send(std::string(kMaxLineBytes + 1, ' '));
  CHECK(bad.ReadToEnd() == "{\"result\":null}\n");
  CHECK(served.log.Count("connection closed: line longer than 1048576 bytes") ==
        1);
  CHECK(good.Ask(kLookup) == kAnswer);
}

TEST_CASE("socket server: an error is answered, closed and logged") {
  const Served served({}, [](const Request&, Reply* reply) {
    reply->error = "nothing loaded yet";
  });
  StreamClient client = served.Connect();
  client.Send(kLookup);
  CHECK(client.ReadToEnd() == "{\"result\":null}\n");
  CHECK(served.log.Count("connection closed: nothing loaded yet") == 1);

  StreamClient pipe = StreamClient::ToUnix(served.pipe_path);
  pipe.Send("HELO\t1\n");
  pipe.ReadLine();
  CHECK(pipe.Ask("Q\ta\tIN\tANY\t1\t192.0.2.1\n") == "FAIL\n");
  CHECK(pipe.Ask("Q\ta\tIN\tANY\t1\t192.0.2.1\n") == "FAIL\n");
  CHECK(WaitUntil([&] {
    return served.log.Count("answered with an error: nothing loaded yet") == 2;
  }));
}

TEST_CASE("socket server: a half-open peer gets its answers") {
  const Served served;
  StreamClient client = served.Connect();
  client.Send(kLookup + kLookup);
  client.EndInput();
  CHECK(client.ReadToEnd() == kAnswer + kAnswer);
  CHECK(served.log.Count() == 0);
}

TEST_CASE(
    "socket server: a peer that asks and leaves while others are served") {
  SocketServerOptions options;
  options.threads = 1;
  std::promise<void> holding;
  std::promise<void> go_on;
  const Served served(options, [&](const Request& request, Reply* reply) {
    AnswerAddress(request, reply);
    if (request.qname != "hold.") return;
    holding.set_value();
    go_on.get_future().wait();
  });
  StreamClient client = served.Connect();
  REQUIRE(client.Ask(kLookup) == kAnswer);
  StreamClient other = served.Connect();
  other.Send(R"({"method":"lookup","parameters":{"qname":"hold."}})"
             "\n");
  holding.get_future().wait();
  // Both are there before the server looks.
  client.Send(kLookup);
  client.EndInput();
  go_on.set_value();
  CHECK(client.ReadToEnd() == kAnswer);
}

TEST_CASE(
    "socket server: a peer that leaves in the middle of a line is logged") {
  const Served served;
  StreamClient client = served.Connect();
  client.Send("{\"method\"");
  client.EndInput();
  CHECK(client.ReadToEnd().empty());
  CHECK(served.log.Count(
            "connection closed: the peer left in the middle of a request") ==
        1);
}

TEST_CASE("socket server: a peer that does not read holds up nobody") {
  const Served served;
  StreamClient good = served.Connect();
  StreamClient stuck = served.Connect();
  // Ends when neither its own socket nor the server takes any more.
  size_t sent = 0;
  const std::string many = Repeated(kLookup, 1000);
  for (int idle = 0; idle < 1000;) {
    const std::string_view rest =
        std::string_view(many).substr(sent % many.size());
    const size_t now = stuck.SendSome(rest);
    sent += now;
    if (now > 0) {
      idle = 0;
    } else {
      ++idle;
      REQUIRE(good.Ask(kLookup) == kAnswer);
    }
  }
  // Every whole line among that is answered once it reads.
  const size_t lines = sent / kLookup.size();
  REQUIRE(lines > 1000);
  CHECK(stuck.ReadBytes(lines * kAnswer.size()) == Repeated(kAnswer, lines));
  CHECK(served.log.Count() == 0);
}

TEST_CASE("socket server: an answer that is never read ends at a bound") {
  SocketServerOptions options;
  options.max_unsent_bytes = 1 << 20;
  const std::string text(4 << 20, 'x');
  const Served served(options, [&](const Request&, Reply* reply) {
    reply->kind = Reply::Kind::kText;
    reply->text = text;
  });
  StreamClient client = served.Connect();
  client.Send(kLookup);
  // Reading before the bound is reached would make room for the rest.
  REQUIRE(
      testing::WaitUntil([&] { return served.log.Count("is not read") == 1; }));
  CHECK(client.ReadToEnd().size() < text.size());
}

TEST_CASE("socket server: an answer larger than the socket arrives whole") {
  const std::string text(4 << 20, 'x');
  const Served served({}, [&](const Request&, Reply* reply) {
    reply->kind = Reply::Kind::kText;
    reply->text = text;
  });
  StreamClient client = served.Connect();
  client.Send(kLookup);
  CHECK(client.ReadLine() == "{\"result\":\"" + text + "\"}\n");
  CHECK(client.Ask(kLookup).size() == text.size() + 14);
}

TEST_CASE("socket server: a busy peer leaves turns to others") {
  const Served served;
  StreamClient busy = served.Connect();
  std::atomic<bool> done{false};
  const std::string many = Repeated(kLookup, 1000);
  std::thread writer([&] {
    while (!done && busy.Send(many)) {
    }
    busy.EndInput();
  });
  std::thread reader([&] { busy.ReadToEnd(); });
  StreamClient other = served.Connect();
  int answered = 0;
  while (answered < 200 && other.Ask(kLookup) == kAnswer) ++answered;
  done = true;
  writer.join();
  reader.join();
  CHECK(answered == 200);
}

TEST_CASE("socket server: hundreds of connections, each served and counted") {
  SocketServerOptions options;
  options.threads = GENERATE(1, 2);
  const Served served(options);
  std::vector<StreamClient> clients;
  for (int i = 0; i < 400; ++i) clients.push_back(served.Connect());
  for (int round = 0; round < 3; ++round) {
    for (StreamClient& client : clients) client.Send(kLookup);
    for (StreamClient& client : clients) REQUIRE(client.ReadLine() == kAnswer);
  }
  CHECK(served.server.connections() == 400);
  clients.clear();
  CHECK(WaitUntil([&] { return served.server.connections() == 0; }));
  CHECK(served.log.Count() == 0);
}

TEST_CASE("socket server: its threads have equally many connections") {
  std::mutex mutex;
  std::map<std::thread::id, int> answered;
  SocketServerOptions options;
  options.threads = 3;
  const Served served(options, [&](const Request& request, Reply* reply) {
    AnswerAddress(request, reply);
    const std::lock_guard lock(mutex);
    ++answered[std::this_thread::get_id()];
  });
  std::map<std::thread::id, std::vector<StreamClient>> clients;
  const auto counts = [&] {
    const std::lock_guard lock(mutex);
    return answered;
  };
  const auto connect = [&] {
    const std::map<std::thread::id, int> before = counts();
    StreamClient client = served.Connect();
    REQUIRE(client.Ask(kLookup) == kAnswer);
    for (const auto& [thread, count] : counts()) {
      const auto known = before.find(thread);
      if (known == before.end() || known->second != count) {
        clients[thread].push_back(std::move(client));
        return;
      }
    }
  };
  const auto numbers = [&] {
    std::vector<size_t> each;
    for (const auto& [thread, own] : clients) each.push_back(own.size());
    return each;
  };
  for (int i = 0; i < 12; ++i) connect();
  CHECK(numbers() == std::vector<size_t>{4, 4, 4});
  // Those that leave make room where they were.
  clients.begin()->second.clear();
  REQUIRE(WaitUntil([&] { return served.server.connections() == 8; }));
  for (int i = 0; i < 4; ++i) connect();
  CHECK(numbers() == std::vector<size_t>{4, 4, 4});
}

TEST_CASE("socket server: connections beyond the limit are closed, one line") {
  SocketServerOptions options;
  options.max_connections = 2;
  const Served served(options);
  StreamClient first = served.Connect();
  StreamClient second = served.Connect();
  CHECK(first.Ask(kLookup) == kAnswer);
  CHECK(second.Ask(kLookup) == kAnswer);
  for (int i = 0; i < 5; ++i) CHECK(served.Connect().ReadToEnd().empty());
  CHECK(served.log.Count("remote.sock: connection refused: 2 are open") == 1);
  CHECK(first.Ask(kLookup) == kAnswer);

  second.Close();
  REQUIRE(WaitUntil([&] { return served.server.connections() == 1; }));
  StreamClient third = served.Connect();
  CHECK(third.Ask(kLookup) == kAnswer);
}

TEST_CASE("socket server: out of descriptors, a peer is told at once") {
  const Served served;
  StreamClient before = served.Connect();
  CHECK(before.Ask(kLookup) == kAnswer);
  FileDescriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  served.remote_path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  int connected = -1;
  std::string refused = "nothing";
  std::string meanwhile;
  {
    // No check in here: what checks them, UBSan for one, may open files.
    const testing::NoDescriptors none_left;
    connected = connect(fd.get(), reinterpret_cast<sockaddr*>(&address),
                        sizeof(address));
    refused = StreamClient(std::move(fd)).ReadToEnd();
    meanwhile = before.Ask(kLookup);
  }
  CHECK(connected == 0);
  CHECK(refused.empty());
  CHECK(meanwhile == kAnswer);
  CHECK(served.log.Count("out of file descriptors") == 1);
  CHECK(served.Connect().Ask(kLookup) == kAnswer);
}

TEST_CASE("socket server: the end closes connections and removes the files") {
  Served served;
  StreamClient client = served.Connect();
  CHECK(client.Ask(kLookup) == kAnswer);
  served.server.Stop();
  CHECK(client.ReadToEnd().empty());
  CHECK(served.server.connections() == 0);
  struct stat file;
  CHECK(lstat(served.remote_path.c_str(), &file) != 0);
  CHECK(lstat(served.pipe_path.c_str(), &file) != 0);
  served.server.Stop();
}

}  // namespace
}  // namespace groupring::backend
