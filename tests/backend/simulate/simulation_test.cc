#include "backend/simulate/simulation.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "backend/report/simulation_report.h"
#include "backend/simulate/generator.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

const Lines kTenGroups = {"0 name add-group ftp.example.org g1 --create",
                          "0 name add-group ftp.example.org g2 --create",
                          "0 name add-group ftp.example.org g3 --create",
                          "0 name add-group ftp.example.org g4 --create",
                          "0 name add-group ftp.example.org g5 --create",
                          "0 name add-group ftp.example.org g6 --create",
                          "0 name add-group ftp.example.org g7 --create",
                          "0 name add-group ftp.example.org g8 --create",
                          "0 name add-group ftp.example.org g9 --create",
                          "0 name add-group ftp.example.org g10 --create"};

Lines With(Lines lines, const Lines& more) {
  lines.insert(lines.end(), more.begin(), more.end());
  return lines;
}

// A resolver of each kind, and forty clients of each that ask often; half of
// those that ask themselves or by ECS have IPv6, too.
SimulationInput Input(const Lines& events) {
  Lines resolvers = {"one plain 192.0.2.0/24"};
  std::string farm = "farm plain";
  std::string labelled = "labelled plain";
  std::string ecs = "ecs ecs";
  for (int i = 0; i < 16; ++i) {
    farm += " 198.18." + std::to_string(i) + ".0/24";
    labelled += " 198.19." + std::to_string(i) + ".0/24";
    ecs += " 198.51." + std::to_string(i) + ".0/24";
  }
  resolvers.insert(resolvers.end(), {farm, labelled, ecs});
  Lines clients;
  for (const std::string resolver : {"one", "farm", "labelled", "ecs", "-"}) {
    for (int i = 0; i < 40; ++i) {
      const auto number = std::to_string(clients.size());
      std::string line =
          "c" + number + " " + resolver + " 60 203." + number + ".0.0/24";
      if (i % 2 == 0) line += " 2001:db8:" + number + "::/48";
      clients.push_back(line);
    }
  }
  SimulationInput input;
  input.clients = ParseClients(clients).value();
  input.resolvers = ParseResolvers(resolvers).value();
  input.events = ParseEvents(events).value();
  return input;
}

SimulationResult Run(const SimulationInput& input) {
  Mt19937Random random(3);
  const auto result = Simulate(input, &random);
  INFO(result.status().ToString());
  REQUIRE(result.ok());
  return *result;
}

// Labels of the resolver `labelled`, and of each client with two networks.
Lines Labels() {
  Lines lines = {"0 affinity add 198.19.0.0/20 --label labelled"};
  for (int i = 0; i < 200; i += 2) {
    const auto number = std::to_string(i);
    lines.push_back("0 affinity add 203." + number +
                    ".0.0/24 2001:db8:" + number + "::/48 --label c" + number);
  }
  return lines;
}

TEST_CASE("without labels the networks of a resolver meet many groups") {
  const SimulationResult result = Run(Input(kTenGroups));
  CHECK(result.name == "ftp.example.org");
  CHECK(result.seconds == 3600);
  CHECK(result.repeats.at("no ECS, 1 egress").Ratio() == 1);
  CHECK(result.repeats.at("ECS").Ratio() == 1);
  CHECK(result.repeats.at("asks itself").Ratio() == 1);
  const Repeats farm = result.repeats.at("no ECS, 16 egress");
  CHECK(farm.all > 3000);
  CHECK(farm.Ratio() < 0.4);
  // The two networks of a client meet one group now and then.
  CHECK(result.repeats.at("ECS, 2 networks").Ratio() < 0.8);
}

TEST_CASE("with labels every question meets the group of the one before") {
  const SimulationResult result = Run(Input(With(kTenGroups, Labels())));
  CHECK(result.repeats.at("no ECS, 16 egress, labelled").Ratio() == 1);
  CHECK(result.repeats.at("ECS, 2 networks, labelled").Ratio() == 1);
  CHECK(result.repeats.at("asks itself, 2 networks, labelled").Ratio() == 1);
  CHECK(result.repeats.at("no ECS, 16 egress").Ratio() < 0.4);
}

