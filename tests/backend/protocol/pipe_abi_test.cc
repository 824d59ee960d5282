#include "backend/protocol/pipe_abi.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using namespace std::string_literals;
using Outcome = PipeAbi::Outcome;

// A conversation that has agreed on a version.
class Talk {
 public:
  explicit Talk(int version) {
    CHECK(Say("HELO\t" + std::to_string(version)) == Outcome::kAnswered);
    CHECK(TakeOut() == "OK\tgroupring\n");
  }

  Outcome Say(std::string_view line) {
    return abi.ReadLine(line, &request, &out);
  }
  std::string TakeOut() { return std::exchange(out, {}); }

  std::string Answered(const Reply& reply) {
    abi.AppendReply(request, reply, &out);
    return TakeOut();
  }

  PipeAbi abi;
  Request request;
  std::string out;
};

const char* const kQuestion = "Q\twWw.example.org\tIN\tANY\t7\t192.0.2.24";
const char* const kQuestion2 =
    "Q\twWw.example.org\tIN\tANY\t7\t192.0.2.24\t192.0.2.1";
const char* const kQuestion3 =
    "Q\twWw.example.org\tIN\tANY\t7\t192.0.2.24\t192.0.2.1\t203.0.113.0/24";

std::string Question(int version) {
  return version == 1 ? kQuestion : version == 2 ? kQuestion2 : kQuestion3;
}

Reply Records(std::vector<Record> records) {
  Reply reply;
  reply.kind = Reply::Kind::kRecords;
  reply.domain_id = 3;
  reply.records = std::move(records);
  return reply;
}

TEST_CASE("pipe ABI: a question carries all of its fields") {
  const int version = GENERATE(1, 2, 3, 4, 5);
  CAPTURE(version);
  Talk talk(version);
  REQUIRE(talk.Say(Question(version)) == Outcome::kAsk);
  CHECK(talk.request.method == Method::kLookup);
  CHECK(talk.request.qname == "wWw.example.org");
  CHECK(talk.request.qtype == "ANY");
  CHECK(talk.request.zone_id == 7);
  CHECK(talk.request.remote == "192.0.2.24");
  CHECK(talk.request.real_remote ==
        (version >= 3 ? "203.0.113.0/24" : "192.0.2.24"));
  CHECK(talk.out.empty());
}

TEST_CASE("pipe ABI: answers are in the format of the version") {
  const Reply reply = Records({{"wWw.example.org", "A", "192.0.2.1", 60, 24},
                               {"wWw.example.org.", "AAAA", "::1", 60, 24}});
  const int version = GENERATE(1, 2, 3, 4, 5);
  CAPTURE(version);
  Talk talk(version);
  REQUIRE(talk.Say(Question(version)) == Outcome::kAsk);
  const std::string extra = version >= 3 ? "24\t1\t" : "";
  CHECK(talk.Answered(reply) ==
        "DATA\t" + extra + "wWw.example.org\tIN\tA\t60\t3\t192.0.2.1\n" +
            "DATA\t" + extra + "wWw.example.org\tIN\tAAAA\t60\t3\t::1\nEND\n");
}

TEST_CASE("pipe ABI: a question with too few fields fails") {
  const int version = GENERATE(1, 2, 3, 5);
  CAPTURE(version);
  Talk talk(version);
  std::string line = Question(version);
  for (size_t tab = line.rfind('\t'); tab != line.npos;
       tab = line.rfind('\t')) {
    line.resize(tab);
    CAPTURE(line);
    CHECK(talk.Say(line) == Outcome::kAnswered);
    CHECK(talk.TakeOut() == "FAIL\n");
  }
  CHECK(talk.Say(Question(version)) == Outcome::kAsk);
}

TEST_CASE("pipe ABI: a question that makes no sense fails") {
  Talk talk(3);
  for (const char* line :
       {"Q\t\tIN\tANY\t1\t192.0.2.1\t192.0.2.1\t192.0.2.1/32",
        "Q\ta\tCH\tANY\t1\t192.0.2.1\t192.0.2.1\t192.0.2.1/32",
        "Q\ta\tIN\tANY\tone\t192.0.2.1\t192.0.2.1\t192.0.2.1/32",
        "Q\ta\tIN\tANY\t1\t192.0.2.1\t192.0.2.1\t"}) {
    CAPTURE(line);
    CHECK(talk.Say(line) == Outcome::kAnswered);
    CHECK(talk.TakeOut() == "FAIL\n");
  }
}

