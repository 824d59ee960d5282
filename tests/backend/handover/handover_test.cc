// Both sides of a replacement, in one process.
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "backend/handover/handover_receiver.h"
#include "backend/handover/handover_sender.h"
#include "backend/handover/memory_file.h"
#include "backend/handover/messages.h"
#include "backend/transport/listening_socket.h"
#include "tests/backend/transport/log_lines.h"
#include "tests/backend/transport/stream_client.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/no_descriptors.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wait_until.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;

struct Pair {
  FileDescriptor ours;
  FileDescriptor peers;
};

Pair NewPair() {
  int fds[2];
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
  return {FileDescriptor(fds[0]), FileDescriptor(fds[1])};
}

// Serves a number of connections, in name only.
class FakeHost : public HandoverHost {
 public:
  explicit FakeHost(size_t connections = 1) {
    for (size_t i = 0; i < connections; ++i) {
      Pair pair = NewPair();
      OpenConnection connection;
      connection.protocol = Protocol::kPipeAbi;
      connection.fd = std::move(pair.ours);
      connection.session.unread = "unread " + std::to_string(i);
      connection.unsent = "unsent";
      connection.session.pipe_abi_version = 4;
      serving.push_back(std::move(connection));
      peers.emplace_back(std::move(pair.peers));
    }
  }

  absl::StatusOr<pid_t> StartSuccessor(FdChannel) override {
    return absl::NotFoundError("cannot be started");
  }
  std::string ObjectionToStranger() const override { return objection; }
  std::vector<HandedListener> ShareListeners() const override {
    std::vector<HandedListener> all;
    all.push_back({kHttp, FileDescriptor(dup(STDIN_FILENO)), false});
    return all;
  }
  std::string EncodedDataset() const override { return "the dataset"; }
  bool FollowsRedis() const override { return true; }
  std::string EncodedCounts() const override { return "the counts"; }
  absl::StatusOr<std::string> AnswerCommand(
      std::string_view command) const override {
    if (command == "nothing") return absl::NotFoundError("nothing is known");
    return std::string(command) + std::string(100'000, 'x');
  }
  std::vector<OpenConnection> Suspend() override {
    return std::exchange(serving, {});
  }
  void Resume(std::vector<OpenConnection> connections) override {
    serving = std::move(connections);
    if (on_resume) on_resume();
  }
  void ReplacementBegins() override { ++begun; }
  void ReplacementFailed() override { ++failed; }

  std::vector<OpenConnection> serving;
  std::vector<StreamClient> peers;
  std::string objection;
  std::function<void()> on_resume;
  int begun = 0;
  int failed = 0;
};

// The serving side, turned by a thread of its own until the outcome.
class Serving {
 public:
  explicit Serving(FakeHost* host, const Clock* clock = nullptr)
      : control_(Listen()),
        sender_(control_.fd(), host, clock == nullptr ? &clock_ : clock,
                log.Sink()),
        thread_([this] { Run(); }) {}
  ~Serving() { Stop(); }

  void Stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }

  FdChannel Connect() const {
    auto channel = FdChannel::Connect(path_);
    REQUIRE(channel.ok());
    return *std::move(channel);
  }

  bool replaced() const { return replaced_; }

  LogLines log;

 private:
  ListeningSocket Listen() {
    ListenerOptions options;
    options.address = path_;
    options.kind = ListenerKind::kUnixPackets;
    auto listener = ListeningSocket::Open(options);
    REQUIRE(listener.ok());
    return *std::move(listener);
  }

  void Run() {
    while (!stop_) {
      std::vector<pollfd> waits;
      sender_.AppendWaits(&waits);
      poll(waits.data(), waits.size(), 5);
      if (sender_.Turn()) {
        replaced_ = true;
        sender_.TellReplaced();
        return;
      }
    }
  }

  testing::TempDirectory directory_;
  const std::string path_ = directory_ / "control.sock";
  SystemClock clock_;
  ListeningSocket control_;
  std::atomic<bool> stop_{false};
  std::atomic<bool> replaced_{false};
  HandoverSender sender_;
  std::thread thread_;
};