TEST_CASE("labels of a file are there from the start") {
  SimulationInput input = Input(kTenGroups);
  input.labels = {"# egress", "198.18.0.0/20 farm"};
  CHECK(Run(input).repeats.at("no ECS, 16 egress, labelled").Ratio() == 1);
  input.labels = {"nonsense farm"};
  Mt19937Random random(3);
  CHECK(std::string(Simulate(input, &random).status().message())
            .starts_with("labels, line 1: "));
}

TEST_CASE("clients of a group move when it dies, and back when it returns") {
  const SimulationResult result = Run(Input(
      With(With(kTenGroups, Labels()), {"20m kill g1", "40m return g1"})));
  REQUIRE(result.intervals.size() == 3);
  const auto& [start, dead, back] =
      std::tie(result.intervals[0], result.intervals[1], result.intervals[2]);
  CHECK(start.events.empty());
  CHECK(dead.events == Lines{"kill g1"});
  CHECK(dead.from == 1200);
  CHECK(dead.to == 2400);
  CHECK(back.moved_back > 0);
  CHECK(back.moved_back <= back.moved);
  // While it is dead nobody is answered it, but from caches for a TTL.
  const auto& load = result.load.questions.at("g1");
  uint64_t while_dead = 0;
  for (size_t part = 11; part < 19; ++part) while_dead += load[part];
  CHECK(while_dead == 0);
  CHECK(load[5] > 0);
  CHECK(load[40] > 0);
}

TEST_CASE("a group that is drained loses its clients one after the other") {
  const SimulationResult result =
      Run(Input(With(kTenGroups, {"10m group drain g1 --over 30m",
                                  "50m name set ftp.example.org TTL=5"})));
  const auto& load = result.load.questions.at("g1");
  uint64_t early = 0;
  uint64_t late = 0;
  for (size_t part = 0; part < 4; ++part) early += load[part];
  for (size_t part = 20; part < 44; ++part) late += load[part];
  CHECK(early > 0);
  CHECK(late == 0);
  CHECK(result.ttl_seconds == 5);
}

TEST_CASE("a balance goes by the questions that were asked before it") {
  // Of 2000 clients a tenth asks ten times as often as the others.
  SimulationInput input;
  Lines clients;
  for (int i = 0; i < 2000; ++i) {
    clients.push_back(
        "c" + std::to_string(i) + (i % 10 == 0 ? " - 20" : " - 2") + " 10." +
        std::to_string(i / 256) + "." + std::to_string(i % 256) + ".0/24");
  }
  input.clients = ParseClients(clients).value();
  const auto spread_with = [&](const Lines& more) {
    input.events = ParseEvents(With(kTenGroups, more)).value();
    input.seconds = 5 * 3600;
    const SimulationResult result = Run(input);
    // Of the last three hours, from the least to the most of a group.
    uint64_t least = result.questions;
    uint64_t most = 0;
    for (const auto& [group, parts] : result.load.questions) {
      uint64_t sum = 0;
      for (size_t part = 20; part < kLoadParts; ++part) sum += parts[part];
      least = std::min(least, sum);
      most = std::max(most, sum);
    }
    return static_cast<double>(most) / static_cast<double>(least);
  };
  const double before = spread_with({});
  const double after =
      spread_with({"1h balance ftp.example.org --apply --over 30m"});
  CAPTURE(before, after);
  CHECK(before > 1.3);
  CHECK(after < 1.1);
}

TEST_CASE("equal input gives an equal simulation") {
  const SimulationInput input = Input(With(kTenGroups, {"20m kill g1"}));
  CHECK(SimulationCsv(Run(input)) == SimulationCsv(Run(input)));
}

