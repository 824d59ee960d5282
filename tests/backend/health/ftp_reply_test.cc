#include "backend/health/ftp_reply.h"

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

// "<code> <lines>: <text>" of each reply, and what is wrong at the end.
std::vector<std::string> Read(std::string_view bytes, size_t piece) {
  FtpReplyReader reader;
  std::vector<std::string> replies;
  for (size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size())) {
    reader.Feed(bytes.substr(at, piece));
    while (const auto reply = reader.Next()) {
      replies.push_back(std::to_string(reply->lines.size()) + ": " +
                        reply->Text());
    }
  }
  if (!reader.error().empty()) replies.push_back(reader.error());
  return replies;
}

TEST_CASE("replies are read as RFC 959 has them, in pieces of any size") {
  struct Case {
    std::string bytes;
    std::vector<std::string> replies;
  };
  const std::vector<Case> cases = {
      {"220 hello\r\n", {"1: 220 hello"}},
      {"220 hello\n", {"1: 220 hello"}},
      {"220\r\n", {"1: 220"}},
      {"220 \r\n", {"1: 220"}},
      {"220 a", {}},
      {"220-a\r\n220 b\r\n", {"2: 220 a b"}},
      {"220-a\r\nno code\r\n220 b\r\n", {"3: 220 a no code b"}},
      {"220-a\r\n 220 still not the end\r\n220-b\r\n\r\n220 c\r\n",
       {"5: 220 a 220 still not the end b c"}},
      {"220-a\r\n230 of another code\r\n220 b\r\n",
       {"3: 220 a 230 of another code b"}},
      {"220-a\r\n220\r\n", {"2: 220 a"}},
      {"220-a\r\n2201 b\r\n220 c\r\n", {"3: 220 a 2201 b c"}},
      {"220 a\r\n331 b\r\n230 c\r\n", {"1: 220 a", "1: 331 b", "1: 230 c"}},
      {std::string("220 a\0b\r\n", 9), {std::string("1: 220 a\0b", 10)}},
      {"hello\r\n", {"a line that begins with no code"}},
      {"\r\n", {"a line that begins with no code"}},
      {"22 a\r\n", {"a line that begins with no code"}},
      {"220x\r\n", {"a line that begins with no code"}},
      {"999 a\r\n", {"a line that begins with no code"}},
      {"269 a\r\n", {"a line that begins with no code"}},
      {"220 a\r\noops\r\n", {"1: 220 a", "a line that begins with no code"}},
      {"SSH-2.0-OpenSSH_9.2\r\n", {"a line that begins with no code"}}};
  for (const Case& one : cases) {
    for (const size_t piece : {SIZE_MAX, size_t{1}, size_t{3}}) {
      INFO(one.bytes << " in pieces of " << piece);
      CHECK(Read(one.bytes, piece) == one.replies);
    }
  }
}

TEST_CASE("endless lines and endless replies are given up") {
  const std::string line(FtpReplyReader::kMaxLineSize + 1, 'x');
  CHECK(Read(line, 1000) ==
        std::vector<std::string>{"a line of more than 4096 bytes"});
  std::string lines = "220-\r\n";
  while (lines.size() <= 2 * FtpReplyReader::kMaxReplySize) {
    lines += "and on it goes\r\n";
  }
  CHECK(Read(lines, 1000) ==
        std::vector<std::string>{"a reply of more than 32768 bytes"});
}

TEST_CASE("the longest line and the next reply are taken") {
  const std::string line =
      "220 " + std::string(FtpReplyReader::kMaxLineSize - 5, 'x') + "\r\n";
  CHECK(Read(line + "221 bye\r\n", SIZE_MAX).size() == 2);
}

TEST_CASE("what does not make a reply yet can be looked at") {
  FtpReplyReader reader;
  CHECK_FALSE(reader.HasMore());
  reader.Feed("220-he");
  CHECK_FALSE(reader.Next());
  CHECK(reader.HasMore());
  CHECK(reader.Unfinished() == "220-he");
  reader.Feed("llo\r\nmo");
  CHECK_FALSE(reader.Next());
  CHECK(reader.Unfinished() == "220-hello");
  reader.Feed("re\r\n220 x\r\n");
  CHECK(reader.Next());
  CHECK_FALSE(reader.HasMore());
}

}  // namespace
}  // namespace groupring::backend
