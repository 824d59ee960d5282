#include "backend/protocol/line_session.h"

#include <memory>
#include <string>
#include <string_view>

#include "tests/backend/protocol/fake_handler.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Protocol = LineSession::Protocol;
using AfterFault = LineSession::AfterFault;

constexpr size_t kNoLimit = size_t{1} << 30;

const std::string kLookup =
    R"({"method":"lookup","parameters":{"qname":"a.","qtype":"A"}})"
    "\n";
const std::string kAnswer =
    R"({"result":[{"qtype":"A","qname":"a.","content":"192.0.2.1","ttl":60,)"
    R"("scopeMask":24,"domain_id":1}]})"
    "\n";
const std::string kPipeQuestion = "Q\ta\tIN\tANY\t1\t192.0.2.1\n";
const std::string kPipeAnswer = "DATA\ta\tIN\tA\t60\t1\t192.0.2.1\nEND\n";

class Conversation {
 public:
  Conversation(Protocol protocol, AfterFault after_fault,
               FakeHandler::Answer answer = AnswerAddress, bool defers = false)
      : handler(std::move(answer), defers),
        exchange(&handler),
        session(protocol, after_fault, &exchange) {}

  std::string Feed(std::string_view bytes) {
    std::string out;
    session.Feed(bytes, kNoLimit, &out);
    return out;
  }

  FakeHandler handler;
  Exchange exchange;
  LineSession session;
};

TEST_CASE("however the bytes are cut, the answers are the same") {
  const auto piece = static_cast<size_t>(GENERATE(1, 2, 3, 7, 64, 100000));
  CAPTURE(piece);
  Conversation talk(Protocol::kRemoteJson, AfterFault::kClose);
  const std::string input = kLookup + "\r\n \n" + kLookup + kLookup;
  std::string out;
  for (size_t i = 0; i < input.size(); i += piece) {
    out += talk.Feed(std::string_view(input).substr(i, piece));
  }
  CHECK(out == kAnswer + kAnswer + kAnswer);
  CHECK_FALSE(talk.session.closed());
}

TEST_CASE("a line is not answered before its end") {
  Conversation talk(Protocol::kRemoteJson, AfterFault::kClose);
  CHECK(talk.Feed(kLookup.substr(0, kLookup.size() - 1)).empty());
  CHECK(talk.handler.asked.empty());
  CHECK(talk.Feed("\n") == kAnswer);
}

TEST_CASE("the soft limit spreads answers over several calls") {
  Conversation talk(Protocol::kRemoteJson, AfterFault::kClose);
  std::string out;
  talk.session.Feed(kLookup + kLookup + kLookup + "{\"met", 1, &out);
  CHECK(out == kAnswer);
  CHECK(talk.session.HasMore());
  talk.session.Feed("", 1, &out);
  CHECK(talk.session.HasMore());
  talk.session.Feed("", 1, &out);
  CHECK(out == kAnswer + kAnswer + kAnswer);
  CHECK_FALSE(talk.session.HasMore());
  talk.session.Feed("hod\":\"x\"}\n", 1, &out);
  CHECK(talk.handler.asked.size() == 4);
}

TEST_CASE("an error in remote JSON is answered with null and ends it") {
  Conversation talk(
      Protocol::kRemoteJson, AfterFault::kClose,
      [](const Request&, Reply* reply) { reply->error = "nothing loaded"; });
  CHECK(talk.Feed(kLookup + kLookup) == "{\"result\":null}\n");
  CHECK(talk.session.closed());
  CHECK(talk.session.close_reason() == "nothing loaded");
  CHECK(talk.handler.asked.size() == 1);
  CHECK(talk.Feed(kLookup).empty());
}

TEST_CASE("garbage ends a session with a reason") {
  const Protocol protocol = GENERATE(Protocol::kRemoteJson, Protocol::kPipeAbi,
                                     Protocol::kByFirstLine);
  Conversation talk(protocol, AfterFault::kClose);
  const std::string out = talk.Feed("\x01\xff garbage\n" + kLookup);
  CHECK(out ==
        (protocol == Protocol::kRemoteJson ? "{\"result\":null}\n" : "FAIL\n"));
  CHECK(talk.session.closed());
  CHECK_FALSE(talk.session.close_reason().empty());
  CHECK(talk.handler.asked.empty());
}