TEST_CASE("pipe ABI: before HELO everything fails") {
  PipeAbi abi;
  Request request;
  std::string out;
  CHECK(abi.ReadLine(kQuestion3, &request, &out) == Outcome::kAnswered);
  CHECK(abi.ReadLine("AXFR\t1\ta", &request, &out) == Outcome::kAnswered);
  CHECK(out == "FAIL\nFAIL\n");
}

TEST_CASE("pipe ABI: after a HELO of an unknown version everything fails") {
  for (const char* hello : {"HELO\t0", "HELO\t6", "HELO\t-1", "HELO\t", "HELO",
                            "HELO\t3x", "HELO\t99999999999999999999"}) {
    CAPTURE(hello);
    Talk talk(5);
    CHECK(talk.Say(hello) == Outcome::kAnswered);
    CHECK(talk.TakeOut() == "FAIL\n");
    CHECK(talk.Say(kQuestion3) == Outcome::kAnswered);
    CHECK(talk.TakeOut() == "FAIL\n");
    CHECK(talk.Say("HELO\t3") == Outcome::kAnswered);
    CHECK(talk.TakeOut() == "OK\tgroupring\n");
    CHECK(talk.Say(kQuestion3) == Outcome::kAsk);
  }
}

TEST_CASE("pipe ABI: AXFR names the zone from version 4 on") {
  const int version = GENERATE(1, 2, 3, 4, 5);
  CAPTURE(version);
  Talk talk(version);
  if (version >= 4) {
    CHECK(talk.Say("AXFR\t7") == Outcome::kAnswered);
    CHECK(talk.TakeOut() == "FAIL\n");
  }
  REQUIRE(talk.Say(version >= 4 ? "AXFR\t7\texample.org" : "AXFR\t7") ==
          Outcome::kAsk);
  CHECK(talk.request.method == Method::kList);
  CHECK(talk.request.zone_id == 7);
  CHECK(talk.request.zone == (version >= 4 ? "example.org" : ""));
  CHECK(talk.Say("AXFR") == Outcome::kAnswered);
  CHECK(talk.Say("AXFR\tx\texample.org") == Outcome::kAnswered);
  CHECK(talk.TakeOut() == "FAIL\nFAIL\n");
}

TEST_CASE("pipe ABI: a list that fails is no empty zone") {
  Talk talk(4);
  REQUIRE(talk.Say("AXFR\t7\texample.org") == Outcome::kAsk);
  Reply reply;
  reply.kind = Reply::Kind::kFalse;
  CHECK(talk.Answered(reply) == "FAIL\n");
}

TEST_CASE("pipe ABI: CMD exists in version 5 only") {
  Talk talk4(4);
  CHECK(talk4.Say("CMD\thello") == Outcome::kAnswered);
  CHECK(talk4.TakeOut() == "FAIL\nEND\n");
  Talk talk5(5);
  REQUIRE(talk5.Say("CMD\thello\tand more") == Outcome::kAsk);
  CHECK(talk5.request.method == Method::kDirectBackendCmd);
  CHECK(talk5.request.text == "hello\tand more");
}

TEST_CASE("pipe ABI: the text of a command ends where it ends") {
  Talk talk(5);
  REQUIRE(talk.Say("CMD\thello") == Outcome::kAsk);
  Reply reply;
  reply.kind = Reply::Kind::kText;
  reply.text = "one\nEND\nEND \t\n\nENDED\r\nFAIL\n";
  CHECK(talk.Answered(reply) == "one\n END\n END  \n\nENDED \nFAIL\nEND\n");
  reply.text = "";
  CHECK(talk.Answered(reply) == "END\n");
  // PowerDNS reads on until END, also after FAIL.
  reply.Clear();
  CHECK(talk.Answered(reply) == "FAIL\nEND\n");
}

TEST_CASE("pipe ABI: errors are FAIL, nothing is END") {
  Talk talk(3);
  REQUIRE(talk.Say(kQuestion3) == Outcome::kAsk);
  Reply reply;
  CHECK(talk.Answered(reply) == "FAIL\n");
  reply.kind = Reply::Kind::kFalse;
  CHECK(talk.Answered(reply) == "END\n");
  CHECK(talk.Answered(Records({})) == "END\n");
}

TEST_CASE("pipe ABI: FAIL to a question for SOA is followed by END") {
  const std::string question = "Q\ta\tIN\tSOA\t-1\t0.0.0.0\t0.0.0.0\t0.0.0.0/0";
  Talk talk(3);
  REQUIRE(talk.Say(question) == Outcome::kAsk);
  Reply reply;
  CHECK(talk.Answered(reply) == "FAIL\nEND\n");
  CHECK(talk.Say("Q\ta\tIN\tSOA\t-1") == Outcome::kAnswered);
  CHECK(talk.TakeOut() == "FAIL\nEND\n");
  talk.Say("HELO\t6");
  talk.TakeOut();
  CHECK(talk.Say(question) == Outcome::kAnswered);
  CHECK(talk.TakeOut() == "FAIL\nEND\n");
}

