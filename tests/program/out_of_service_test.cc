// What is out of service by whatever way is said everywhere: status, the node's
// pages, doctor and the log.
#include <string>

#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/groupring_server.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

class Watched {
 public:
  Operator ana;
  GroupringServer node{ana.redis().url(), NodeSettings("ns1")};

  bool Logs(std::string_view text) {
    return WaitUntil([&] { return Holds(node.process().Log(), text); });
  }
};

TEST_CASE("weight 0 on every group is said by status, doctor and the log") {
  Watched watched;
  watched.ana.redis().Run("HSET ftp.example.org:WEIGHTS px-1 0 px-2 0 px-3 0");
  CHECK(
      watched.Logs("group px-1 is out of service: WEIGHT 0 on "
                   "ftp.example.org"));
  CHECK(
      watched.Logs(" warning: ftp.example.org is answered from what is out "
                   "of service"));
  CHECK(Holds(watched.ana.Run("status").output,
              "OUT      px-2 WEIGHT 0 on ftp.example.org"));
  CHECK(Holds(watched.ana.Run("status").output,
              "problem  ftp.example.org: is answered from what is out of"));
  const CommandResult doctor = watched.ana.Run("doctor");
  CHECK(doctor.status == 1);
  CHECK(Holds(doctor.output, "it has no group in service (A and AAAA)"));
  CHECK(Holds(watched.ana.Run("explain ftp.example.org 192.0.2.7").output,
              "answered from the last known good addresses"));
  watched.ana.redis().Run("DEL ftp.example.org:WEIGHTS");
  CHECK(
      watched.Logs(" info: ftp.example.org is answered from what is in "
                   "service again"));
}

TEST_CASE("groups are not taken out by weight one after the other") {
  Operator ana;
  const char* const kWeight = "group weight ftp.example.org ";
  CHECK(ana.Run(std::string(kWeight) + "px-1 0").status == 0);
  const CommandResult second = ana.Run(std::string(kWeight) + "px-2 0");
  CHECK(second.status == 3);
  CHECK(Holds(second.output + second.errors,
              "ftp.example.org would have 2 groups out of service"));
  // Nor by state after weight.
  CHECK(ana.Run("group disable px-2").status == 3);
}

TEST_CASE("skip lists that cover everything are said, with right advice") {
  Watched watched;
  watched.ana.redis().Run(
      "SADD example.org:A:SKIPLIST 0.0.0.0/0\n"
      "SADD example.org:AAAA:SKIPLIST ::/0");
  CHECK(
      watched.Logs(" warning: ftp.example.org cannot be answered (SERVFAIL): "
                   "skip lists cover each of its A and AAAA addresses"));
  for (const char* command : {"status", "doctor"}) {
    CAPTURE(command);
    const std::string output = watched.ana.Run(command).output;
    CHECK(Holds(output, "skip lists cover each of its A and AAAA addresses"));
    CHECK(Holds(output, "the skip list of its zone"));
  }
}

TEST_CASE("a state written with redis-cli leaves its trace in the log") {
  Watched watched;
  watched.ana.redis().Run(
      "HSET px-1:STATE state disabled by ana reason kernel");
  CHECK(
      watched.Logs(" info: group px-1 is out of service: DISABLED (by ana, "
                   "\"kernel\")"));
  watched.ana.redis().Run("DEL px-1:STATE");
  CHECK(watched.Logs(" info: group px-1 is in service again"));
}

TEST_CASE("a record whose content does not fit is said, and refused") {
  Watched watched;
  watched.ana.redis().Run(
      "HSET example.org:CONFIG RECORDS '["
      R"({"name":"www","type":"A","content":"192.0.2.80"},)"
      R"({"name":"ftp","type":"MX","content":"mail.example.org."}])"
      "'");
  CHECK(
      watched.Logs(" warning: example.org:CONFIG: entry 2 of RECORDS has the "
                   "\"content\" \"mail.example.org.\", which is none of MX; "
                   "expected one like 10 mail.example.org."));
  for (const char* command : {"status", "doctor"}) {
    CAPTURE(command);
    CHECK(Holds(watched.ana.Run(command).output, "entry 2 of RECORDS"));
  }
  const CommandResult refused = watched.ana.Run(
      R"(name set example.org 'RECORDS=[{"type":"MX","content":"mail"}]')");
  CHECK(refused.status != 0);
  CHECK(Holds(refused.output + refused.errors, "expected one like 10 mail"));
  CHECK(watched.ana.Run("name set example.org 'SOA=a b (1 2 3 4 5)'").status ==
        0);
  CHECK(watched.ana.Run("name set example.org 'SOA=a b 1 2 3'").status != 0);
}

}  // namespace
}  // namespace groupring::testing
