// `groupring simulate`: a population and a course of events, without a Redis.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/change/operands.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"
#include "backend/program/control_session.h"
#include "backend/program/line_input.h"
#include "backend/report/simulation_report.h"
#include "backend/simulate/generator.h"
#include "backend/simulate/simulation.h"
#include "redis/base/printable.h"
#include "redis/schema/raw_value.h"

namespace groupring::backend {
namespace {

absl::Status In(const std::string& file, const absl::Status& status) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: %s", Printable(file), std::string(status.message())));
}

// Parses the lines of a file; of no file there are none.
template <typename Parsed>
absl::Status ParseFile(const std::string& file,
                       absl::StatusOr<Parsed> (*parse)(const Lines&),
                       Parsed* parsed) {
  if (file.empty()) return absl::OkStatus();
  const auto lines = AllLines(file);
  if (!lines.ok()) return lines.status();
  absl::StatusOr<Parsed> result = parse(**lines);
  if (!result.ok()) return In(file, result.status());
  *parsed = *std::move(result);
  return absl::OkStatus();
}

absl::Status WriteText(const std::string& file, const std::string& text) {
  std::FILE* const stream = std::fopen(file.c_str(), "we");
  bool written = stream != nullptr;
  if (written) {
    written = std::fwrite(text.data(), 1, text.size(), stream) == text.size();
    written = std::fclose(stream) == 0 && written;
  }
  if (written) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrFormat("%s: %s", Printable(file), std::strerror(errno)));
}

// The data that a simulation begins with: what Redis holds, or nothing.
absl::StatusOr<redis::Dataset> StartOf(const Arguments& arguments) {
  if (!arguments.Has("--redis")) return redis::Dataset();
  const auto session = OpenSession(ProgramOptions(arguments));
  if (!session.ok()) return session.status();
  absl::StatusOr<Reading> reading = ReadEverything(session->get());
  if (!reading.ok()) return reading.status();
  return std::move(reading->dataset);
}

absl::Status RunSimulation(const Arguments& arguments) {
  SimulationInput input;
  absl::Status read =
      ParseFile(arguments.Text("--clients"), &ParseClients, &input.clients);
  if (!read.ok()) return read;
  read = ParseFile(arguments.Text("--resolvers"), &ParseResolvers,
                   &input.resolvers);
  if (!read.ok()) return read;
  read = ParseFile(arguments.Text("--events"), &ParseEvents, &input.events);
  if (!read.ok()) return read;
  if (const std::string& labels = arguments.Text("--labels"); !labels.empty()) {
    const auto lines = AllLines(labels);
    if (!lines.ok()) return lines.status();
    input.labels = **lines;
  }
  input.name = arguments.Text("--name");
  if (const std::string& time = arguments.Text("--for"); !time.empty()) {
    const auto seconds = ParseDuration(time, "--for");
    if (!seconds.ok()) return seconds.status();
    input.seconds = *seconds;
  }
  const auto seed =
      redis::ParseWholeNumber(arguments.Text("--seed"), 0, int64_t{1} << 62);
  if (!seed) {
    return absl::InvalidArgumentError("--seed: expected a whole number");
  }
  auto start = StartOf(arguments);
  if (!start.ok()) return start.status();
  input.start = *std::move(start);
  Mt19937Random random(static_cast<uint64_t>(*seed));
  const absl::StatusOr<SimulationResult> result = Simulate(input, &random);
  if (!result.ok()) return result.status();
  if (const std::string& svg = arguments.Text("--svg"); !svg.empty()) {
    const absl::Status written = WriteText(svg, SimulationSvg(*result));
    if (!written.ok()) return written;
  }
  Print(arguments.Has("--csv") ? SimulationCsv(*result)
                               : SimulationText(*result));
  return absl::OkStatus();
}

int RunSimulate(const Arguments& arguments) {
  const absl::Status status = RunSimulation(arguments);
  return status.ok() ? kExitDone : Fail(status);
}

int GeneratePopulation(const Arguments& arguments) {
  const std::string& directory = arguments.Text("directory");
  const auto clients = redis::ParseWholeNumber(arguments.Text("--clients"), 1,
                                               kMostGeneratedClients);
  if (!clients) {
    return Fail(absl::InvalidArgumentError(absl::StrFormat(
        "--clients: expected a number from 1 to %d", kMostGeneratedClients)));
  }
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    return Fail(absl::UnavailableError(
        absl::StrFormat("%s: %s", Printable(directory), error.message())));
  }
  Mt19937Random random(1);
  const GeneratedPopulation generated =
      GenerateTypical(static_cast<size_t>(*clients), &random);
  for (const auto& [name, text] : {std::pair("clients", &generated.clients),
                                   std::pair("resolvers", &generated.resolvers),
                                   std::pair("labels", &generated.labels)}) {
    const absl::Status written = WriteText(directory + "/" + name, *text);
    if (!written.ok()) return Fail(written);
  }
  PrintProse(absl::StrFormat("written: clients, resolvers and labels in %s\n",
                             Printable(directory)));
  return kExitDone;
}

}  // namespace

std::vector<Command> SimulationCommands(const CommandParameter& config) {
  using Kind = CommandParameter::Kind;
  return {
      {"simulate",
       "Let a population ask through resolvers, over a course of events: who "
       "meets the same group again",
       {config,
        {Kind::kRequiredOption, "--clients",
         "NAME RESOLVER QUESTIONS-AN-HOUR NETWORK..., one to a line", "FILE"},
        {Kind::kOption, "--resolvers",
         "NAME ecs|plain NETWORK..., one to a line", "FILE"},
        {Kind::kRequiredOption, "--events",
         "TIME CHANGE, one to a line: 10m group drain g1 --over 30m; kill g1; "
         "return g1",
         "FILE"},
        {Kind::kOption, "--labels",
         "NETWORK LABEL, one to a line: labels at the start", "FILE"},
        {Kind::kOption, "--name", "The name that is asked", "NAME"},
        {Kind::kFlag, "--redis",
         "Begin with what Redis holds (default: with nothing)"},
        {Kind::kOption, "--for",
         "How long (default: until an hour after the last event)", "DURATION"},
        {Kind::kOption, "--seed", "Of the randomness", "N", "1"},
        {Kind::kFlag, "--csv", "Print CSV instead of tables"},
        {Kind::kOption, "--svg", "Draw the load of each group into this file",
         "FILE"}},
       RunSimulate},
      {"simulate-population",
       "Write clients, resolvers and labels for a simulation to begin with",
       {{Kind::kOption, "--clients", "How many", "N", "10000"},
        {Kind::kOperand, "directory", "Where"}},
       GeneratePopulation},
  };
}

}  // namespace groupring::backend
