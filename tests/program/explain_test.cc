// `groupring explain`: every step of an answer.
#include <string>

#include "tests/program/operator.h"
#include "tests/support/catch.h"

namespace groupring::testing {
namespace {

TEST_CASE("explain: each step, and each reason to pass a group over") {
  Operator ana;
  ana.Type("explain ftp.example.org 198.51.100.7");
  ana.Type("explain FTP.Example.org. 2001:db8:77::/48");
  ana.redis().Run(
      "HSET px-1:STATE state disabled by bob reason 'disk broken'\n"
      "HSET px-2:STATE state draining start 1 duration 1 by bob\n"
      "SADD example.org:A:SKIPLIST 203.0.113.5");
  ana.Type("explain ftp.example.org 198.51.100.7/32");
  ana.redis().Run("DEL px-2:STATE px-2:AAAA");
  ana.Type("explain ftp.example.org 192.0.2.0/24");
  ana.Type("explain ftp.example.org 198.51.100.7/0");
  ana.Type("explain ftp.example.org 0.0.0.0/0 --resolver 198.51.100.53");
  ana.Type("explain random.example.org 198.51.100.7");
  ana.Type("explain www.example.org 198.51.100.7");
  ana.CheckTranscript("explain");
}

TEST_CASE("explain: the same as JSON") {
  Operator ana;
  ana.Type("explain ftp.example.org 198.51.100.7 --json");
  ana.CheckTranscript("explain_json");
}

TEST_CASE("explain: of many clients it says who answers each") {
  Operator ana;
  ana.redis().Run("HSET groupring:affinity 192.0.2.0/24 one\n");
  const auto asked = [&](const std::string& options) {
    return RunCommand(ana.Words("explain ftp.example.org - " + options),
                      "198.51.100.0/24 5\n192.0.2.7\n# nobody\nnonsense\n");
  };
  const CommandResult csv = asked("--csv");
  CHECK(csv.status == 0);
  CHECK(Holds(csv.output,
              "client,weight,subnet,label,slot,group_a,group_aaaa\n"
              "198.51.100.0/24,5,198.51.100.0/24,\"\","));
  CHECK(Holds(csv.output, "\n192.0.2.7,1,192.0.2.0/24,\"one\","));
  CHECK(Holds(csv.errors,
              "1 line without a client passed over, the first is line 4"));
  const std::string one =
      ana.Run("explain ftp.example.org 198.51.100.0/24").output;
  const std::string group = one.substr(one.find("answered by "), 16);
  CHECK(Holds(asked("").output, group));
  CHECK(Holds(asked("--json").output, "\"label\": \"one\""));
  CHECK(ana.Run("explain ftp.example.org 192.0.2.7 --csv").status == 2);
}

TEST_CASE("explain: wrong input is refused, saying what was expected") {
  Operator ana;
  ana.Type("explain ftp.example.org");
  ana.Type("explain ftp.example.org nonsense");
  ana.Type("explain ftp.example.org 198.51.100.7/33");
  ana.Type("explain ftp.example.org 198.51.100.7 --resolver nonsense");
  ana.Type("explain fpt.example.org 198.51.100.7");
  ana.Type("explain ftp.example.net 198.51.100.7");
  ana.CheckTranscript("explain_wrong");
}

TEST_CASE("explain: half of a drained group's slots are gone, and it says so") {
  Operator ana;
  const auto now = std::stoll(ana.redis().Run("TIME"));
  // Far from both ends whenever the command runs.
  ana.redis().Run("HSET px-1:STATE state draining start " +
                  std::to_string(now - 500000) + " duration 1000000");
  bool kept = false;
  bool gone = false;
  for (int i = 0; i < 64 && !(kept && gone); ++i) {
    const std::string text =
        ana.Run("explain ftp.example.org 198.18." + std::to_string(i) + ".0/24")
            .output;
    kept = kept || Holds(text, "1  px-1   DRAINING 50.0%  A AAAA   -");
    gone = gone || Holds(text,
                         "1  px-1   DRAINING 50.0%  -        this slot "
                         "is not among those it keeps now");
  }
  CHECK(kept);
  CHECK(gone);
}

}  // namespace
}  // namespace groupring::testing
