#include "backend/program/change_command.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <set>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "backend/change/operands.h"
#include "backend/change/operations.h"
#include "backend/control/executor.h"
#include "backend/doctor/dns_probe.h"
#include "backend/doctor/group_probe.h"
#include "backend/program/console.h"
#include "backend/program/control_session.h"
#include "backend/program/line_input.h"
#include "backend/program/local_command.h"
#include "backend/report/outcome_report.h"
#include "backend/state/state_file.h"
#include "redis/base/clock.h"
#include "redis/base/printable.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/keys.h"

namespace groupring::backend {
namespace {

std::string User() {
  // Below sudo the effective user is root.
  const char* sudo_user = std::getenv("SUDO_USER");
  if (sudo_user != nullptr && *sudo_user != '\0') return sudo_user;
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  if (getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) ==
          0 &&
      found != nullptr) {
    return found->pw_name;
  }
  return std::to_string(geteuid());
}

std::string Host() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

// "ana@ns1", for the audit: the user, behind sudo the one who called it, and
// the host.
std::string OperatorName() { return Printable(User() + "@" + Host()); }

// How long a name server has for an answer.
constexpr std::chrono::milliseconds kDnsTimeout{2000};

// As on the command line.
struct ChangeOptions {
  std::string reason;
  std::string until;
  std::string wait;  // "", "nodes", "expired" or "filled"
  std::string dns;   // name servers, separated by commas
  std::string timeout = "30s";
  bool dry_run = false;
  bool force = false;
  bool json = false;
};

std::vector<CommandParameter> ChangeParameters(bool plan) {
  using Kind = CommandParameter::Kind;
  std::vector<CommandParameter> parameters = {
      {Kind::kFlag, "--json", "Print JSON instead of prose"},
      {Kind::kOption, "--reason", "Why, for the audit", "TEXT"},
      {Kind::kOption, kUntilOption,
       "When it is enabled again by itself: +4h, 2d or "
       "2026-10-07T13:12:03Z (group disable, drain and fill, address disable, "
       "health pause)",
       "TIME"},
      {Kind::kOption, "--clients",
       "Count these clients, too: a list of networks with or without weights, "
       "or a log of PowerDNS, an FTP daemon or HAProxy; - is standard input",
       "FILE"}};
  if (plan) return parameters;
  parameters.insert(
      parameters.end(),
      {{Kind::kFlag, "--dry-run", "Show what it would change; write nothing"},
       {Kind::kFlag, kForceOption,
        "Make the change even if an interlock objects"},
       {Kind::kValuedFlag, "--wait{nodes}",
        "Wait until every live node answers by the change; --wait=expired "
        "goes on until the last answer cached before it has expired (group "
        "disable and drain, address disable), --wait=filled until the ramp is "
        "over (group fill)"},
       {Kind::kOption, "--dns",
        "Name servers that are asked before a group is called safe, besides "
        "those of groupring:nameservers: 192.0.2.53,192.0.2.54:53",
        "ADDRESSES"},
       {Kind::kOption, "--timeout", "How long to wait for the nodes",
        "DURATION", ChangeOptions().timeout}});
  return parameters;
}

// What ChangeParameters were given.
ChangeOptions OptionsOf(const Arguments& given, bool plan) {
  ChangeOptions options;
  options.reason = given.Text("--reason");
  options.until = given.Text(kUntilOption);
  options.json = given.Has("--json");
  options.dry_run = plan || given.Has("--dry-run");
  if (plan) return options;
  options.force = given.Has(kForceOption);
  options.wait = given.Text("--wait");
  options.dns = given.Text("--dns");
  options.timeout = given.Text("--timeout");
  return options;
}

struct Waiting {
  WaitFor wait = WaitFor::kNothing;
  std::chrono::milliseconds timeout{0};
};

std::vector<std::string> ServersOf(const std::string& dns) {
  std::vector<std::string> servers;
  for (const absl::string_view server :
       absl::StrSplit(dns, ',', absl::SkipWhitespace())) {
    servers.emplace_back(absl::StripAsciiWhitespace(server));
  }
  return servers;
}

absl::StatusOr<Waiting> ParseWaiting(const ChangeOptions& options,
                                     const Operation& operation) {
  Waiting waiting;
  if (options.wait == "nodes") {
    waiting.wait = WaitFor::kNodes;
  } else if (options.wait == "expired") {
    waiting.wait = WaitFor::kExpiry;
  } else if (options.wait == "filled") {
    waiting.wait = WaitFor::kFilled;
  } else if (!options.wait.empty()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--wait=%s: expected --wait (until every node answers by the change), "
        "--wait=expired (until the last cached answer has expired, too) or "
        "--wait=filled (until a fill is over)",
        Printable(options.wait)));
  }
  if (waiting.wait == WaitFor::kFilled &&
      operation.kind != redis::ChangeKind::kGroupFill) {
    return absl::InvalidArgumentError(
        "--wait=filled: expected only with group fill, whose ramp comes to an "
        "end; --wait goes with every change");
  }
  if (waiting.wait == WaitFor::kExpiry && !operation.takes_out) {
    return absl::InvalidArgumentError(
        "--wait=expired: expected only with group disable, group drain and "
        "address disable, which take something out of service; --wait goes "
        "with every change");
  }
  if (!options.dns.empty() && waiting.wait != WaitFor::kExpiry) {
    return absl::InvalidArgumentError(
        "--dns: expected only with --wait=expired, before whose end the name "
        "servers are asked");
  }
  for (const std::string& server : ServersOf(options.dns)) {
    const absl::Status address = CheckServerAddress(server);
    if (!address.ok()) {
      return absl::InvalidArgumentError(
          "--dns: " + Printable(std::string(address.message())));
    }
  }
  if (!options.until.empty() && !operation.ends_by_itself) {
    return absl::InvalidArgumentError(
        "--until: expected only with group disable, drain and fill, address "
        "disable and health pause: nothing else ends by itself");
  }
  const absl::StatusOr<int64_t> timeout =
      ParseDuration(options.timeout, "--timeout");
  if (!timeout.ok()) return timeout.status();
  waiting.timeout = std::chrono::seconds(*timeout);
  return waiting;
}

