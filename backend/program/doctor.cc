#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/doctor/data_checks.h"
#include "backend/doctor/dns_probe.h"
#include "backend/doctor/key_checks.h"
#include "backend/doctor/pdns_settings.h"
#include "backend/doctor/redis_checks.h"
#include "backend/doctor/redis_probe.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"
#include "backend/report/diagnostic_text.h"
#include "backend/report/node_report.h"
#include "backend/snapshot/snapshot_builder.h"
#include "redis/admin/admin.h"
#include "redis/base/clock.h"

namespace groupring::backend {
namespace {

using Code = DiagnosticCode;

constexpr std::chrono::milliseconds kDnsTimeout{2000};

// Some seconds of SCAN.
constexpr size_t kMaxKeys = 2'000'000;

void Add(Diagnostics more, Diagnostics* findings) {
  for (Diagnostic& one : more) findings->push_back(std::move(one));
}

void ExamineNodes(redis::Admin* admin, Diagnostics* findings) {
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
  const std::vector<std::string> labels = NodeLabels(*nodes);
  for (size_t i = 0; i < nodes->size(); ++i) {
    const redis::NodeStatus& node = (*nodes)[i];
    const std::string& label = labels[i];
    if (!node.is_up()) {
      findings->push_back(
          {node.state == redis::NodeState::kSilent ? Severity::kError
                                                   : Severity::kWarning,
           NodeTroubleCode(node.state), label, NodeTrouble(node),
           "see to it, or once it is certainly down: groupring nodes "
           "--forget " +
               ForgetOperand(*nodes, i)});
      continue;
    }
    if (node.doubting()) {
      findings->push_back(
          {Severity::kError, Code::kLossDoubted, label, node.trouble,
           "put the data back; if it is gone on purpose: groupring snapshot "
           "accept --reason …"});
      continue;
    }
    if (node.trouble.empty()) {
      findings->push_back(
          {Severity::kInfo, Code::kNodeInOrder, label,
           absl::StrFormat("lives, generation %d applied", node.generation),
           ""});
      continue;
    }
    findings->push_back({Severity::kWarning, Code::kNodeTrouble, label,
                         node.trouble, "groupring status, on that node"});
  }
}

// Looks for keys that were meant for groupring and that it does not read.
void ExamineKeys(redis::Connection* connection, const redis::Dataset& dataset,
                 Diagnostics* findings) {
  KeyChecks checks(dataset);
  const absl::StatusOr<size_t> seen = WalkKeys(
      connection, kMaxKeys, [&](std::string_view key) { checks.See(key); });
  if (!seen.ok()) {
    findings->push_back({Severity::kWarning, Code::kNearlyRightKey, "data",
                         "the keys could not all be looked at: " +
                             std::string(seen.status().message()),
                         ""});
  } else if (*seen >= kMaxKeys) {
    findings->push_back(
        {Severity::kInfo, Code::kNearlyRightKey, "data",
         absl::StrFormat("this database has many keys: %d of them were looked "
                         "at for keys that are nearly right",
                         *seen),
         ""});
  }
  for (const std::string& key : checks.weights_keys()) {
    const auto fields = FieldsOf(connection, key);
    if (fields.ok()) checks.SeeWeights(key, *fields);
  }
  Add(checks.Findings(), findings);
}

// The snapshot that a node would answer from; null when Redis fails.
std::shared_ptr<const Snapshot> ExamineRedis(const redis::StoreOptions& store,
                                             const Clock& clock,
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
  auto admin = redis::Admin::Connect(store.location, timeouts, collect);
  if (!admin.ok()) return failed(admin.status());
  const auto facts = ProbeRedis(&(*admin)->connection());
  if (!facts.ok()) return failed(facts.status());
  Add(CheckRedis(*facts), findings);

  const auto dataset = (*admin)->Load();
  if (!dataset.ok()) return failed(dataset.status());
  Add(CheckTrackingTable(
          *facts, FollowedKeys(dataset->names.size(), dataset->groups.size())),
      findings);
  redis::DatasetChange everything;
  everything.everything = true;
  auto snapshot =
      SnapshotBuilder(collect).Apply(*dataset, everything, clock.UnixMillis());
  Add(CheckData(*snapshot, complaints, clock.UnixMillis()), findings);
  ExamineKeys(&(*admin)->connection(), *dataset, findings);
  ExamineNodes(admin->get(), findings);
  return snapshot;
}

void ExamineFile(const std::string& path, Diagnostics* findings) {
  std::vector<std::string> files;
  const absl::StatusOr<PdnsSettings> settings = ReadPdnsSettings(path, &files);
  if (!settings.ok()) {
    findings->push_back({Severity::kError, Code::kPdnsUnreadable, path,
                         std::string(settings.status().message()),
                         "name a pdns.conf that this user may read, with all "
                         "that it includes"});
    return;
  }
  if (files.size() > 1) {
    findings->push_back(
        {Severity::kInfo, Code::kPdnsSetting, path,
         "include-dir: " + absl::StrJoin(files.begin() + 1, files.end(), ", "),
         ""});
  }
  Add(CheckPdnsSettings(*settings, path), findings);
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

void ExaminePdns(const std::string& socket_dir, Diagnostics* findings) {
  std::string command = "pdns_control";
  if (!socket_dir.empty()) {
    command += " --socket-dir=" + ShellQuoted(socket_dir);
  }
  command += " current-config 2>&1";
  std::string text;
  FILE* pipe = popen(command.c_str(), "re");
  if (pipe == nullptr) return;
  std::array<char, 4096> buffer;
  size_t size = 0;
  while ((size = fread(buffer.data(), 1, buffer.size(), pipe)) > 0) {
    text.append(buffer.data(), size);
  }
  if (pclose(pipe) != 0) {
    findings->push_back({Severity::kError, Code::kPdnsUnreadable,
                         "pdns_control", text.substr(0, text.find('\n')),
                         "is PowerDNS running? --socket-dir names where its "
                         "control socket is"});
    return;
  }
  Add(CheckPdnsSettings(ParsePdnsSettings(text), "PowerDNS"), findings);
}

}  // namespace

int Doctor(const Arguments& arguments) {
  const auto configuration = ConfigurationFor(ProgramOptions(arguments));
  if (!configuration.ok()) return Fail(configuration.status());
  const std::string& pdns_conf = arguments.Text("--pdns-conf");
  const std::string& dns = arguments.Text("--dns");
  const SystemClock clock;
  Diagnostics findings;
  const auto snapshot = ExamineRedis(configuration->store, clock, &findings);
  if (!pdns_conf.empty()) ExamineFile(pdns_conf, &findings);
  if (arguments.Has("--pdns-control")) {
    ExaminePdns(arguments.Text("--socket-dir"), &findings);
  }
  if (!dns.empty() && snapshot != nullptr) {
    Add(ProbeDns(*snapshot, dns, kDnsTimeout, clock.UnixMillis()), &findings);
  }
  std::fputs(arguments.Has("--json") ? DiagnosticsJson(findings).c_str()
                                     : DiagnosticsText(findings).c_str(),
             stdout);
  return GravestOf(findings) == Severity::kError ? kExitFailed : kExitDone;
}

}  // namespace groupring::backend