TEST_CASE("a command hears over the control socket what is answered") {
  FakeHost host;
  Serving serving(&host);
  FdChannel channel = serving.Connect();
  REQUIRE(channel.Send("show 1 status --json").ok());
  const auto shown = channel.Receive(testing::kPatience);
  REQUIRE(shown.ok());
  CHECK(shown->text == kShown);
  REQUIRE(shown->fds.size() == 1);
  // Longer than any message can be.
  const auto text = ReadMemoryFile(shown->fds[0].get());
  REQUIRE(text.ok());
  CHECK(*text == "status --json" + std::string(100'000, 'x'));
  FdChannel another = serving.Connect();
  REQUIRE(another.Send("show 1 nothing").ok());
  const auto failed = another.Receive(testing::kPatience);
  REQUIRE(failed.ok());
  CHECK(failed->text == "failed nothing is known");
  CHECK_FALSE(serving.replaced());
}

TEST_CASE("handover: sockets and where they stand reach the successor") {
  const auto count = GENERATE(size_t{0}, size_t{1}, size_t{200});
  FakeHost host(count);
  Serving serving(&host);
  HandoverReceiver receiver(serving.Connect());
  const auto offer = receiver.Ask();
  REQUIRE(offer.ok());
  REQUIRE(offer->listeners.size() == 1);
  CHECK(offer->listeners[0].setting == kHttp);
  CHECK_FALSE(offer->listeners[0].ours);
  CHECK(offer->dataset == "the dataset");
  CHECK(offer->follows_redis);
  CHECK_FALSE(serving.replaced());

  const auto connections = receiver.TakeConnections();
  REQUIRE(connections.ok());
  REQUIRE(connections->open.size() == count);
  CHECK(connections->counts == "the counts");
  for (size_t i = 0; i < count; ++i) {
    const OpenConnection& connection = connections->open[i];
    CHECK(connection.protocol == Protocol::kPipeAbi);
    CHECK(connection.session.unread == "unread " + std::to_string(i));
    CHECK(connection.unsent == "unsent");
    CHECK(connection.session.pipe_abi_version == 4);
    // It is that very socket.
    CHECK(write(connection.fd.get(), "hello\n", 6) == 6);
    CHECK(host.peers[i].ReadLine() == "hello\n");
  }
  CHECK(receiver.Commit().ok());
  receiver.AwaitEnd(milliseconds(20000));
  serving.Stop();
  CHECK(serving.replaced());
  CHECK(host.failed == 0);
}

TEST_CASE("handover: a successor that leaves early changes nothing") {
  const int step = GENERATE(0, 1, 2);
  FakeHost host(3);
  Serving serving(&host);
  {
    HandoverReceiver receiver(serving.Connect());
    if (step >= 1) REQUIRE(receiver.Ask().ok());
    if (step >= 2) REQUIRE(receiver.TakeConnections().ok());
  }
  // Another one succeeds, with the same connections.
  HandoverReceiver next(serving.Connect());
  absl::StatusOr<Offer> offer = next.Ask();
  while (absl::IsFailedPrecondition(offer.status())) {
    next = HandoverReceiver(serving.Connect());
    offer = next.Ask();
  }
  REQUIRE(offer.ok());
  const auto connections = next.TakeConnections();
  REQUIRE(connections.ok());
  CHECK(connections->open.size() == 3);
  CHECK(next.Commit().ok());
  next.AwaitEnd(milliseconds(20000));
  serving.Stop();
  CHECK(serving.replaced());
  CHECK(host.failed == (step >= 1 ? 1 : 0));
}

TEST_CASE("handover: a successor that hesitates too long cannot commit") {
  FakeHost host(2);
  Serving serving(&host);
  HandoverReceiver receiver(serving.Connect());
  REQUIRE(receiver.Ask().ok());
  REQUIRE(receiver.TakeConnections().ok());
  CHECK(testing::WaitUntil(
      [&] { return serving.log.Count("going on as before") == 1; }));
  CHECK_FALSE(receiver.Commit().ok());
  serving.Stop();
  CHECK_FALSE(serving.replaced());
  CHECK(host.serving.size() == 2);
}

TEST_CASE("handover: one process serves even if the other commits too late") {
  FakeHost host(2);
  std::atomic<HandoverReceiver*> late = nullptr;
  absl::Status committed;
  // The latest moment: the serving process has made up its mind.
  host.on_resume = [&] { committed = late.load()->Commit(); };
  Serving serving(&host);
  HandoverReceiver receiver(serving.Connect());
  late = &receiver;
  REQUIRE(receiver.Ask().ok());
  REQUIRE(receiver.TakeConnections().ok());
  REQUIRE(testing::WaitUntil(
      [&] { return serving.log.Count("going on as before") == 1; }));
  serving.Stop();
  CHECK_FALSE(committed.ok());
  CHECK(host.serving.size() == 2);
}

TEST_CASE("handover: a second successor is refused while one is at work") {
  FakeHost host;
  Serving serving(&host);
  HandoverReceiver first(serving.Connect());
  REQUIRE(first.Ask().ok());
  HandoverReceiver second(serving.Connect());
  const auto refused = second.Ask();
  REQUIRE(refused.status().code() == absl::StatusCode::kFailedPrecondition);
  CHECK(std::string(refused.status().message()).find("is under way") !=
        std::string::npos);
  CHECK(first.TakeConnections().ok());
  CHECK(first.Commit().ok());
}

TEST_CASE("handover: a stranger is refused where one objects") {
  FakeHost host;
  host.objection = "not you";
  Serving serving(&host);
  CHECK(std::string(
            HandoverReceiver(serving.Connect()).Ask().status().message()) ==
        "not you");
  CHECK(host.begun == 0);
}

TEST_CASE(
    "handover: what nobody understands is refused, silence costs nothing") {
  FakeHost host;
  Serving serving(&host);
  std::vector<FdChannel> silent;
  for (int i = 0; i < 40; ++i) silent.push_back(serving.Connect());
  silent.clear();
  FdChannel client = serving.Connect();
  REQUIRE(client.Send("takeover 99").ok());
  const auto answer = client.Receive(milliseconds(20000));
  REQUIRE(answer.ok());
  CHECK(SplitVerb(answer->text).first == kRefusedWord);
  CHECK(host.begun == 0);
}

TEST_CASE("handover: clients that say nothing keep nobody from asking") {
  constexpr size_t kKept = 16;
  FakeHost host;
  Serving serving(&host);
  std::vector<FdChannel> silent;
  for (size_t i = 0; i < kKept; ++i) silent.push_back(serving.Connect());
  FdChannel requester = serving.Connect();
  REQUIRE(requester.Send("replace 1 20000").ok());
  const auto answer = requester.Receive(milliseconds(20000));
  REQUIRE(answer.ok());
  CHECK(answer->text == "failed cannot be started");
  // The one that came first has made room.
  const auto refused = silent.front().Receive(milliseconds(20000));
  REQUIRE(refused.ok());
  CHECK(refused->text == "refused others came, and nothing was said");
  // Those behind it are still heard.
  for (size_t i = 1; i < kKept; ++i) {
    REQUIRE(silent[i].Send("nonsense").ok());
    const auto heard = silent[i].Receive(milliseconds(20000));
    REQUIRE(heard.ok());
    CHECK(heard->text.rfind("refused this version", 0) == 0);
  }
}

TEST_CASE("handover: a client that says nothing is let go after a time") {
  FakeHost host;
  testing::ManualClock clock;
  Serving serving(&host, &clock);
  FdChannel silent = serving.Connect();
  // It is known, since those that come later are answered.
  FdChannel other = serving.Connect();
  REQUIRE(other.Send("nonsense").ok());
  REQUIRE(other.Receive(milliseconds(20000)).ok());
  clock.Advance(milliseconds(4999));
  FdChannel another = serving.Connect();
  REQUIRE(another.Send("nonsense").ok());
  REQUIRE(another.Receive(milliseconds(20000)).ok());
  CHECK(silent.Receive(milliseconds(0)).status().code() ==
        absl::StatusCode::kDeadlineExceeded);
  clock.Advance(milliseconds(1));
  const auto refused = silent.Receive(milliseconds(20000));
  REQUIRE(refused.ok());
  CHECK(refused->text == "refused nothing was said for 5 s");
}

TEST_CASE("handover: without descriptors clients are told, and nothing spins") {
  testing::TempDirectory directory;
  ListenerOptions options;
  options.address = directory / "control.sock";
  options.kind = ListenerKind::kUnixPackets;
  const auto control = ListeningSocket::Open(options);
  REQUIRE(control.ok());
  FakeHost host;
  const SystemClock clock;
  // UBSan needs a pipe to look at a type for the first time.
  const Clock& seen_before = clock;
  seen_before.Steady();
  LogLines log;
  HandoverSender sender(control->fd(), &host, &clock, log.Sink());
  auto first = FdChannel::Connect(options.address);
  auto second = FdChannel::Connect(options.address);
  REQUIRE((first.ok() && second.ok()));
  {
    const testing::NoDescriptors none_left;
    CHECK_FALSE(sender.Turn());
    CHECK_FALSE(sender.Turn());
  }
  for (FdChannel* client : {&*first, &*second}) {
    const auto refused = client->Receive(milliseconds(0));
    REQUIRE(refused.ok());
    CHECK(refused->text ==
          "refused the running process is out of file descriptors");
  }
  // Nobody waits any more.
  std::vector<pollfd> waits;
  sender.AppendWaits(&waits);
  CHECK(poll(waits.data(), waits.size(), 0) == 0);
}

TEST_CASE(
    "handover: a caller that asks for one that cannot be started hears why") {
  FakeHost host;
  Serving serving(&host);
  FdChannel requester = serving.Connect();
  REQUIRE(requester.Send("replace 1 20000").ok());
  const auto answer = requester.Receive(milliseconds(20000));
  REQUIRE(answer.ok());
  CHECK(answer->text == "failed cannot be started");
  CHECK(host.begun == 0);
}

}  // namespace
}  // namespace groupring::backend
