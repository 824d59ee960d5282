#include "backend/protocol/reply.h"

#include <memory>
#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

TEST_CASE("kept texts stay where they are while more are kept") {
  Reply reply;
  std::vector<std::string_view> kept;
  for (int i = 0; i < 1000; ++i) {
    kept.push_back(reply.Keep("192.0.2." + std::to_string(i)));
  }
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(kept[static_cast<size_t>(i)] == "192.0.2." + std::to_string(i));
  }
}

TEST_CASE("the longest address is kept whole, a longer text is cut") {
  Reply reply;
  const std::string longest = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255";
  CHECK(reply.Keep(longest) == longest);
  CHECK(reply.Keep(std::string(100, 'x')) == std::string(46, 'x'));
}

TEST_CASE("a cleared reply is an error and empty") {
  Reply reply;
  reply.kind = Reply::Kind::kRecords;
  reply.records.push_back({"a.", "A", reply.Keep("192.0.2.1"), 1, 24});
  reply.domains.push_back({1, "a"});
  reply.domain_id = 5;
  reply.text = reply.error = "x";
  reply.Clear();
  CHECK(reply.kind == Reply::Kind::kError);
  CHECK(reply.records.empty());
  CHECK(reply.domains.empty());
  CHECK(reply.domain_id == -1);
  CHECK(reply.text.empty());
  CHECK(reply.error.empty());
}

}  // namespace
}  // namespace groupring::backend
