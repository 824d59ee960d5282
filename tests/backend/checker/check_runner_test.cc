#include "backend/checker/check_runner.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <string>
#include <utility>
#include <vector>

#include "redis/base/file_descriptor.h"
#include "redis/schema/check.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/wait_until.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::WaitUntil;

// A port of 127.0.0.1 that accepts connections, or refuses them.
class Port {
 public:
  explicit Port(bool accepts) {
    socket_.Reset(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(bind(socket_.get(), raw, size) == 0);
    REQUIRE(getsockname(socket_.get(), raw, &size) == 0);
    if (accepts) REQUIRE(listen(socket_.get(), 100) == 0);
    number_ = ntohs(address.sin_port);
  }
  std::string text() const { return std::to_string(number_); }
  FileDescriptor Accept() const {
    FileDescriptor connection(accept(socket_.get(), nullptr, nullptr));
    REQUIRE(connection.get() >= 0);
    return connection;
  }

 private:
  FileDescriptor socket_;
  uint16_t number_ = 0;
};

class Stage {
 public:
  Stage() {
    auto tls = TlsContext::Create("");
    REQUIRE(tls.ok());
    options_.tls = *std::move(tls);
    runner_.emplace(
        &options_, &clock_, &clock_,
        [this](CheckRunner::TaskId task, const std::vector<std::string>& keys) {
          asked.push_back(std::to_string(task) + " " + keys.front());
        },
        [this](CheckRunner::TaskId task, int64_t begun,
               absl::StatusOr<ProbeOutcome> outcome) {
          tasks.push_back(task);
          begins.push_back(begun);
          outcomes.push_back(std::move(outcome));
        });
  }

  void Add(CheckRunner::TaskId id, const std::string& probes,
           const std::string& login = "", bool heartbeat = false) {
    CheckTask task;
    task.family = redis::Family::kA;
    task.address = redis::ParseMember(task.family, "127.0.0.1")->first;
    REQUIRE(
        redis::SetCheckField(redis::CheckField::kProbes, probes, &task.check)
            .ok());
    task.check.login = login;
    task.interval = task.check.interval;
    if (heartbeat) task.heartbeat_keys = {"alive"};
    runner_->Add(id, std::move(task));
  }

  // Until this many rounds are over. Time passes as it has to.
  bool Rounds(size_t count) {
    return WaitUntil([&] {
      runner_->Turn();
      if (outcomes.size() >= count) return true;
      clock_.Advance(milliseconds(20));
      return false;
    });
  }

  CheckRunner& runner() { return *runner_; }
  testing::ManualClock& clock() { return clock_; }

  std::vector<std::string> asked;
  std::vector<CheckRunner::TaskId> tasks;
  std::vector<int64_t> begins;
  std::vector<absl::StatusOr<ProbeOutcome>> outcomes;

