#include "backend/handover/connection_records.h"

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

TEST_CASE("connection records are read back as they were written") {
  const std::vector<ConnectionRecord> records = {
      {1, "remote_unix", 0, false, "", ""},
      {UINT64_MAX, "pipe_unix", 5, true, std::string("a\n\0 b", 5), "END\n"},
      {3, "http", 0, false, "GET / HTTP/1.1\r\n", std::string(100000, 'x')},
  };
  const auto decoded = DecodeConnections(EncodeConnections(records));
  REQUIRE(decoded.ok());
  CHECK(*decoded == records);
  CHECK(DecodeConnections(EncodeConnections({}))->empty());
}

TEST_CASE("connection records: the format is this, to the byte") {
  CHECK(EncodeConnections({{7, "pipe_unix", 3, true, "Q\t", "END\n"}}) ==
        "groupring-connections 1\n7 pipe_unix 3 1 2 4\nQ\tEND\n");
}

TEST_CASE("connection records: what is torn or foreign is refused") {
  const std::string text =
      EncodeConnections({{7, "pipe_unix", 3, true, "Q\t", "END\n"}});
  for (size_t size = 0; size < text.size(); ++size) {
    if (text.substr(0, size) == "groupring-connections 1\n") continue;
    INFO(size);
    CHECK(DecodeConnections(text.substr(0, size)).status().code() ==
          absl::StatusCode::kInvalidArgument);
  }
  CHECK(DecodeConnections("groupring-connections 2\n").status().code() ==
        absl::StatusCode::kUnimplemented);
  CHECK_FALSE(
      DecodeConnections("groupring-connections 1\n7 a 0 0 9999 0\nx").ok());
}

}  // namespace
}  // namespace groupring::backend
