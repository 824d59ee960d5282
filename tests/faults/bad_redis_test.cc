// Redis is there and refuses, or holds what makes no sense.
#include <string>

#include "tests/faults/stage.h"
#include "tests/support/catch.h"
#include "tests/support/sample_data.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

TEMPLATE_TEST_CASE("faults: Redis is out of memory", "", EVERY_HOST) {
  auto stage = FaultStage::For(TestType());
  stage.redis().Run("CONFIG SET maxmemory 1");
  stage.Endure();
  stage.redis().Run("CONFIG SET maxmemory 0");
  stage.Conclude("out of memory", stage.SeesChanges());
}

TEMPLATE_TEST_CASE("faults: Redis becomes a read-only replica", "",
                   EVERY_HOST) {
  auto stage = FaultStage::For(TestType());
  // Of a master that nobody can reach.
  stage.redis().Run("REPLICAOF 127.0.0.1 1");
  stage.Endure();
  stage.redis().Run("REPLICAOF NO ONE");
  stage.Conclude("read-only replica", stage.SeesChanges());
}

TEMPLATE_TEST_CASE("faults: keys of a wrong type", "", EVERY_HOST) {
  auto stage = FaultStage::For(TestType());
  stage.redis().Run(
      "SET files.example.org:GROUPS nonsense\nSET example.org:CONFIG nonsense\n"
      "SET files.example.org:WEIGHTS nonsense\nSET alpha:STATE disabled\n"
      "SET files.example.org:A:SKIPLIST nonsense\n"
      "SET alpha:A nonsense\nSET alpha:AAAA nonsense");
  stage.Endure();
  // As one transaction: a name that is gone for a moment is "no such name" for
  // as long as PowerDNS remembers it.
  stage.redis().Run(
      "MULTI\nDEL files.example.org:GROUPS example.org:CONFIG "
      "files.example.org:WEIGHTS alpha:STATE files.example.org:A:SKIPLIST "
      "alpha:A alpha:AAAA\n" +
      SampleData(false) + "\nEXEC");
  stage.Conclude("wrong types in our keys", stage.SeesChanges());
}

}  // namespace
}  // namespace groupring::testing