 private:
  testing::ManualClock clock_;
  CheckerOptions options_;
  std::optional<CheckRunner> runner_;
};

TEST_CASE("check: all probes must pass, and the first that fails says why") {
  const Port open(true);
  const Port other(true);
  const Port closed(false);
  const auto [probes, reason] =
      std::vector<std::pair<std::string, redis::VerdictReason>>{
          {"tcp:" + open.text(), redis::VerdictReason::kOk},
          {"tcp:" + open.text() + " tcp:" + other.text(),
           redis::VerdictReason::kOk},
          {"tcp:" + open.text() + " tcp:" + closed.text(),
           redis::VerdictReason::kRefused},
          {"tcp:" + closed.text() + " tcp:" + open.text(),
           redis::VerdictReason::kRefused}}[GENERATE(0U, 1U, 2U, 3U)];
  INFO(probes);
  Stage stage;
  stage.Add(1, probes);
  REQUIRE(stage.Rounds(3));
  for (const auto& outcome : stage.outcomes) {
    REQUIRE(outcome.ok());
    CHECK(outcome->reason == reason);
  }
  // A round begins with its first probe.
  CHECK(stage.begins[1] - stage.begins[0] <= 5000);
  CHECK(stage.begins[1] - stage.begins[0] >= 4500);
}

TEST_CASE("check: a probe under way comes to its end, and no other begins") {
  const Port port(true);
  Stage stage;
  stage.Add(1, "ftp:" + port.text());
  REQUIRE(WaitUntil([&] {
    stage.runner().Turn();
    stage.clock().Advance(milliseconds(20));
    return stage.runner().TakeCounts().probes == 1;
  }));
  const FileDescriptor server = port.Accept();
  const std::string words = "220 ready\r\n221 bye\r\n";
  REQUIRE(send(server.get(), words.data(), words.size(), 0) ==
          static_cast<ssize_t>(words.size()));
  REQUIRE(shutdown(server.get(), SHUT_WR) == 0);

  stage.runner().Finish(stage.clock().Steady() + seconds(2));
  REQUIRE(stage.outcomes.size() == 1);
  REQUIRE(stage.outcomes.front().ok());
  CHECK(stage.outcomes.front()->reason == redis::VerdictReason::kOk);
  // It says goodbye, and ends the connection without a reset.
  std::string heard(100, '\0');
  CHECK(recv(server.get(), heard.data(), heard.size(), MSG_WAITALL) == 6);
  CHECK(heard.substr(0, 6) == "QUIT\r\n");

  stage.clock().Advance(seconds(60));
  stage.runner().Finish(stage.clock().Steady() + seconds(2));
  CHECK(stage.runner().TakeCounts().probes == 0);
}

TEST_CASE("check: a heartbeat is asked for when all else has passed") {
  const Port open(true);
  const Port closed(false);
  Stage stage;
  stage.Add(1, "heartbeat tcp:" + open.text(), "", true);
  stage.Add(2, "heartbeat tcp:" + closed.text(), "", true);
  REQUIRE(stage.Rounds(1));
  CHECK(stage.tasks.front() == 2);
  CHECK(stage.outcomes.front()->reason == redis::VerdictReason::kRefused);
  stage.runner().Remove(2);
  REQUIRE(WaitUntil([&] {
    stage.runner().Turn();
    stage.clock().Advance(milliseconds(20));
    return !stage.asked.empty();
  }));
  CHECK(stage.asked.front() == "1 alive");
  const size_t before = stage.outcomes.size();
  stage.runner().Heartbeat(1, false);
  REQUIRE(stage.outcomes.size() == before + 1);
  CHECK(stage.outcomes.back()->reason ==
        redis::VerdictReason::kHeartbeatExpired);
  // One answer for one question, and none for what is not wanted any more.
  stage.runner().Heartbeat(1, true);
  stage.runner().Heartbeat(2, true);
  CHECK(stage.outcomes.size() == before + 1);
}

TEST_CASE("check: a late answer to a heartbeat is about its own round") {
  const Port open(true);
  Stage stage;
  stage.Add(1, "heartbeat tcp:" + open.text(), "", true);
  REQUIRE(WaitUntil([&] {
    stage.runner().Turn();
    stage.clock().Advance(milliseconds(20));
    return !stage.asked.empty();
  }));
  const int64_t asked = stage.clock().UnixMillis();
  stage.runner().TakeCounts();
  REQUIRE(WaitUntil([&] {
    stage.clock().Advance(milliseconds(20));
    stage.runner().Turn();
    return stage.runner().TakeCounts().probes > 0;
  }));
  stage.runner().Heartbeat(1, true);
  REQUIRE(stage.begins.size() == 1);
  CHECK(stage.begins.front() < asked);
}

TEST_CASE("check: without an answer to a heartbeat nothing is known") {
  Stage stage;
  stage.Add(1, "heartbeat", "", true);
  for (int i = 0; i < 1000; ++i) {
    stage.runner().Turn();
    stage.clock().Advance(milliseconds(20));
  }
  CHECK(stage.asked.size() >= 3);
  CHECK(stage.outcomes.empty());
  stage.runner().Heartbeat(1, true);
  REQUIRE(stage.outcomes.size() == 1);
  CHECK(stage.outcomes.front()->reason == redis::VerdictReason::kOk);
}

TEST_CASE("check: a login that is not there is no fault of the address") {
  const Port open(true);
  Stage stage;
  stage.Add(1, "ftp:" + open.text(), "nobody");
  REQUIRE(stage.Rounds(1));
  REQUIRE_FALSE(stage.outcomes.front().ok());
  CHECK(std::string(stage.outcomes.front().status().message()) ==
        "LOGIN nobody: [checker] logins_file has none of that name");
}

TEST_CASE("check: a failure that comes late is the fault of this process") {
  const Port silent(true);
  Stage stage;
  stage.Add(1, "ftp:" + silent.text());
  REQUIRE(WaitUntil([&] {
    stage.runner().Turn();
    const bool started = stage.runner().TakeCounts().probes > 0;
    if (!started) stage.clock().Advance(milliseconds(20));
    return started;
  }));
  stage.clock().Advance(seconds(30));
  REQUIRE(stage.Rounds(1));
  CHECK_FALSE(stage.outcomes.front().ok());
  // In time it is the server's.
  REQUIRE(stage.Rounds(2));
  REQUIRE(stage.outcomes.back().ok());
  CHECK(stage.outcomes.back()->reason ==
        redis::VerdictReason::kGreetingTimeout);
}

TEST_CASE("check: what is removed while it runs says nothing") {
  const Port silent(true);
  Stage stage;
  stage.Add(1, "ftp:" + silent.text());
  REQUIRE(WaitUntil([&] {
    stage.runner().Turn();
    stage.clock().Advance(milliseconds(20));
    return stage.runner().TakeCounts().probes > 0;
  }));
  stage.runner().Remove(1);
  for (int i = 0; i < 1000; ++i) {
    stage.runner().Turn();
    stage.clock().Advance(milliseconds(20));
  }
  CHECK(stage.outcomes.empty());
  CHECK(stage.runner().TakeCounts().probes == 0);
}

}  // namespace
}  // namespace groupring::backend
