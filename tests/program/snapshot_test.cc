// `groupring snapshot export` and `restore`: from a node's file into Redis.
#include <map>
#include <string>

#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

// Everything but what commands keep for themselves.
std::map<std::string, std::string> DataOf(Operator* ana) {
  std::map<std::string, std::string> data = ana->AllKeys();
  std::erase_if(data, [](const auto& entry) {
    return entry.first.starts_with("groupring:");
  });
  return data;
}

TEST_CASE("snapshot: what Redis held is put back, as it was") {
  const TempDirectory scratch;
  const std::string file = scratch / "saved";
  Operator ana;
  ana.redis().Run(
      "HSET px-1:STATE state draining start 1700000000 duration 60\n"
      "HSET px-2:DISABLED 203.0.113.3 \"until=4070908800 reason=disk\"\n"
      "SADD ftp.example.org:A:SKIPLIST 203.0.113.1 198.51.100.0/24");
  REQUIRE(ana.Run("snapshot export --redis " + file).status == 0);
  const std::string groups = ana.Run("group list --json").output;
  const std::string names = ana.Run("name list --json").output;
  CHECK(ana.Run("snapshot export --redis " + file).status == 1);

  ana.redis().Run("FLUSHALL");
  // Without --yes nothing is written.
  CHECK(Holds(ana.Run("snapshot restore " + file).errors,
              "nothing is written without --yes"));
  CHECK(DataOf(&ana).empty());
  CHECK(ana.Run("snapshot restore --yes --reason flushed " + file).status == 0);
  CHECK(ana.Run("group list --json").output == groups);
  CHECK(ana.Run("name list --json").output == names);
  CHECK(Holds(ana.Run("audit").output, "flushed"));

  // What is there is only overwritten with --force.
  const auto restored = DataOf(&ana);
  ana.redis().Run("SADD px-1:A 203.0.113.99\nDEL px-2:DISABLED");
  const CommandResult refused = ana.Run("snapshot restore --yes " + file);
  CHECK(refused.status == 3);
  CHECK(Holds(refused.errors, "would be changed or removed"));
  CHECK(ana.Run("snapshot restore --yes --force " + file).status == 0);
  CHECK(DataOf(&ana) == restored);
  CHECK(Holds(ana.Run("snapshot restore --yes " + file).errors,
              "Redis holds what the file does already"));
}

TEST_CASE("snapshot: a node's file survives the loss of everything in Redis") {
  const TempDirectory scratch;
  const std::string file = scratch / "saved";
  Operator ana;
  const GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  const auto run = [&](const std::string& line) {
    return ana.Run(line, node.settings().file());
  };
  REQUIRE(WaitUntil(
      [&] { return run("snapshot export --force " + file).status == 0; }));
  ana.redis().Run("FLUSHALL");
  REQUIRE(WaitUntil(
      [&] { return Holds(ana.Run("snapshot show").output, "doubted"); }));
  // The node still has it, whatever Redis holds.
  CHECK(run("snapshot export --force " + file).status == 0);
  CHECK(ana.Run("snapshot restore --yes " + file).status == 0);
  CHECK(WaitUntil(
      [&] { return Holds(ana.Run("snapshot show").output, "live"); }));
}

TEST_CASE("snapshot: what is no saved data is refused, saying what is wrong") {
  const TempDirectory scratch;
  Operator ana;
  const std::string file = scratch.Write("junk", "groupring-state 2 00 5 6\nx");
  CHECK(Holds(ana.Run("snapshot restore --yes " + file).errors, "it is torn"));
  CHECK(Holds(ana.Run("snapshot restore " + scratch / "none").errors,
              "No such file or directory"));
  CHECK(Holds(ana.Run("snapshot export " + scratch / "out").errors,
              "cannot be read"));
}

}  // namespace
}  // namespace groupring::testing
