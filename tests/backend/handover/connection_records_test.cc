#include "backend/handover/connection_records.h"

#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

OpenConnection Open(Protocol protocol, SessionState session, std::string unsent,
                    bool ending = false) {
  return {{}, protocol, std::move(session), std::move(unsent), ending};
}

std::string Encoded(uint64_t cookie, const OpenConnection& connection) {
  std::string record = RecordHead();
  AppendRecord(cookie, connection, &record);
  return record;
}

TEST_CASE("connection records are read back as they were written") {
  std::vector<std::pair<uint64_t, OpenConnection>> written;
  written.emplace_back(1, Open(Protocol::kRemoteJson, {}, ""));
  written.emplace_back(
      UINT64_MAX,
      Open(Protocol::kPipeAbi, {std::string("a\n\0 b", 5), 5}, "END\n", true));
  written.emplace_back(3, Open(Protocol::kHttp, {"GET / HTTP/1.1\r\n"},
                               std::string(100000, 'x')));
  written.emplace_back(
      4, Open(Protocol::kHttp, {"", 0, PeerStanding::kPowerDns}, ""));
  written.emplace_back(5, Open(Protocol::kPages, {}, ""));
  std::string record = RecordHead();
  for (const auto& [cookie, connection] : written) {
    AppendRecord(cookie, connection, &record);
  }
  AppendCounts("lines\nof counts\n", &record);
  const auto read = DecodeRecord(record);
  REQUIRE(read.ok());
  REQUIRE(read->connections.size() == written.size());
  CHECK(read->counts == "lines\nof counts\n");
  for (size_t i = 0; i < written.size(); ++i) {
    const auto& [cookie, connection] = written[i];
    const OpenConnection& back = read->connections[i].connection;
    CHECK(read->connections[i].cookie == cookie);
    CHECK(back.protocol == connection.protocol);
    CHECK(back.session.unread == connection.session.unread);
    CHECK(back.session.pipe_abi_version == connection.session.pipe_abi_version);
    if (IsHttp(back.protocol)) {
      CHECK(back.session.standing == connection.session.standing);
    }
    CHECK(back.unsent == connection.unsent);
    CHECK(back.ending == connection.ending);
  }
  CHECK(DecodeRecord(RecordHead())->connections.empty());
  CHECK(DecodeRecord(RecordHead())->counts.empty());
}

TEST_CASE("connection records: the format is this, to the byte") {
  CHECK(Encoded(7, Open(Protocol::kPipeAbi, {"Q\t", 3}, "END\n", true)) ==
        "groupring-connections 1\n7 pipe_unix 3 1 2 4\nQ\tEND\n");
  CHECK(Encoded(8, Open(Protocol::kRemoteJson, {}, "")) ==
        "groupring-connections 1\n8 remote_unix 0 0 0 0\n");
  CHECK(Encoded(9, Open(Protocol::kHttp, {"GET"}, "")) ==
        "groupring-connections 1\n9 http 1 0 3 0\nGET");
  CHECK(Encoded(9, Open(Protocol::kHttp, {"", 0, PeerStanding::kPowerDns},
                        "")) == "groupring-connections 1\n9 http 0 0 0 0\n");
  CHECK(Encoded(9, Open(Protocol::kPages, {}, "")) ==
        "groupring-connections 1\n9 pages 1 0 0 0\n");
}

TEST_CASE(
    "connection records: of another setting's connection nothing is read") {
  const auto read = DecodeRecord(
      "groupring-connections 1\n1 telnet 0 0 1 1\nab2 http 0 0 0 0\n");
  REQUIRE(read.ok());
  REQUIRE(read->connections.size() == 1);
  CHECK(read->connections.front().cookie == 2);
}

TEST_CASE("connection records: what is torn or foreign is refused") {
  const std::string text =
      Encoded(7, Open(Protocol::kPipeAbi, {"Q\t", 3}, "END\n", true));
  for (size_t size = 0; size < text.size(); ++size) {
    if (text.substr(0, size) == RecordHead()) continue;
    INFO(size);
    CHECK(DecodeRecord(text.substr(0, size)).status().code() ==
          absl::StatusCode::kInvalidArgument);
  }
  CHECK(DecodeRecord("groupring-connections 2\n").status().code() ==
        absl::StatusCode::kUnimplemented);
  CHECK_FALSE(DecodeRecord("groupring-connections 1\n7 a 0 0 9999 0\nx").ok());
}

}  // namespace
}  // namespace groupring::backend