TEST_CASE("what cannot be simulated is refused, with where it stands") {
  const auto error = [](const SimulationInput& input) {
    Mt19937Random random(3);
    return std::string(Simulate(input, &random).status().message());
  };
  CHECK(error(Input(With(kTenGroups, {"5m group disable g77"})))
            .starts_with("events, line 11: "));
  CHECK(error(Input(With(kTenGroups, {"5m dance"}))).find("nothing that can") !=
        std::string::npos);
  CHECK(error(Input(With(kTenGroups, {"5m group drain g1"}))).find("--over") !=
        std::string::npos);
  CHECK(error(Input(With(kTenGroups, {"5m balance ftp.example.org"})))
            .find("--apply is missing") != std::string::npos);
  CHECK(error(Input(With(kTenGroups, {"0 balance ftp.example.org --apply"})))
            .find("no questions have been counted") != std::string::npos);
  CHECK(error(Input(With(kTenGroups, {"5m snapshot accept"})))
            .find("nothing that can") != std::string::npos);
  CHECK(error(Input({})).find("there are 0 names with groups") !=
        std::string::npos);
  SimulationInput unknown = Input(kTenGroups);
  unknown.resolvers.clear();
  CHECK(error(unknown).find("client c0 asks the resolver one, which is not") !=
        std::string::npos);
  SimulationInput long_one = Input(kTenGroups);
  long_one.seconds = 30 * 86400;
  for (SimulatedClient& client : long_one.clients) {
    client.questions_per_hour = 1000;
  }
  CHECK(error(long_one).find("questions, more than") != std::string::npos);
}

TEST_CASE("lines of files that make no sense are named") {
  CHECK(ParseClients({"# x", "a b 4"}).status().message().find("line 2") == 0);
  CHECK_FALSE(ParseClients({"a - zero 192.0.2.0/24"}).ok());
  CHECK_FALSE(ParseClients({"a - 4 nonsense"}).ok());
  CHECK_FALSE(ParseClients({}).ok());
  CHECK_FALSE(ParseResolvers({"a maybe 192.0.2.0/24"}).ok());
  CHECK_FALSE(ParseEvents({"soon kill g1"}).ok());
  CHECK_FALSE(ParseEvents({"5m"}).ok());
  const auto events = ParseEvents({"10m kill g2", "0 kill g1 # first"});
  REQUIRE(events.ok());
  CHECK(events->at(0).words == Lines{"kill", "g1"});
  CHECK(events->at(1).second == 600);
}

TEST_CASE("reports have every kind, event and group, and nothing unescaped") {
  const SimulationResult result = Run(Input(With(kTenGroups, {"20m kill g1"})));
  const std::string text = SimulationText(result);
  CHECK(text.find("no ECS, 16 egress") != std::string::npos);
  CHECK(text.find("kill g1") != std::string::npos);
  CHECK(text.find("g10") != std::string::npos);
  const std::string csv = SimulationCsv(result);
  CHECK(csv.starts_with("repeats,from_second,to_second,kind,"));
  CHECK(csv.find("interval,1200,4800,") != std::string::npos);
  const std::string svg = SimulationSvg(result);
  CHECK(svg.starts_with("<svg "));
  CHECK(svg.ends_with("</svg>\n"));
  CHECK(svg.find(">1  20m  kill g1<") != std::string::npos);
}

TEST_CASE("a generated population can be simulated, and labels help it") {
  Mt19937Random random(1);
  const GeneratedPopulation made = GenerateTypical(2000, &random);
  const auto lines = [](const std::string& text) {
    Lines all;
    for (size_t at = 0; at < text.size();) {
      const size_t end = text.find('\n', at);
      all.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    return all;
  };
  SimulationInput input;
  input.clients = ParseClients(lines(made.clients)).value();
  input.resolvers = ParseResolvers(lines(made.resolvers)).value();
  input.events = ParseEvents(kTenGroups).value();
  CHECK(input.clients.size() == 2000);
  const SimulationResult result = Run(input);
  CHECK(result.clients.size() >= 6);
  CHECK(result.repeats.at("no ECS, 64 egress").Ratio() < 0.3);
  CHECK(result.repeats.at("no ECS, 1 egress").Ratio() == 1);
}

}  // namespace
}  // namespace groupring::backend