void PrintSentences(const std::vector<std::string>& sentences) {
  for (const std::string& sentence : sentences) PrintProse(sentence + "\n");
}

// Asks the servers of `--dns` and of groupring:nameservers.
AskServers AskServersOf(std::vector<std::string> servers, ControlStore* store) {
  return [servers = std::move(servers), store](
             const redis::GroupData& group,
             const Snapshot& snapshot) -> std::vector<Obstacle> {
    const auto known = store->Members(std::string(redis::kNameServersKey));
    if (!known.ok()) {
      Obstacle unreadable;
      unreadable.kind = Obstacle::Kind::kServerDoesNotAnswer;
      unreadable.server = std::string(redis::kNameServersKey);
      unreadable.detail = std::string(known.status().message());
      return {unreadable};
    }
    std::set<std::string> all(servers.begin(), servers.end());
    all.insert(known->begin(), known->end());
    if (all.empty()) return {};
    const std::vector<GroupQuestion> questions =
        QuestionsFor(snapshot, group.name);
    if (questions.empty()) {
      PrintProse(Printable(group.name) +
                 " is on no name, so there is nothing to ask name servers "
                 "about it\n");
    }
    return ProbeGroup(group, questions, {all.begin(), all.end()}, kDnsTimeout);
  };
}

int Conclude(const absl::Status& awaited, const ChangeOptions& options,
             Outcome* outcome) {
  if (!awaited.ok()) outcome->exit_status = kExitFailed;
  const bool vouched_by_nodes = outcome->exit_status == kExitDone;
  if (vouched_by_nodes &&
      outcome->replicated.state == redis::Replicated::State::kUnconfirmed) {
    outcome->exit_status = kExitDegraded;
  }
  if (options.json) {
    Print(OutcomeJson(*outcome));
  } else {
    Print(NodesText(*outcome));
  }
  PrintProse(ConclusionText(*outcome, options.timeout, vouched_by_nodes));
  if (!awaited.ok()) Fail(awaited);
  return outcome->exit_status;
}

// What the file holds that the operation takes, if it takes one.
absl::StatusOr<std::shared_ptr<const SavedData>> FileFor(
    const Operation& operation, const Arguments& given) {
  const bool takes_file =
      std::any_of(operation.parameters.begin(), operation.parameters.end(),
                  [](const CommandParameter& parameter) {
                    return parameter.name == kFileOperand;
                  });
  if (!takes_file) return nullptr;
  absl::StatusOr<SavedDataset> saved =
      ReadStateFile(given.Text(kFileOperand), std::chrono::milliseconds(0),
                    SystemClock().UnixMillis());
  if (!saved.ok()) return saved.status();
  return std::make_shared<const SavedData>(
      SavedData{std::move(saved->dataset), saved->saved_unix_millis});
}

bool HasFlag(const Arguments& given, const char* name) {
  const auto found = given.values.find(name);
  return found != given.values.end() && found->second.is_set;
}

