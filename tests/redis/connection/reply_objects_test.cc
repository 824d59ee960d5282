#include "redis/connection/reply_objects.h"

#include <hiredis/hiredis.h>

#include <memory>
#include <string>
#include <string_view>

#include "redis/connection/packed_texts.h"
#include "redis/connection/reply.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

class Reader {
 public:
  Reader() { reader_->fn = ReplyObjects(); }
  explicit Reader(PackedTexts* texts) : Reader() { reader_->privdata = texts; }

  void Feed(std::string_view bytes) {
    REQUIRE(redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) ==
            REDIS_OK);
  }

  // Null: no whole reply has come yet.
  std::unique_ptr<Reply> Take() {
    void* reply = nullptr;
    REQUIRE(redisReaderGetReply(reader_.get(), &reply) == REDIS_OK);
    return std::unique_ptr<Reply>(static_cast<Reply*>(reply));
  }

  bool fails() {
    void* reply = nullptr;
    return redisReaderGetReply(reader_.get(), &reply) != REDIS_OK;
  }

 private:
  std::unique_ptr<redisReader, void (*)(redisReader*)> reader_{
      redisReaderCreate(), redisReaderFree};
};

// "[1,'a',[nil,!ERR x],+OK]"
std::string Show(const Reply& reply) {
  switch (reply.type) {
    case Reply::Type::kNil:
      return "nil";
    case Reply::Type::kString:
      return "'" + reply.text + "'";
    case Reply::Type::kStatus:
      return "+" + reply.text;
    case Reply::Type::kError:
      return "!" + reply.text;
    case Reply::Type::kInteger:
      return std::to_string(reply.integer);
    case Reply::Type::kArray:
      break;
  }
  std::string text;
  for (const Reply& element : reply.elements) {
    text += (text.empty() ? "" : ",") + Show(element);
  }
  return "[" + text + "]";
}

constexpr std::string_view kNested =
    "*5\r\n:-7\r\n$1\r\na\r\n*3\r\n$-1\r\n-ERR x\r\n*-1\r\n+OK\r\n*2\r\n*0\r\n"
    "*1\r\n$0\r\n\r\n";
constexpr std::string_view kNestedShown =
    "[-7,'a',[nil,!ERR x,nil],+OK,[[],['']]]";

TEST_CASE("a nested reply is the same value however its bytes arrive") {
  for (size_t piece = 1; piece <= kNested.size(); ++piece) {
    INFO("in pieces of " << piece);
    Reader reader;
    std::unique_ptr<Reply> reply;
    for (size_t at = 0; at < kNested.size(); at += piece) {
      REQUIRE(reply == nullptr);
      reader.Feed(kNested.substr(at, piece));
      reply = reader.Take();
    }
    REQUIRE(reply != nullptr);
    CHECK(Show(*reply) == kNestedShown);
    CHECK(reader.Take() == nullptr);
  }
}

TEST_CASE("a list far longer than what is reserved for it is whole") {
  constexpr size_t kElements = 200'000;
  Reader reader;
  reader.Feed("*" + std::to_string(kElements) + "\r\n");
  for (size_t i = 0; i < kElements; ++i) {
    reader.Feed("*1\r\n:" + std::to_string(i) + "\r\n");
  }
  const std::unique_ptr<Reply> reply = reader.Take();
  REQUIRE(reply != nullptr);
  REQUIRE(reply->elements.size() == kElements);
  for (size_t i = 0; i < kElements; ++i) {
    REQUIRE(reply->elements[i].elements.at(0).integer ==
            static_cast<int64_t>(i));
  }
}

TEST_CASE("a list that is announced and not sent takes no memory of its size") {
  Reader reader;
  // All of it would be 144 GB.
  reader.Feed("*2000000000\r\n:1\r\n");
  CHECK(reader.Take() == nullptr);
}

TEST_CASE("what is no reply fails and leaves nothing behind") {
  for (std::string_view bytes :
       {"*2\r\n$1\r\na\r\nnonsense\r\n", "*2\r\n*1\r\n:x\r\n", "SSH-2.0\r\n"}) {
    INFO(bytes);
    Reader reader;
    reader.Feed(bytes);
    CHECK(reader.fails());
  }
}

#if HIREDIS_MAJOR >= 1
TEST_CASE("values of RESP3 that nobody asked for are no values") {
  Reader reader;
  reader.Feed("*4\r\n,1.5\r\n#t\r\n_\r\n:1\r\n");
  const std::unique_ptr<Reply> reply = reader.Take();
  REQUIRE(reply != nullptr);
  CHECK(Show(*reply) == "[nil,nil,nil,1]");
}
#endif

TEST_CASE("texts of an inner array go where they are wanted, and only these") {
  PackedTexts texts;
  Reader reader(&texts);
  reader.Feed("*2\r\n$2\r\n17\r\n*3\r\n$1\r\na\r\n$0\r\n\r\n$2\r\nbc\r\n");
  const std::unique_ptr<Reply> reply = reader.Take();
  REQUIRE(reply != nullptr);
  REQUIRE(reply->elements.size() == 2);
  CHECK(reply->elements[0].text == "17");
  CHECK(reply->elements[1].type == Reply::Type::kArray);
  CHECK(reply->elements[1].elements.empty());
  REQUIRE(texts.size() == 3);
  CHECK(texts[0] == "a");
  CHECK(texts[1].empty());
  CHECK(texts[2] == "bc");
  reader.Feed("-ERR no\r\n");
  CHECK(reader.Take()->is_error());
  CHECK(texts.size() == 3);
}

}  // namespace
}  // namespace groupring::redis
