#include "redis/load/key_reader.h"

#include <utility>

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

Reply Text(std::string text) {
  Reply reply;
  reply.type = Reply::Type::kString;
  reply.text = std::move(text);
  return reply;
}

TEST_CASE("a reply whose elements are no texts is no value") {
  Reply reply;
  reply.type = Reply::Type::kArray;
  reply.elements = {Text("192.0.2.1"), Text("192.0.2.2")};
  CHECK(ToRawValue(reply)->items.size() == 2);
  Reply number;
  number.type = Reply::Type::kInteger;
  Reply nothing;
  Reply nested = reply;
  for (const Reply& element : {number, nothing, nested}) {
    reply.elements = {Text("192.0.2.1"), element};
    const auto value = ToRawValue(reply);
    REQUIRE(value.ok());
    CHECK(value->kind == RawValue::Kind::kNoTexts);
    CHECK_FALSE(value->is_readable());
    CHECK(value->items.empty());
  }
}

}  // namespace
}  // namespace groupring::redis