TEST_CASE("a failed question is no fault of the pipe ABI") {
  Conversation talk(
      Protocol::kPipeAbi, AfterFault::kClose,
      [](const Request&, Reply* reply) { reply->error = "nothing loaded"; });
  CHECK(talk.Feed("HELO\t1\n" + kPipeQuestion + "Q\ta\n") ==
        "OK\tgroupring\nFAIL\nFAIL\n");
  CHECK_FALSE(talk.session.closed());
  CHECK(talk.session.TakeFault() == "nothing loaded");
  CHECK_FALSE(talk.session.TakeFault().has_value());
}

TEST_CASE("a line as long as the limit is read, a longer one refused") {
  std::string line = kLookup.substr(0, kLookup.size() - 1);
  line.insert(line.size() - 1, std::string(kMaxLineBytes - line.size(), ' '));
  const std::string too_long = line.substr(0, line.size() - 1) + " }";
  REQUIRE(line.size() == kMaxLineBytes);
  const size_t piece = GENERATE(size_t{65536}, size_t{1} << 22);
  const auto feed = [&](Conversation* talk, const std::string& input) {
    std::string out;
    for (size_t i = 0; i < input.size(); i += piece) {
      out += talk->Feed(std::string_view(input).substr(i, piece));
    }
    return out;
  };

  Conversation fits(Protocol::kRemoteJson, AfterFault::kClose);
  CHECK(feed(&fits, line + "\n") == kAnswer);

  Conversation closed(Protocol::kRemoteJson, AfterFault::kClose);
  CHECK(feed(&closed, too_long + "\n" + kLookup) == "{\"result\":null}\n");
  CHECK(closed.session.closed());
  CHECK(closed.session.close_reason() == "line longer than 1048576 bytes");

  Conversation goes_on(Protocol::kRemoteJson, AfterFault::kGoOn);
  CHECK(feed(&goes_on, too_long + "\n" + kLookup) ==
        "{\"result\":null}\n" + kAnswer);
  CHECK_FALSE(goes_on.session.closed());
  CHECK(goes_on.session.TakeFault() == "line longer than 1048576 bytes");
}

TEST_CASE("a line without end is refused once and costs no memory") {
  Conversation talk(Protocol::kPipeAbi, AfterFault::kGoOn);
  const std::string piece(65536, 'x');
  std::string out = talk.Feed("HELO\t1\n");
  for (int i = 0; i < 100; ++i) out += talk.Feed(piece);
  CHECK(out == "OK\tgroupring\nFAIL\n");
  CHECK(talk.Feed("x\n" + kPipeQuestion) == kPipeAnswer);
}

TEST_CASE("a session that goes on answers garbage and errors in place") {
  int calls = 0;
  Conversation talk(Protocol::kRemoteJson, AfterFault::kGoOn,
                    [&](const Request& request, Reply* reply) {
                      if (++calls == 1) return;  // an error
                      AnswerAddress(request, reply);
                    });
  CHECK(talk.Feed(kLookup + "garbage\n" + kLookup) ==
        "{\"result\":null}\n{\"result\":null}\n" + kAnswer);
  CHECK_FALSE(talk.session.closed());
}

TEST_CASE("the first line tells the protocol") {
  Conversation json(Protocol::kByFirstLine, AfterFault::kGoOn);
  CHECK(json.Feed("\n " + kLookup) == kAnswer);
  CHECK(json.Feed("HELO\t1\n") == "{\"result\":null}\n");

  Conversation pipe(Protocol::kByFirstLine, AfterFault::kGoOn);
  CHECK(pipe.Feed("HELO\t1\n" + kPipeQuestion) ==
        "OK\tgroupring\n" + kPipeAnswer);
  CHECK(pipe.Feed(kLookup) == "FAIL\n");

  Conversation garbage(Protocol::kByFirstLine, AfterFault::kGoOn);
  CHECK(garbage.Feed("garbage\n") == "FAIL\n");
  CHECK(garbage.Feed(kLookup) == kAnswer);
}

// Lookups as AnswerAddress; a text for a command and an error for a list.
void AnswerLongOnes(const Request& request, Reply* reply) {
  AnswerAddress(request, reply);
  if (request.method == Method::kDirectBackendCmd) {
    reply->kind = Reply::Kind::kText;
    reply->text = "of " + request.text;
  } else if (request.method == Method::kList) {
    reply->kind = Reply::Kind::kError;
    reply->error = "no list";
  }
}

const std::string kCommand =
    R"({"method":"directBackendCmd","parameters":{"query":"status"}})"
    "\n";