TEST_CASE("pipe ABI: the root and names with and without trailing dot") {
  Talk talk(1);
  REQUIRE(talk.Say(kQuestion) == Outcome::kAsk);
  CHECK(talk.Answered(Records({{".", "NS", "a.", 60, 0},
                               {"", "NS", "a.", 60, 0},
                               {"x.", "NS", "a.", 60, 0},
                               {R"(x\.)", "NS", "a.", 60, 0}})) ==
        "DATA\t.\tIN\tNS\t60\t3\ta.\n"
        "DATA\t.\tIN\tNS\t60\t3\ta.\n"
        "DATA\tx\tIN\tNS\t60\t3\ta.\n"
        "DATA\tx\\.\tIN\tNS\t60\t3\ta.\nEND\n");
}

TEST_CASE("pipe ABI: the priority of MX and SRV is a field") {
  Talk talk(1);
  REQUIRE(talk.Say(kQuestion) == Outcome::kAsk);
  CHECK(talk.Answered(Records({{"x", "MX", "10  mx.example.org.", 60, 0},
                               {"x", "SRV", "1 2 5060 a.b.", 60, 0}})) ==
        "DATA\tx\tIN\tMX\t60\t3\t10\tmx.example.org.\n"
        "DATA\tx\tIN\tSRV\t60\t3\t1\t2 5060 a.b.\nEND\n");
}

TEST_CASE("pipe ABI: what PowerDNS could not parse is not sent at all") {
  Talk talk(1);
  REQUIRE(talk.Say(kQuestion) == Outcome::kAsk);
  const Record good = {"x", "A", "192.0.2.1", 60, 24};
  for (const Record& bad :
       {Record{"x", "MX", "mx.example.org.", 60, 0},
        Record{"x", "SRV", " 10 ", 60, 0}, Record{"x", "TXT", "", 60, 0},
        Record{"x", "TXT", " \t\n ", 60, 0}}) {
    CAPTURE(std::string(bad.content));
    CHECK(talk.Answered(Records({good, bad, good})) == "FAIL\n");
  }
}

TEST_CASE("pipe ABI: no text can end a field or a line early") {
  Talk talk(1);
  REQUIRE(talk.Say(kQuestion) == Outcome::kAsk);
  const std::string content = "\n\"a\tb\r\nEND\nFAIL\0c\"\t"s;
  const std::string name = "a\tb\nc\0d e"s;
  CHECK(talk.Answered(Records({{name, "T\tXT", content, 60, 0}})) ==
        "DATA\ta\\009b\\010c\\000d\\032e\tIN\tT XT\t60\t3\t"
        "\"a b  END FAIL c\"\nEND\n");
}

TEST_CASE("pipe ABI: an empty non-terminal exists by an empty text") {
  Talk talk(1);
  const Reply reply = Records({{"a.b", "", "", 60, 0}});
  const auto answer = [&](const std::string& qtype) {
    REQUIRE(talk.Say("Q\ta.b\tIN\t" + qtype + "\t1\t192.0.2.1") ==
            Outcome::kAsk);
    return talk.Answered(reply);
  };
  const std::string placeholder = "DATA\ta.b\tIN\tTXT\t60\t3\t\"\"\nEND\n";
  CHECK(answer("ANY") == placeholder);
  CHECK(answer("TXT") == placeholder);
  // Asked for SOA or NS, PowerDNS would take it for one of these.
  CHECK(answer("SOA") == "END\n");
  CHECK(answer("NS") == "END\n");
  REQUIRE(talk.Say("AXFR\t1") == Outcome::kAsk);
  CHECK(talk.Answered(reply) == "END\n");
}

TEST_CASE("pipe ABI: a carriage return before the newline is not content") {
  Talk talk(5);
  REQUIRE(talk.Say("CMD\thello\r") == Outcome::kAsk);
  CHECK(talk.request.text == "hello");
}

TEST_CASE("pipe ABI: PING is answered, garbage known as such") {
  Talk talk(1);
  CHECK(talk.Say("PING") == Outcome::kAnswered);
  CHECK(talk.TakeOut() == "END\n");
  for (const std::string& line : {""s, "x"s, "q\ta"s, "\0\xff"s, "HELOx"s}) {
    CHECK(talk.Say(line) == Outcome::kGarbage);
    CHECK(talk.TakeOut() == "FAIL\n");
  }
}

}  // namespace
}  // namespace groupring::backend