int RunHere(const Operation& operation, const Arguments& given,
            const ChangeOptions& options) {
  if (options.dry_run || options.force || options.json ||
      !options.wait.empty() || !options.dns.empty()) {
    return Fail(absl::InvalidArgumentError(
        "--local: expected with --until and --reason only: what it changes is "
        "on the node, not in Redis"));
  }
  const bool disables = operation.kind == redis::ChangeKind::kGroupDisable;
  return ChangeHere(given, disables ? &options.until : nullptr, OperatorName(),
                    options.reason);
}

// What is said for programs, or about single clients, lists all names.
NamesWanted NamesFor(const Operation& operation, const Arguments& given,
                     const ChangeOptions& options) {
  if (options.json || !given.Text("--clients").empty()) {
    return NamesWanted::kAll;
  }
  switch (operation.kind) {
    case redis::ChangeKind::kGroupEnable:
    case redis::ChangeKind::kGroupDisable:
    case redis::ChangeKind::kGroupDrain:
    case redis::ChangeKind::kGroupFill:
      return NamesWanted::kAlike;
    default:
      return NamesWanted::kAll;
  }
}

int RunChange(const Operation& operation, const Arguments& given, bool plan) {
  const ChangeOptions options = OptionsOf(given, plan);
  if (HasFlag(given, kLocalOption)) return RunHere(operation, given, options);
  const absl::StatusOr<Waiting> waiting = ParseWaiting(options, operation);
  if (!waiting.ok()) return Fail(waiting.status());
  auto saved = FileFor(operation, given);
  if (!saved.ok()) return Fail(saved.status());
  const bool shows_only =
      operation.asks_for != nullptr && !given.Has(operation.asks_for);
  const auto opened =
      OpenSession(ProgramOptions(given), NamesFor(operation, given, options));
  if (!opened.ok()) return Fail(opened.status());
  ControlSession& session = **opened;
  ControlStore* const store = session.store.get();

  ExecuteOptions execute;
  execute.who = OperatorName();
  execute.reason = options.reason;
  execute.dry_run = options.dry_run || shows_only;
  execute.saved = *std::move(saved);
  if (const auto list = given.values.find(kLinesOperand);
      list != given.values.end()) {
    auto lines = AllLines(list->second.text);
    if (!lines.ok()) return Fail(lines.status());
    execute.lines = *std::move(lines);
  }
  if (!given.Text("--clients").empty()) {
    auto clients = ReadPopulation(given.Text("--clients"));
    if (!clients.ok()) return Fail(clients.status());
    execute.clients = *std::move(clients);
  }
  execute.force = options.force;
  execute.limits = session.limits;
  execute.alike = [&session] { return session.store->Alike(); };
  absl::StatusOr<Outcome> outcome =
      Execute(operation, given, execute, store, &session.clock);
  if (!outcome.ok()) {
    MentionComplaints(session);
    return Fail(outcome.status());
  }

  // Values that are read more than once have a complaint each time.
  const std::set<std::string> malformed(session.complaints.begin(),
                                        session.complaints.end());
  outcome->malformed.assign(malformed.begin(), malformed.end());

  if (!options.json) Print(OutcomeText(*outcome, OutputColours()));
  PrintProse(MalformedText(*outcome));
  PrintSentences(RemarkTexts(*outcome));
  PrintProse(RefusalText(*outcome));
  if (shows_only && outcome->result == Result::kPlanned) {
    PrintProse(
        absl::StrFormat("nothing is written without %s\n", operation.asks_for));
  }
  if (outcome->exit_status != kExitDone) {
    if (options.json) Print(OutcomeJson(*outcome));
    return outcome->exit_status;
  }
  const absl::Status awaited = Await(
      waiting->wait, waiting->timeout, store,
      AskServersOf(ServersOf(options.dns), store), &session.clock,
      [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); },
      [](const std::string& news) { PrintProse(news + "\n"); }, &*outcome);
  return Conclude(awaited, options, &*outcome);
}

}  // namespace

std::vector<Command> ChangeCommands(
    const std::vector<CommandParameter>& program_options) {
  std::vector<Command> commands;
  for (const Operation& operation : Operations()) {
    const auto add = [&](const std::string& path, bool plan) {
      std::vector<CommandParameter> parameters = program_options;
      for (const auto& more : {ChangeParameters(plan), operation.parameters}) {
        parameters.insert(parameters.end(), more.begin(), more.end());
      }
      commands.push_back({path, operation.help, std::move(parameters),
                          [operation, plan](const Arguments& given) {
                            return RunChange(operation, given, plan);
                          }});
    };
    const std::string path(ToText(operation.kind));
    const std::string verb = path.substr(path.rfind(' ') + 1);
    add(path, false);
    if (operation.plan != PlanPaths::kNone) add("plan " + path, true);
    if (operation.plan == PlanPaths::kLongAndShort) add("plan " + verb, true);
  }
  return commands;
}

}  // namespace groupring::backend
