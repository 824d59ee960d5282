// `groupring simulate` and the population that it begins with.
#include <fstream>
#include <iterator>
#include <string>

#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/groupring_server.h"
#include "tests/support/process.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {
namespace {

std::string TextOf(const std::string& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// The course of events that the page shows.
std::string CourseOfPage() {
  const std::string page =
      TextOf(GROUPRING_SOURCE_DIR "/backend/simulate/README.md");
  const size_t begin = page.find("    0    name add-group");
  REQUIRE(begin != std::string::npos);
  return page.substr(begin, page.find("\n\n", begin) - begin) + "\n";
}

TEST_CASE(
    "simulate: a generated population goes through the course of the page") {
  Operator ana;
  const TempDirectory directory;
  const std::string population = directory / "new/population";
  const CommandResult made =
      RunCommand({GroupringProgram(), "simulate-population", "--clients", "300",
                  population});
  REQUIRE(made.status == 0);
  const std::string plot = directory / "load.svg";
  const std::string words =
      "simulate --clients " + population + "/clients --resolvers " +
      population + "/resolvers --labels " + population + "/labels --events " +
      directory.Write("events", CourseOfPage());
  const auto before = ana.AllKeys();
  const CommandResult table = ana.Run(words + " --svg " + plot);
  CAPTURE(table.output);
  REQUIRE(table.status == 0);
  CHECK(Holds(table.output, "ftp.example.org for 5h"));
  CHECK(Holds(table.output, "no ECS, 64 egress, labelled"));
  CHECK(Holds(table.output, "group drain g1 --over 30m"));
  CHECK(Holds(TextOf(plot), "</svg>"));
  const CommandResult csv = ana.Run(words + " --csv");
  REQUIRE(csv.status == 0);
  CHECK(csv.output.starts_with(
      "repeats,from_second,to_second,kind,repeats,same_group\n"));
  CHECK(ana.AllKeys() == before);
}

TEST_CASE("simulate: a population that cannot be written is not") {
  const TempDirectory directory;
  const std::string file = directory.Write("file", "");
  const CommandResult refused =
      RunCommand({GroupringProgram(), "simulate-population", file});
  CHECK(refused.status != 0);
  CHECK(Holds(refused.output + refused.errors, file));
}

}  // namespace
}  // namespace groupring::testing
