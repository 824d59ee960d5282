#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/doctor/connection_checks.h"
#include "backend/doctor/data_checks.h"
#include "backend/doctor/dns_probe.h"
#include "backend/doctor/health_checks.h"
#include "backend/doctor/pdns_connection.h"
#include "backend/doctor/pdns_settings.h"
#include "backend/doctor/pdnsutil.h"
#include "backend/doctor/redis_checks.h"
#include "backend/doctor/redis_probe.h"
#include "backend/doctor/signing_probe.h"
#include "backend/doctor/signing_settings.h"
#include "backend/node/options.h"
#include "backend/program/commands.h"
#include "backend/program/condense.h"
#include "backend/program/console.h"
#include "backend/report/check_line.h"
#include "backend/report/diagnostic_text.h"
#include "backend/report/heavy_clients.h"
#include "backend/report/node_report.h"
#include "backend/snapshot/alike.h"
#include "backend/snapshot/snapshot_builder.h"
#include "redis/admin/admin.h"
#include "redis/admin/traffic_records.h"
#include "redis/base/clock.h"
#include "redis/base/errno_status.h"
#include "redis/base/redis_clock.h"
#include "redis/base/words.h"
#include "redis/connection/server_time.h"

namespace groupring::backend {
namespace {

using Code = DiagnosticCode;

constexpr std::chrono::milliseconds kDnsTimeout{2000};

void Add(Diagnostics more, Diagnostics* findings) {
  for (Diagnostic& one : more) findings->push_back(std::move(one));
}

void ExamineNodes(redis::Admin* admin, redis::Schema schema,
                  Diagnostics* findings) {
  const auto nodes = admin->Nodes();
  if (!nodes.ok()) {
    findings->push_back({Severity::kWarning, Code::kNodesUnreadable, "nodes",
                         std::string(nodes.status().message()),
                         "let our user read groupring:*"});
    return;
  }
  if (nodes->empty()) {
    findings->push_back({Severity::kWarning, Code::kNoNodes, "nodes",
                         "no node is listed in this Redis",
                         "is `groupring serve` running, and may it write "
                         "groupring:*?"});
  }
  Add(NodeProblems(*nodes), findings);
  Add(SchemaProblems(*nodes, schema), findings);
  const std::vector<std::string> labels = NodeLabels(*nodes);
  for (size_t i = 0; i < nodes->size(); ++i) {
    const redis::NodeStatus& node = (*nodes)[i];
    if (!NodeTrouble(node).empty()) continue;
    findings->push_back(
        {Severity::kInfo, Code::kNodeInOrder, "node " + labels[i],
         absl::StrFormat("lives, generation %d applied", node.generation), ""});
  }
}

// The snapshot that a node would answer from; null when Redis fails.
std::shared_ptr<const Snapshot> ExamineRedis(const redis::StoreOptions& store,
                                             const CommandOptions& options,
                                             const Clock& clock,
                                             double heavy_share,
                                             Diagnostics* findings) {
  std::vector<std::string> complaints;
  const LogSink collect = [&](Severity severity, const std::string& line) {
    if (severity >= Severity::kWarning) complaints.push_back(line);
  };
  const auto failed = [&](const absl::Status& status) {
    findings->push_back({Severity::kError, Code::kRedisUnreachable, "redis",
                         std::string(status.message()),
                         "is Redis up at " + store.location.Display() +
                             ", and are the user and password right?"});
    return nullptr;
  };
  const redis::ConnectionTimeouts timeouts{store.connect_timeout,
                                           store.command_timeout};
  if (store.location.has_sentinels()) {
    Add(ProbeSentinels(store.location, timeouts), findings);
  }
  auto admin = redis::Admin::Connect(store.location, timeouts, collect, nullptr,
                                     store.schema);
  if (!admin.ok()) return failed(admin.status());
  const auto facts = ProbeRedis(&(*admin)->connection());
  if (!facts.ok()) return failed(facts.status());
  Add(CheckRedis(*facts), findings);

  (*admin)->Condense(HowToCondense(options));
  const auto dataset = (*admin)->Load();
  if (!dataset.ok()) return failed(dataset.status());
  const redis::AlikeNames& alike = (*admin)->alike();
  size_t names = dataset->names.size();
  for (const auto& [name, more] : alike) names += more;
  Add(CheckTrackingTable(*facts, names, dataset->groups.size()), findings);
  const auto health = (*admin)->Health(*dataset);
  if (!health.ok()) return failed(health.status());
  // Health goes by Redis' time. Without the right to ask for it, by our own.
  RedisClock redis_clock(&clock);
  redis::AskTime(TimeSource::kMaster, &(*admin)->connection(), &redis_clock)
      .IgnoreError();
  const int64_t now = redis_clock.UnixMillis();
  const auto conclusions = std::make_shared<const redis::HealthConclusions>(
      redis::Conclude(*dataset, **health, now, {}));
  redis::DatasetChange everything;
  everything.everything = true;
  SnapshotBuilder builder([](Severity, const std::string&) {});
  builder.SetHealth(conclusions);
  auto snapshot = builder.Apply(*dataset, everything, now);
  complaints.insert(complaints.end(), snapshot->complaints->begin(),
                    snapshot->complaints->end());
  snapshot = CountAlike(std::move(snapshot), alike);
  Add(CheckData(*snapshot, complaints, now, alike), findings);
  redis::Complaints unused;
  const auto traffic =
      redis::ReadProfiles(now, &(*admin)->connection(), &unused);
  if (traffic.ok()) {
    Add(HeavyClients(*snapshot, *traffic, now, heavy_share), findings);
  }
  Add(CheckHealth({&*dataset, health->get(), conclusions.get(), now}, kVersion),
      findings);
  Add(ProbeKeys(&(*admin)->connection(), *dataset, alike), findings);
  ExamineNodes(admin->get(), dataset->schema, findings);
  return snapshot;
}

// Nothing when the file cannot be read.
std::optional<PdnsSettings> ExamineFile(const std::string& path,
                                        Diagnostics* findings) {
  std::vector<std::string> files;
  const absl::StatusOr<PdnsSettings> settings = ReadPdnsSettings(path, &files);
  if (!settings.ok()) {
    findings->push_back({Severity::kError, Code::kPdnsUnreadable, path,
                         std::string(settings.status().message()),
                         "name a pdns.conf that this user may read, with all "
                         "that it includes"});
    return std::nullopt;
  }
  if (files.size() > 1) {
    findings->push_back(
        {Severity::kInfo, Code::kPdnsSetting, path,
         "include-dir: " + absl::StrJoin(files.begin() + 1, files.end(), ", "),
         ""});
  }
  Add(CheckPdnsSettings(*settings, path), findings);
  return *settings;
}

std::string ShellQuoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

// The options of pdns_control that lead to the control socket: --socket-dir, or
// what the file says; and the name of a virtual server, pdns-NAME.conf.
std::string ControlOptions(const Arguments& arguments,
                           const std::optional<PdnsSettings>& file) {
  std::string directory = arguments.Text("--socket-dir");
  if (directory.empty() && file) {
    const auto found = file->find("socket-dir");
    if (found != file->end()) directory = found->second;
  }
  std::string options;
  if (!directory.empty()) {
    options += " --socket-dir=" + ShellQuoted(directory);
  }
  const std::string name =
      std::filesystem::path(arguments.Text("--pdns-conf")).stem();
  constexpr std::string_view kPrefix = "pdns-";
  if (name.starts_with(kPrefix)) {
    options += " --config-name=" + ShellQuoted(name.substr(kPrefix.size()));
  }
  return options;
}

// What the command prints, and whether it ended well.
std::pair<std::string, bool> OutputOf(const std::string& command) {
  std::string text;
  FILE* pipe = popen((command + " 2>&1").c_str(), "re");
  std::array<char, 4096> buffer;
  size_t size = 0;
  while (pipe != nullptr &&
         (size = fread(buffer.data(), 1, buffer.size(), pipe)) > 0) {
    text.append(buffer.data(), size);
  }
  const bool is_well = pipe != nullptr && pclose(pipe) == 0;
  return {std::move(text), is_well};
}

// Nothing when the running PowerDNS does not tell its settings.
std::optional<PdnsSettings> ExaminePdns(const std::string& options,
                                        Diagnostics* findings) {
  const std::string control = "pdns_control" + options;
  const auto [text, is_told] = OutputOf(control + " current-config");
  if (!is_told) {
    findings->push_back({Severity::kError, Code::kPdnsUnreadable,
                         "pdns_control", text.substr(0, text.find('\n')),
                         "is PowerDNS running? --socket-dir, or socket-dir of "
                         "--pdns-conf, names where its control socket is"});
    return std::nullopt;
  }
  PdnsSettings settings = ParsePdnsSettings(text);
  Add(CheckPdnsSettings(settings, "PowerDNS"), findings);
  const std::string version = OutputOf(control + " version").first;
  if (auto util = CheckPdnsutil(settings, version, "PowerDNS")) {
    findings->push_back(*std::move(util));
  }
  return settings;
}

// Whether others may read the private keys of signed zones.
void ExamineKeyFiles(const PdnsSettings& settings, Diagnostics* findings) {
  for (const std::string& file : KeyFilesOf(settings)) {
    struct stat status {};
    if (stat(file.c_str(), &status) == 0) {
      findings->push_back(CheckKeyFile(file, status.st_mode));
    } else {
      findings->push_back(
          {Severity::kInfo, Code::kNotChecked, file,
           "the permissions of this file of private keys: " + ErrnoText(errno),
           "run it as root"});
    }
    for (const char* const suffix : kBesideKeyFile) {
      if (stat((file + suffix).c_str(), &status) == 0) {
        findings->push_back(CheckKeyFile(file + suffix, status.st_mode));
      }
    }
  }
}

void SayNotChecked(const std::string& about, const std::string& what,
                   const std::string& advice, Diagnostics* findings) {
  findings->push_back(
      {Severity::kInfo, Code::kNotChecked, about, what, advice});
}

Diagnostics Examine(const Arguments& arguments,
                    const Configuration& configuration) {
  const SystemClock clock;
  Diagnostics findings;
  const double heavy_share =
      static_cast<double>(configuration.settings.control.heavy_client_percent) /
      100;
  const auto snapshot =
      ExamineRedis(configuration.store, ProgramOptions(arguments), clock,
                   heavy_share, &findings);
  const std::string& pdns_conf = arguments.Text("--pdns-conf");
  std::optional<PdnsSettings> pdns;
  if (!pdns_conf.empty()) pdns = ExamineFile(pdns_conf, &findings);
  if (arguments.Has("--pdns-control")) {
    auto running = ExaminePdns(ControlOptions(arguments, pdns), &findings);
    if (running) pdns = std::move(running);
  } else if (pdns_conf.empty()) {
    SayNotChecked("PowerDNS", "its settings, and its way to groupring",
                  "--pdns-conf FILE or --pdns-control", &findings);
  }
  if (pdns) {
    ExamineKeyFiles(*pdns, &findings);
    ConnectionContext context;
    context.listen = configuration.settings.listen;
    context.snapshot = snapshot.get();
    context.timeout = kDnsTimeout;
    context.unix_millis = clock.UnixMillis();
    const std::vector<PdnsConnection> connections = ConnectionsOf(*pdns);
    context.pdns = *std::move(pdns);
    for (const PdnsConnection& connection : connections) {
      Add(ExamineConnection(connection, context), &findings);
    }
  }
  const std::string& dns = arguments.Text("--dns");
  if (dns.empty()) {
    SayNotChecked("PowerDNS", "its answers", "--dns ADDRESS:PORT", &findings);
  } else if (snapshot == nullptr) {
    SayNotChecked(dns,
                  "its answers: without Redis nobody knows what they are "
                  "to be",
                  "", &findings);
  } else {
    Add(ProbeDns(*snapshot, dns, kDnsTimeout, clock.UnixMillis()), &findings);
    Add(ProbeSigning(*snapshot, dns, kDnsTimeout), &findings);
  }
  return findings;
}

PluginResult ResultOf(const Diagnostics& findings) {
  const auto unchecked = std::count_if(
      findings.begin(), findings.end(),
      [](const auto& finding) { return finding.code == Code::kNotChecked; });
  const auto checked = static_cast<std::ptrdiff_t>(findings.size()) - unchecked;
  std::string summary = absl::StrFormat("%s", Counted(checked, "check"));
  if (unchecked > 0) {
    summary +=
        absl::StrFormat(", %s not looked at", Counted(unchecked, "thing"));
  }
  return CheckFindings(findings, summary);
}

}  // namespace

int Doctor(const Arguments& arguments) {
  const bool check = arguments.Has("--check");
  const auto configuration = ConfigurationFor(ProgramOptions(arguments));
  if (!configuration.ok()) {
    return check ? PrintCheck("doctor", CheckFailed(configuration.status()))
                 : Fail(configuration.status());
  }
  const Diagnostics findings = Examine(arguments, *configuration);
  if (check) return PrintCheck("doctor", ResultOf(findings));
  Print(arguments.Has("--json")
            ? DiagnosticsJson(findings)
            : DiagnosticsText(findings, OutputColours().width));
  return GravestOf(findings) == Severity::kError ? kExitFailed : kExitDone;
}

}  // namespace groupring::backend
