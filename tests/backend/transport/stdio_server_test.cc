#include "backend/transport/stdio_server.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "backend/protocol/line_session.h"
#include "tests/backend/protocol/fake_handler.h"
#include "tests/backend/transport/log_lines.h"
#include "tests/backend/transport/stream_client.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

const std::string kLookup =
    R"({"method":"lookup","parameters":{"qname":"a.","qtype":"A"}})"
    "\n";
const std::string kAnswer =
    R"({"result":[{"qtype":"A","qname":"a.","content":"192.0.2.1","ttl":60,)"
    R"("scopeMask":24,"domain_id":1}]})"
    "\n";
const std::string kNull = "{\"result\":null}\n";

// A coprocess as a thread, its parent the test: two sockets stand for the
// pipes, of which each uses one direction.
class Coprocess {
 public:
  explicit Coprocess(FakeHandler::Answer answer = AnswerAddress, int flags = 0)
      : Coprocess(Pair(SOCK_STREAM | SOCK_CLOEXEC | flags),
                  Pair(SOCK_STREAM | SOCK_CLOEXEC | flags), std::move(answer)) {
  }
  ~Coprocess() { End(); }

  void End() {
    to.EndInput();
    from.Close();
    if (thread_.joinable()) thread_.join();
  }

  // Returns once the coprocess has ended by itself.
  void Join() { thread_.join(); }

  std::string Ask(std::string_view lines) {
    to.Send(lines);
    return from.ReadLine();
  }

  LogLines log;
  StreamClient to;
  StreamClient from;

 private:
  struct Ends {
    FileDescriptor ours;
    FileDescriptor its;
  };
  static Ends Pair(int type) {
    int fds[2];
    REQUIRE(socketpair(AF_UNIX, type, 0, fds) == 0);
    return {FileDescriptor(fds[0]), FileDescriptor(fds[1])};
  }

  Coprocess(Ends in, Ends out, FakeHandler::Answer answer)
      : to(std::move(in.ours)),
        from(std::move(out.ours)),
        handler_(std::move(answer)),
        in_(std::move(in.its)),
        out_(std::move(out.its)),
        thread_([this] {
          ServeStdio(in_.get(), out_.get(), &handler_, &clock_, log.Sink());
        }) {}

  SystemClock clock_;
  FakeHandler handler_;
  FileDescriptor in_;
  FileDescriptor out_;
  std::thread thread_;
};

TEST_CASE("stdio: the first line decides for remote JSON") {
  Coprocess coprocess;
  CHECK(coprocess.Ask(R"({"method":"initialize","parameters":{}})"
                      "\n") == "{\"result\":false}\n");
  CHECK(coprocess.Ask(kLookup) == kAnswer);
}

TEST_CASE("stdio: the first line decides for the pipe ABI") {
  Coprocess coprocess;
  CHECK(coprocess.Ask("HELO\t1\n") == "OK\tgroupring\n");
  CHECK(coprocess.Ask("Q\ta\tIN\tANY\t1\t192.0.2.1\n") ==
        "DATA\ta\tIN\tA\t60\t1\t192.0.2.1\n");
  CHECK(coprocess.from.ReadLine() == "END\n");
}

TEST_CASE("stdio: ends with its input") {
  Coprocess coprocess;
  CHECK(coprocess.Ask(kLookup) == kAnswer);
  coprocess.to.EndInput();
  coprocess.Join();
  CHECK(coprocess.log.Count() == 0);
}

TEST_CASE("stdio: ends, and does not die, when nobody reads") {
  int in[2];
  int out[2];
  REQUIRE(pipe2(in, O_CLOEXEC) == 0);
  REQUIRE(pipe2(out, O_CLOEXEC) == 0);
  close(out[0]);
  REQUIRE(write(in[1], kLookup.data(), kLookup.size()) ==
          static_cast<ssize_t>(kLookup.size()));
  FakeHandler handler(AnswerAddress);
  const SystemClock clock;
  // SIGPIPE keeps its default here: it would end the test program.
  ServeStdio(in[0], out[1], &handler, &clock, nullptr);
  CHECK(handler.asked.size() == 1);
  for (const int fd : {in[0], in[1], out[1]}) close(fd);
}

TEST_CASE("stdio: an error is answered and the next question too") {
  int calls = 0;
  Coprocess coprocess([&](const Request& request, Reply* reply) {
    reply->error = "nothing loaded yet";
    if (++calls > 1) AnswerAddress(request, reply);
  });
  CHECK(coprocess.Ask(kLookup) == kNull);
  CHECK(coprocess.Ask(kLookup) == kAnswer);
  CHECK(coprocess.log.Count("answered with an error: nothing loaded yet") == 1);
}

TEST_CASE("stdio: garbage is answered and the next question too") {
  Coprocess coprocess;
  CHECK(coprocess.Ask("what?\n") == "FAIL\n");
  CHECK(coprocess.Ask(kLookup) == kAnswer);
  CHECK(coprocess.Ask("what?\n") == kNull);
  CHECK(coprocess.Ask("{}\n") == kNull);
  CHECK(coprocess.Ask(kLookup) == kAnswer);
  CHECK(coprocess.log.Count("answered with an error: ") == 3);
}

TEST_CASE("stdio: an endless line is answered and skipped") {
  Coprocess coprocess;
  CHECK(coprocess.Ask(kLookup) == kAnswer);
  CHECK(coprocess.Ask(std::string(kMaxLineBytes + 1, 'x')) == kNull);
  CHECK(coprocess.Ask(std::string(kMaxLineBytes, 'y') + "\n" + kLookup) ==
        kAnswer);
}

TEST_CASE("stdio: descriptors may be non-blocking") {
  const std::string text(1 << 20, 'x');
  Coprocess coprocess(
      [&](const Request&, Reply* reply) {
        reply->kind = Reply::Kind::kText;
        reply->text = text;
      },
      SOCK_NONBLOCK);
  CHECK(coprocess.Ask(kLookup) == "{\"result\":\"" + text + "\"}\n");
}

}  // namespace
}  // namespace groupring::backend