TEST_CASE("a long answer is waited for, and those behind it keep their order") {
  Conversation talk(Protocol::kRemoteJson, AfterFault::kClose, AnswerLongOnes,
                    /*defers=*/true);
  CHECK(talk.Feed(kLookup + kCommand + kCommand + kLookup + "{\"met") ==
        kAnswer);
  std::string out;
  for (int i = 0; i < 2; ++i) {
    REQUIRE(talk.session.waiting());
    CHECK_FALSE(talk.session.HasMore());
    CHECK_FALSE(talk.session.HasUnfinished());
    const std::shared_ptr<LongWork> work = talk.session.TakeWork();
    REQUIRE(work);
    CHECK(work->whom == AnswerFor::kPeople);
    CHECK_FALSE(talk.session.TakeWork());
    work->Make();
    talk.session.EndWait();
    REQUIRE(talk.session.HasMore());
    out += talk.Feed("");
  }
  const std::string text = "{\"result\":\"of status\"}\n";
  CHECK(out == text + text + kAnswer);
  CHECK_FALSE(talk.session.waiting());
  CHECK(talk.session.HasUnfinished());
  CHECK(talk.handler.asked.size() == 2);  // the lookups
}

TEST_CASE(
    "a request whose long answer is waited for goes to the next session") {
  Conversation talk(Protocol::kRemoteJson, AfterFault::kClose, AnswerLongOnes,
                    /*defers=*/true);
  CHECK(talk.Feed(kLookup + kCommand + kLookup) == kAnswer);
  const std::shared_ptr<LongWork> work = talk.session.TakeWork();
  CHECK(talk.session.Release().unread == kCommand + kLookup);
  work->Make();  // may outlive the session's interest
}

TEST_CASE("a long answer that is an error has the consequences of one") {
  const auto after_fault = GENERATE(AfterFault::kClose, AfterFault::kGoOn);
  Conversation talk(Protocol::kRemoteJson, after_fault, AnswerLongOnes,
                    /*defers=*/true);
  CHECK(talk.Feed(R"({"method":"list","parameters":{"zonename":"a."}})"
                  "\n" +
                  kLookup)
            .empty());
  const std::shared_ptr<LongWork> work = talk.session.TakeWork();
  CHECK(work->whom == AnswerFor::kPowerDns);
  work->Make();
  talk.session.EndWait();
  const bool closes = after_fault == AfterFault::kClose;
  CHECK(talk.Feed("") == "{\"result\":null}\n" + (closes ? "" : kAnswer));
  CHECK(talk.session.closed() == closes);
  CHECK(talk.session.close_reason() == (closes ? "no list" : ""));
  CHECK(talk.session.TakeFault().value_or("") == (closes ? "" : "no list"));
}

TEST_CASE("in the pipe ABI, too, long answers are waited for") {
  Conversation talk(Protocol::kPipeAbi, AfterFault::kClose, AnswerLongOnes,
                    /*defers=*/true);
  CHECK(talk.Feed("HELO\t5\nCMD\tstatus\nPING\nAXFR\t1\ta\nPING\n") ==
        "OK\tgroupring\n");
  std::string out;
  for (int i = 0; i < 2; ++i) {
    REQUIRE(talk.session.waiting());
    talk.session.TakeWork()->Make();
    talk.session.EndWait();
    out += talk.Feed("");
  }
  CHECK(out == "of status\nEND\nEND\nFAIL\nEND\n");
  CHECK(talk.session.TakeFault() == "no list");
  CHECK_FALSE(talk.session.closed());
}

TEST_CASE("a report that there is no memory for is answered with that") {
  Conversation talk(Protocol::kRemoteJson, AfterFault::kClose, AnswerLongOnes,
                    /*defers=*/true);
  CHECK(talk.Feed(kCommand).empty());
  talk.session.TakeWork()->Refuse();
  talk.session.EndWait();
  CHECK(talk.Feed("").starts_with(R"({"result":"answers that were asked for)"));
  CHECK_FALSE(talk.session.closed());
}

TEST_CASE("a list that there is no memory for is an error") {
  Conversation talk(Protocol::kRemoteJson, AfterFault::kClose, AnswerLongOnes,
                    /*defers=*/true);
  CHECK(talk.Feed(R"({"method":"list","parameters":{"zonename":"a."}})"
                  "\n")
            .empty());
  talk.session.TakeWork()->Refuse();
  talk.session.EndWait();
  CHECK(talk.Feed("") == "{\"result\":null}\n");
  CHECK(talk.session.close_reason() == kNoAnswerMemory);
}

}  // namespace
}  // namespace groupring::backend
