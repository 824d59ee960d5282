#include "backend/doctor/backend_client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <thread>

#include "backend/doctor/connection_checks.h"
#include "backend/report/diagnostic_text.h"
#include "backend/snapshot/snapshot_builder.h"
#include "redis/base/file_descriptor.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"

namespace groupring::backend {
namespace {

constexpr std::chrono::milliseconds kPatience{20000};

// Somebody who listens where groupring should, and says the same to whomever
// asks, once a question has come.
class Impostor {
 public:
  explicit Impostor(std::string says)
      : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path().c_str(),
                 sizeof(address.sun_path) - 1);
    REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address),
                   sizeof(address)) == 0);
    REQUIRE(::listen(listener_.get(), 4) == 0);
    thread_ = std::thread([this, says = std::move(says)] {
      const FileDescriptor fd(::accept(listener_.get(), nullptr, nullptr));
      char bytes[512];
      if (::recv(fd.get(), bytes, sizeof(bytes), 0) <= 0) return;
      ::send(fd.get(), says.data(), says.size(), MSG_NOSIGNAL);
      // What else is asked is read, so that nothing is lost by a reset.
      ::shutdown(fd.get(), SHUT_WR);
      while (::recv(fd.get(), bytes, sizeof(bytes), 0) > 0) continue;
    });
  }
  ~Impostor() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }

  std::string path() const { return directory_ / "socket"; }

 private:
  testing::TempDirectory directory_;
  FileDescriptor listener_;
  std::thread thread_;
};

absl::StatusOr<BackendAnswer> Ask(ConnectionKind kind, std::string says,
                                  int abi = 5) {
  const Impostor impostor(std::move(says));
  PdnsConnection connection;
  connection.kind = kind;
  connection.place = impostor.path();
  connection.pipe_abi = abi;
  return AskBackend(connection, "x.org", {192, 0, 2}, kPatience);
}

std::string Complaint(ConnectionKind kind, std::string says) {
  const auto answer = Ask(kind, std::move(says));
  REQUIRE_FALSE(answer.ok());
  return std::string(answer.status().message());
}

TEST_CASE("a remote backend's answer is read: both families, smallest scope") {
  const auto answer =
      Ask(ConnectionKind::kRemoteUnix,
          "{\"result\":true}\n{\"result\":["
          "{\"qtype\":\"A\",\"qname\":\"x.org.\",\"content\":\"192.0.2.1\","
          "\"ttl\":60,\"scopeMask\":24},"
          "{\"qtype\":\"TXT\",\"content\":\"t\",\"scopeMask\":0},"
          "{\"qtype\":\"AAAA\",\"content\":\"2001:db8::1\",\"scopeMask\":0}"
          "]}\n");
  REQUIRE(answer.ok());
  CHECK(answer->addresses[0] == std::vector<std::string>{"192.0.2.1"});
  CHECK(answer->addresses[1] == std::vector<std::string>{"2001:db8::1"});
  CHECK(answer->scope == 0);
  const auto none = Ask(ConnectionKind::kRemoteUnix,
                        "{\"result\":true}\n{\"result\":false}\n");
  REQUIRE(none.ok());
  CHECK(none->addresses[0].empty());
  CHECK_FALSE(none->scope.has_value());
}

TEST_CASE("a pipe backend's answer is read, of each version") {
  const auto now = Ask(ConnectionKind::kPipe,
                       "OK\thello\nLOG\tx\nDATA\t24\t1\tx.org\tIN\tA\t60\t-1\t"
                       "192.0.2.1\nEND\n");
  REQUIRE(now.ok());
  CHECK(now->addresses[0] == std::vector<std::string>{"192.0.2.1"});
  CHECK(now->scope == 24);
  const auto before =
      Ask(ConnectionKind::kPipe,
          "OK\thello\nDATA\tx.org\tIN\tAAAA\t60\t-1\t2001:db8::1\nEND\n", 1);
  REQUIRE(before.ok());
  CHECK(before->addresses[1] == std::vector<std::string>{"2001:db8::1"});
  CHECK(before->scope == 0);
}

TEST_CASE("who does not answer as groupring does is quoted, not believed") {
  const auto remote = ConnectionKind::kRemoteUnix;
  CHECK(Complaint(remote, "HTTP/1.1 400 Bad\n") ==
        "it does not take `initialize`: \"HTTP/1.1 400 Bad\"");
  CHECK(Complaint(remote, "{\"result\":true}\n[1]\n") ==
        "that is no reply of a remote backend: \"[1]\"");
  CHECK(Complaint(remote, "{\"result\":true}\n{\"result\":null}\n") ==
        "it has nothing to answer from (SERVFAIL)");
  CHECK(Complaint(remote, "{\"result\":true}\n") ==
        "it closed the connection without an answer");
  const auto pipe = ConnectionKind::kPipe;
  CHECK(Complaint(pipe, "FAIL\n") == "it does not take HELO 5: \"FAIL\"");
  CHECK(Complaint(pipe, "OK\tx\nFAIL\n") ==
        "it has nothing to answer from (FAIL)");
  CHECK(Complaint(pipe, "OK\tx\nDATA\tshort\n").find("no answer of a pipe") !=
        std::string::npos);
  CHECK(Complaint(remote, "\x1b[2J\n").find('\x1b') == std::string::npos);
}

std::shared_ptr<const Snapshot> Sample() {
  DatasetText data;
  data.Set("x.org", DatasetText::OnGroups({"g1"}));
  data.SetGroup("g1", {"198.51.100.7"}, {"2001:db8:1::/48"});
  redis::DatasetChange change;
  change.everything = true;
  return SnapshotBuilder([](Severity, const std::string&) {})
      .Apply(data.dataset(), change, 0);
}

TEST_CASE("an answer of groupring is compared with Redis, family by family") {
  BackendAnswer answer;
  answer.scope = 24;
  const auto check = [&] {
    return CheckBackendAnswer(*Sample(), "x.org", {192, 0, 2}, answer, "/s", 0);
  };
  answer.addresses = {{{"198.51.100.7"}, {"2001:db8:1::9"}}};
  INFO(DiagnosticsText(check()));
  REQUIRE(check().size() == 1);
  CHECK(check()[0].message ==
        "x.org for 192.0.2.0/24: A 198.51.100.7, AAAA 2001:db8:1::9; answered "
        "by g1");
  answer.addresses[1] = {"2001:db8:2::9"};
  CHECK(check()[0].message.find("AAAA 2001:db8:2::9, which is of another") !=
        std::string::npos);
  answer.addresses[1] = {};
  CHECK(check()[0].message.find("no AAAA, though there should be") !=
        std::string::npos);
  answer.addresses[1] = {"2001:db8:1::9"};
  answer.scope = 0;
  REQUIRE(check().size() == 2);
  CHECK(check()[1].severity == Severity::kError);
  CHECK(check()[1].message.find("scope /0 instead of /24") !=
        std::string::npos);
}

}  // namespace
}  // namespace groupring::backend
