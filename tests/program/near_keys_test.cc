// Keys and values that somebody meant for groupring, and that have no effect.
#include <string>

#include "tests/program/operator.h"
#include "tests/support/catch.h"

namespace groupring::testing {
namespace {

TEST_CASE("doctor points at what was meant for groupring and has no effect") {
  Operator ana;
  ana.redis().Run(
      "HSET px-1:state state disabled\n"
      "SADD px-2:A 127.0.0.1\n"
      "HSET ftp.example.org:WEIGHTS px-9 50\n"
      "HSET px-3:STATE state disable\n"
      "SADD a..example.org:GROUPS px-1\n"
      "SET session:state other");
  const CommandResult doctor = ana.Run("doctor");
  INFO(doctor.output);
  CHECK(Holds(doctor.output, "\"px-1:state\""));
  CHECK(Holds(doctor.output, "RENAME it to \"px-1:STATE\", or DEL it"));
  CHECK(Holds(doctor.output, "px-2:A: 127.0.0.1"));
  CHECK(Holds(doctor.output, "SREM px-2:A 127.0.0.1"));
  CHECK(Holds(doctor.output, "has a weight for \"px-9\""));
  CHECK(Holds(doctor.output, "\"disable\""));
  CHECK(Holds(doctor.output, "\"a..example.org:GROUPS\""));
  CHECK_FALSE(Holds(doctor.output, "session"));
}

}  // namespace
}  // namespace groupring::testing
