// The command line of `groupring`.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/node/options.h"
#include "backend/program/change_command.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"
#include "redis/model/audit_entry.h"

namespace groupring::backend {
namespace {

using Kind = CommandParameter::Kind;

constexpr const char* kCheckOption = "--check";

// Instead of CLI::Range, whose messages differ between its versions.
std::string CountComplaint(const std::string& text) {
  size_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && rest == end &&
      number <= redis::kMaxAuditEntries) {
    return "";
  }
  return absl::StrFormat("%s is no number from 0 to %d", text,
                         redis::kMaxAuditEntries);
}

std::function<int(const Arguments&)> Reads(ReadKind kind) {
  return [kind](const Arguments& arguments) { return Read(arguments, kind); };
}

// Of every command but `completion`.
CommandParameter ConfigOption() {
  return {Kind::kOption, "--config",
          absl::StrFormat("Settings file (default: that of %s in the "
                          "environment, or %s, or its defaults when there is "
                          "none)",
                          kSettingsVariable, kDefaultSettingsFile),
          "FILE"};
}

// One to a line what may stand at the end of a line. Groups and names are
// listed by the commands that list them.
int CompleteWords(CLI::App* root, const Arguments& arguments) {
  const Completion completion = CompleteLine(root, arguments.Texts("words"));
  std::string lines;
  for (const std::string& word : completion.words) lines += word + "\n";
  if (completion.values == Completion::Values::kFiles) lines += ":files\n";
  Print(lines);
  Arguments list;
  list.values["--config"].text = completion.config;
  list.values["--names"].is_set = true;
  list.values["--json"].is_set = false;
  for (const char* const option : {"--after", "--limit"}) list.values[option];
  if (completion.values == Completion::Values::kGroups) {
    return Read(list, ReadKind::kGroupList);
  }
  if (completion.values == Completion::Values::kNames) {
    return ListNames(list);
  }
  return kExitDone;
}

int ShowManual(CLI::App* root, const Arguments& arguments) {
  const std::string& page = arguments.Text("page");
  if (page.empty()) {
    for (const std::string& name : ManualPages(root)) Print(name + "\n");
    return kExitDone;
  }
  const std::string text = ManualPage(root, page);
  if (text.empty()) {
    return Fail(absl::NotFoundError(
        absl::StrFormat("there is no page %s", Printable(page))));
  }
  Print(text);
  return kExitDone;
}

// How shells complete command lines, and what the manual is made of.
std::vector<Command> CommandsAboutCommands(CLI::App* root) {
  const auto prints = [](Shell shell) {
    return [shell](const Arguments&) {
      Print(CompletionScript(shell));
      return kExitDone;
    };
  };
  return {
      {"completion", "A script that completes commands"},
      {"completion bash",
       "For bash: source <(groupring completion bash)",
       {},
       prints(Shell::kBash)},
      {"completion zsh",
       "For zsh: source <(groupring completion zsh)",
       {},
       prints(Shell::kZsh)},
      {"completion fish",
       "For fish: groupring completion fish | source",
       {},
       prints(Shell::kFish)},
      {"completion words",
       "What may stand at the end of a command line",
       {{Kind::kOperands, "words", "The line after the program's name"}},
       [root](const Arguments& given) { return CompleteWords(root, given); },
       true},
      {"manual",
       "A page of the manual in Markdown, or the names of the pages",
       {{Kind::kOptionalOperand, "page", "The page"}},
       [root](const Arguments& given) { return ShowManual(root, given); },
       true},
  };
}

// All other commands but those that change data.
std::vector<Command> Commands() {
  const CommandParameter config = ConfigOption();
  const CommandParameter json{Kind::kFlag, "--json",
                              "Print JSON instead of a table"};
  const CommandParameter check{
      Kind::kFlag, kCheckOption,
      "One line and the exit status of a monitoring plugin: 0 OK, 1 WARNING, "
      "2 CRITICAL, 3 UNKNOWN"};
  const CommandParameter names{Kind::kFlag, "--names",
                               "The names alone, one to a line"};
  return {
      {"serve",
       "Run the daemon: unix sockets and HTTP for PowerDNS",
       {config,
        {Kind::kFlag, "--replace",
         "Take over the sockets and open connections of the daemon that runs "
         "here, if one does, once this one is ready"}},
       Serve},
      {"replace",
       "Have the running daemon start its program again, as after an upgrade "
       "or a change of its settings, and hand everything over; it stays if the "
       "new one fails",
       {config,
        {Kind::kOption, "--timeout",
         "How long the new daemon may take to be ready", "DURATION", "60s"}},
       Replace},
      {"pipe",
       "Run as PowerDNS' coprocess on standard input and output (remote "
       "backend's pipe connector, or pipe backend ABI 1 to 5)",
       {config},
       Pipe},
      {"checker",
       "Run the daemon that probes the addresses of groups, and says in Redis "
       "which are up",
       {config},
       Check},
      {"check-config",
       "Say all that is wrong with the settings file, and what is not there "
       "that it names",
       {config},
       CheckConfig},
      {"group", "Groups in and out of service, their weights"},
      {"group list",
       "All groups and their states",
       {config, json, names},
       Reads(ReadKind::kGroupList)},
      {"group show",
       "One group: state, addresses, names, share of their clients",
       {config, json, {Kind::kOperand, "group", "The group"}},
       Reads(ReadKind::kGroupShow)},
      {"name", "Names, their settings and groups"},
      NameListCommand(config, json, names),
      {"name show",
       "One name: settings, groups, and the share that each answers",
       {config, json, {Kind::kOperand, "name", "The name"}},
       Reads(ReadKind::kNameShow)},
      {"address", "Addresses of groups, and those never answered"},
      {"address list",
       "The addresses of a group, and which are never answered",
       {config,
        json,
        {Kind::kOperand, "group",
         "The group, or a name with addresses of its own"}},
       Reads(ReadKind::kAddressList)},
      {"affinity", "Networks that hash as one client"},
      {"affinity list",
       "Which networks have which labels",
       {config,
        json,
        {Kind::kOption, "--label", "The networks of this label", "LABEL"}},
       ListAffinity},
      {"affinity show",
       "Which label an address has, and because of which entry",
       {config, json, {Kind::kOperand, "client", "An address or subnet"}},
       ShowAffinity},
      {"plan", "What a change would do, without making it"},
      {"plan group", "Changes of groups"},
      {"plan name", "Changes of names"},
      {"plan address", "Changes of addresses"},
      {"plan health", "Changes of what health may do"},
      {"plan affinity", "Changes of labels of networks"},
      {"explain",
       "Why a client gets the answer it gets, step by step",
       {config,
        json,
        {Kind::kOperand, "name", "The name"},
        {Kind::kOperand, "client",
         "The client's address or subnet; /0 asks as one that hides it; - "
         "reads "
         "many from standard input"},
        {Kind::kOption, "--resolver", "The resolver that asks on its behalf",
         "IP"},
        {Kind::kFlag, "--csv", "Print CSV instead of a table (of many)"}},
       ExplainAnswers},
      {"status",
       "Who is out, what is wrong, and how everything stands",
       {config, json, check},
       ShowStatus},
      {"top",
       "Who asks the node on this host, or another node, most: resolvers, "
       "client networks, names, groups",
       {config,
        json,
        {Kind::kOption, "--by",
         "What to count: resolver, subnet, name or group", "KIND", "resolver"},
        {Kind::kOption, "--node",
         "Another node, as it has told in Redis; NAME as `groupring nodes` "
         "has it",
         "NAME"},
        {Kind::kOption, "--count", "How many of them", "N", "20"},
        {Kind::kOption, "--interval", "On a terminal: how often it is read",
         "DURATION", "2s"},
        {Kind::kFlag, "--once", "On a terminal: show it once"}},
       ShowTop},
      {"stats",
       "What the node on this host has counted, a row for it and each group",
       {config,
        json,
        {Kind::kFlag, "--csv", "As comma-separated values, for scripts"}},
       ShowStats},
      {"watch",
       "The status, again whenever it changes",
       {config,
        json,
        {Kind::kOption, "--interval",
         "How soon changes made with redis-cli show", "DURATION", "2s"}},
       Watch},
      {"audit",
       "Who changed what, when and why",
       {config,
        json,
        {Kind::kOption, "--count", "How many entries", "N", "20",
         CountComplaint},
        {Kind::kFlag, "--follow", "Go on with new ones"}},
       ShowAudit},
      {"nodes",
       "The nodes, and which changes they answer by",
       {config,
        json,
        check,
        {Kind::kOption, "--forget",
         "Take a node that is certainly down out of the list: its name, or "
         "NAME:INSTANCE where several have that name",
         "NODE"}},
       ShowNodes},
      {"health", "What checkers say of addresses"},
      {"health list",
       "The checkers, and how many addresses of each group are up",
       {config, json},
       ShowHealth},
      {"health show",
       "The addresses of one group: who says what, since when and why",
       {config, json, {Kind::kOperand, "group", "The group"}},
       ShowGroupHealth},
      {"health history",
       "What checkers found new of the addresses of one group, and when",
       {config,
        json,
        {Kind::kOption, "--count", "How many changes", "N", "50",
         CountComplaint},
        {Kind::kFlag, "--follow", "Go on with new ones"},
        {Kind::kOperand, "group", "The group"}},
       ShowHealthHistory},
      {"health forget",
       "Take a checker that is gone forever out of the list, with its "
       "verdicts",
       {config, {Kind::kOperand, "checker", "Its id"}},
       ForgetChecker},
      {"snapshot", "What nodes answer from when Redis has lost its data"},
      {"snapshot show",
       "What each node answers from, and what Redis holds instead",
       {config, json},
       ShowSnapshot},
      {"snapshot export",
       "Write what the nodes of this host have saved to a file, also while "
       "Redis is away or has lost it",
       {config,
        {Kind::kFlag, "--redis", "What Redis holds instead"},
        {Kind::kFlag, "--force", "Replace the file if it is there"},
        {Kind::kOperand, "file", "The file"}},
       ExportSnapshot},
      {"doctor",
       "Examine a live set-up: Redis, its data, PowerDNS' settings and "
       "answers; say what to do",
       {config,
        {Kind::kOption, "--pdns-conf", "A pdns.conf to check", "FILE"},
        {Kind::kFlag, "--pdns-control",
         "Ask the running PowerDNS for its settings"},
        {Kind::kOption, "--socket-dir", "Where PowerDNS has its control socket",
         "DIR"},
        {Kind::kOption, "--dns",
         "Ask the PowerDNS at this address, and compare", "ADDRESS:PORT"},
        {Kind::kFlag, "--json", "Print JSON"},
        check},
       Doctor},
      {"probe",
       "Try a proxy as its users meet it, and print the dialogue; 0: it is up",
       {config,
        {Kind::kOptionalOperand, "address",
         "ADDRESS, ADDRESS:PORT or [IPV6]:PORT; not with --group"},
        {Kind::kOption, "--group",
         "All addresses of this group, as its CHECK in Redis says", "GROUP"},
        {Kind::kOption, "--as",
         "tcp, ftp, ftps (AUTH TLS), ftps-implicit, http[/path] or https; by "
         "default what is usual at the port, or ftp",
         "PROBE"},
        {Kind::kOption, "--login",
         "Log in, by this name's credential ([checker] logins_file)", "NAME"},
        {Kind::kOption, "--passive",
         "After the login: address (PASV and EPSV name the right one) or "
         "connect (and accept a connection)",
         "HOW"},
        {Kind::kOption, "--passive-ports",
         "The ports that they may name, such as 21000-21199", "RANGE"},
        {Kind::kOption, "--passive-addresses",
         "What PASV may name besides the address itself: "
         "203.0.113.11,203.0.113.12",
         "ADDRESSES"},
        {Kind::kOption, "--tls-name", "Send this name, and verify it", "NAME"},
        {Kind::kFlag, "--tls-verify",
         "A certificate that is not valid is a failure, not a warning"},
        {Kind::kOption, "--cert-days",
         "Warn when the certificate has fewer days left (14)", "N"},
        {Kind::kOption, "--proxy", "Send a PROXY header first: v1 or v2",
         "VERSION"},
        {Kind::kOption, "--status", "The HTTP codes that pass (200-399)",
         "CODES"},
        {Kind::kOption, "--source", "Connect from this address", "ADDRESS"},
        {Kind::kOption, "--timeout", "How long a probe may take (3s)",
         "DURATION"}},
       Probe},
  };
}

// The program's exit status.
int RunCommandLine(int argc, const char* const* argv) {
  CLI::App app(
      "Answers PowerDNS: hashes the client's subnet onto a ring of proxy "
      "groups held in Redis.",
      "groupring");
  app.set_version_flag("--version", std::string("groupring ") + kVersion);
  app.require_subcommand(1);
  std::function<int()> run_chosen;
  AddCommands(Commands(), &app, &run_chosen);
  AddCommands(SimulationCommands(ConfigOption()), &app, &run_chosen);
  AddCommands({SetupCommand(ConfigOption())}, &app, &run_chosen);
  AddCommands(CommandsAboutCommands(&app), &app, &run_chosen);
  AddCommands(ChangeCommands({ConfigOption()}), &app, &run_chosen);

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    const std::string explanation =
        ExplainUsage(&app, argc, argv, error.what());
    // To a monitoring system 2 would mean that the service is down.
    if (std::find(argv, argv + argc, std::string_view(kCheckOption)) !=
        argv + argc) {
      return PrintCheck("check", {PluginState::kUnknown, explanation});
    }
    PrintProse(explanation);
    return kExitUsage;
  }
  return run_chosen();
}

}  // namespace
}  // namespace groupring::backend

// NOLINTNEXTLINE(bugprone-exception-escape): out of memory, it may as well end.
int main(int argc, char** argv) {
  return groupring::backend::RunCommandLine(argc, argv);
}
