#include "backend/program/read_commands.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/control/find.h"
#include "backend/doctor/data_checks.h"
#include "backend/program/console.h"
#include "backend/program/outage.h"
#include "backend/report/address_report.h"
#include "backend/report/audit_report.h"
#include "backend/report/explanation.h"
#include "backend/report/group_report.h"
#include "backend/report/name_report.h"
#include "backend/report/node_report.h"
#include "backend/report/snapshot_report.h"
#include "backend/report/table.h"
#include "hashing/subnet_key.h"
#include "redis/base/dns_name.h"

namespace groupring::backend {
namespace {

// How long one look for new entries may take.
constexpr std::chrono::milliseconds kFollow{60000};
// The same while it is only asked whether Redis is back.
constexpr std::chrono::milliseconds kGlance{10};

// Everything read once, as the reports take it.
struct Reading {
  redis::Dataset dataset;
  std::shared_ptr<const Snapshot> snapshot;
  int64_t unix_millis = 0;
};

absl::StatusOr<Reading> Read(ControlSession* session) {
  session->complaints.clear();
  Reading reading;
  absl::StatusOr<redis::Dataset> dataset = session->store->Load();
  if (!dataset.ok()) return dataset.status();
  reading.dataset = *std::move(dataset);
  reading.snapshot = SnapshotOf(reading.dataset, session);
  reading.unix_millis = session->clock.UnixMillis();
  return reading;
}

using Show = std::function<absl::Status(ControlSession*, const Reading&)>;

int ReadAndShow(const ReadOptions& options, const Show& show) {
  const auto session = OpenSession(options.program);
  if (!session.ok()) return Fail(session.status());
  const absl::StatusOr<Reading> reading = Read(session->get());
  if (!reading.ok()) return Fail(reading.status());
  const absl::Status shown = show(session->get(), *reading);
  if (shown.ok()) return kExitDone;
  Fail(shown);
  MentionComplaints(**session);
  return ExitStatusOf(shown);
}

void PrintEither(bool json, const std::string& json_text,
                 const std::string& text) {
  if (json) {
    PrintPlain(json_text);
  } else {
    Print(text);
  }
}

void PrintLines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += Printable(line) + "\n";
  PrintPlain(text);
}

absl::StatusOr<NodesReport> ReadNodes(int64_t generation,
                                      ControlSession* session) {
  auto nodes = session->store->Nodes();
  if (!nodes.ok()) return nodes.status();
  return NodesReport{*std::move(nodes), generation,
                     session->clock.UnixMillis()};
}

// A group may have addresses before it is on any name.
absl::Status ListLoneSets(const ReadOptions& options, const std::string& owner,
                          const absl::Status& not_found,
                          ControlSession* session) {
  const auto group = session->store->LoadGroup(owner);
  if (!group.ok()) return group.status();
  if (*group == nullptr) return not_found;
  AddressReport report;
  report.owner = owner;
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    const auto family = std::string(FamilyName(static_cast<redis::Family>(f)));
    for (const auto& member : (*group)->addresses[f]->members()) {
      report.addresses.push_back({family, member.text, {}});
    }
  }
  PrintEither(options.json, AddressesJson(report), AddressesText(report));
  PrintProse(Printable(owner) + " is on no name\n");
  return absl::OkStatus();
}

}  // namespace

int ListGroups(const ReadOptions& options, bool names_only) {
  return ReadAndShow(options, [&](ControlSession* session, const Reading& r) {
    if (names_only) {
      PrintLines(GroupNames(r.dataset));
      return absl::OkStatus();
    }
    const auto groups = ReportGroups(*r.snapshot, r.dataset, r.unix_millis);
    PrintEither(options.json, GroupListJson(groups), GroupListText(groups));
    MentionComplaints(*session);
    return absl::OkStatus();
  });
}

int ShowGroup(const ReadOptions& options, const std::string& group) {
  return ReadAndShow(
      options, [&](ControlSession*, const Reading& r) -> absl::Status {
        const auto found = FindGroup(r.dataset, group);
        if (!found.ok()) return found.status();
        std::optional<GroupReport> report =
            ReportGroup(*r.snapshot, group, r.unix_millis, kMaxReportedRings);
        if (!report.has_value()) {
          for (GroupReport& idle :
               ReportGroups(*r.snapshot, r.dataset, r.unix_millis)) {
            if (idle.group == group) report = std::move(idle);
          }
        }
        if (!report.has_value()) {
          return absl::NotFoundError(absl::StrFormat(
              "%s is on names that do not answer from their groups only",
              Printable(group)));
        }
        PrintEither(options.json, GroupJson(*report), GroupText(*report));
        return absl::OkStatus();
      });
}

int ListNames(const ReadOptions& options, bool names_only) {
  return ReadAndShow(options, [&](ControlSession* session, const Reading& r) {
    if (names_only) {
      PrintLines(Names(r.dataset));
      return absl::OkStatus();
    }
    const auto names = ReportNames(*r.snapshot, r.unix_millis);
    PrintEither(options.json, NameListJson(names), NameListText(names));
    MentionComplaints(*session);
    return absl::OkStatus();
  });
}

int ShowName(const ReadOptions& options, const std::string& name) {
  return ReadAndShow(
      options, [&](ControlSession*, const Reading& r) -> absl::Status {
        const auto found = FindName(r.dataset, name);
        if (!found.ok()) return found.status();
        const auto report = ReportName(*r.snapshot, name, r.unix_millis);
        if (!report.has_value()) {
          return absl::NotFoundError((*found)->name + " is not answered");
        }
        PrintEither(options.json, NameJson(*report), NameText(*report));
        return absl::OkStatus();
      });
}

int ListAddresses(const ReadOptions& options, const std::string& owner) {
  return ReadAndShow(
      options, [&](ControlSession* session, const Reading& r) -> absl::Status {
        std::string known = owner;
        if (!r.dataset.groups.contains(owner)) known = CanonicalName(owner);
        if (!r.dataset.groups.contains(known) &&
            !r.dataset.names.contains(known)) {
          return ListLoneSets(options, owner,
                              FindGroup(r.dataset, owner).status(), session);
        }
        const AddressReport report = ReportAddresses(*r.snapshot, known);
        PrintEither(options.json, AddressesJson(report), AddressesText(report));
        return absl::OkStatus();
      });
}

absl::StatusOr<ServiceReport> ReadService(ControlSession* session) {
  const absl::StatusOr<Reading> reading = Read(session);
  if (!reading.ok()) return reading.status();
  auto nodes = ReadNodes(reading->dataset.generation, session);
  if (!nodes.ok()) return nodes.status();
  std::vector<std::string> problems;
  for (const Finding& finding : CheckData(
           *reading->snapshot, session->complaints, reading->unix_millis)) {
    if (finding.level == Finding::Level::kOk) continue;
    // An operator's will is no problem; it is listed as such.
    if (finding.what.rfind("DISABLED", 0) == 0 ||
        finding.what.rfind("DRAINING", 0) == 0 ||
        finding.what.rfind("FILLING", 0) == 0) {
      continue;
    }
    problems.push_back(finding.about + ": " + finding.what + "; " +
                       finding.advice);
  }
  for (const redis::NodeStatus& node : nodes->nodes) {
    const std::string trouble = NodeTrouble(node);
    if (!trouble.empty())
      problems.push_back("node " + node.name + ": " + trouble);
  }
  return ReportService(*reading->snapshot, reading->dataset, *std::move(nodes),
                       std::move(problems), reading->unix_millis);
}

int ShowStatus(const ReadOptions& options) {
  const auto session = OpenSession(options.program);
  if (!session.ok()) return Fail(session.status());
  const auto report = ReadService(session->get());
  if (!report.ok()) return Fail(report.status());
  PrintEither(options.json, ServiceJson(*report), ServiceText(*report));
  return kExitDone;
}

int ShowNodes(const ReadOptions& options) {
  return ReadAndShow(
      options, [&](ControlSession* session, const Reading& r) -> absl::Status {
        const auto nodes = ReadNodes(r.dataset.generation, session);
        if (!nodes.ok()) return nodes.status();
        PrintEither(options.json, NodesJson(*nodes), NodesText(*nodes));
        return absl::OkStatus();
      });
}

int ForgetNode(const ReadOptions& options, const std::string& node) {
  const auto session = OpenSession(options.program);
  if (!session.ok()) return Fail(session.status());
  const absl::Status forgotten = (*session)->store->ForgetNode(node);
  if (!forgotten.ok()) return Fail(forgotten);
  PrintProse(Printable(node) +
             " is forgotten; should it speak again it is listed again\n");
  return kExitDone;
}

int ShowSnapshot(const ReadOptions& options) {
  return ReadAndShow(
      options, [&](ControlSession* session, const Reading& r) -> absl::Status {
        auto nodes = session->store->Nodes();
        if (!nodes.ok()) return nodes.status();
        const auto accepted = session->store->Accepted();
        if (!accepted.ok()) return accepted.status();
        const SnapshotReport report{
            r.dataset.names.size(), r.dataset.groups.size(),
            r.dataset.generation, *std::move(nodes), *accepted};
        PrintEither(options.json, SnapshotJson(report), SnapshotText(report));
        return absl::OkStatus();
      });
}

int ShowAudit(const ReadOptions& options, size_t count, bool follow) {
  const auto opened = OpenSession(options.program);
  if (!opened.ok()) return Fail(opened.status());
  ControlStore* const store = (*opened)->store.get();
  // The newest says where to go on from even if it is not shown.
  const auto newest = store->Audit(follow ? std::max<size_t>(count, 1) : count);
  if (!newest.ok()) return Fail(newest.status());
  if (!follow) {
    PrintEither(options.json, AuditJson(*newest), AuditText(*newest));
    return kExitDone;
  }
  std::vector<redis::AuditEntry> entries = *newest;
  std::string last = entries.empty() ? "0-0" : entries.back().id;
  if (count == 0) entries.clear();
  Outage outage(&(*opened)->clock);
  for (;;) {
    for (const redis::AuditEntry& entry : entries) {
      PrintEither(options.json, AuditJsonLine(entry), AuditLine(entry));
    }
    auto more = store->AuditAfter(last, outage.is_on() ? kGlance : kFollow);
    entries.clear();
    if (!more.ok()) {
      if (!outage.WaitOut(more.status())) return Fail(more.status());
      continue;
    }
    outage.End();
    entries = *std::move(more);
    if (!entries.empty()) last = entries.back().id;
  }
}

int ExplainClient(const ReadOptions& options, const std::string& name,
                  const std::string& client, const std::string& resolver) {
  if (!hashing::ParseClientSubnet(client).has_value()) {
    return Fail(absl::InvalidArgumentError(absl::StrFormat(
        "\"%s\" is no client; expected an address or subnet such as "
        "203.0.113.7, 203.0.113.0/24 or 2001:db8::/48",
        Printable(client))));
  }
  if (!resolver.empty() && !hashing::ParseClientSubnet(resolver).has_value()) {
    return Fail(absl::InvalidArgumentError(absl::StrFormat(
        "--resolver: \"%s\" is no address; expected one like 192.0.2.53",
        Printable(resolver))));
  }
  return ReadAndShow(
      options, [&](ControlSession*, const Reading& r) -> absl::Status {
        if (r.snapshot->FindOwner(CanonicalName(name)) == nullptr) {
          return FindName(r.dataset, name).status();
        }
        const auto explanation =
            Explain(*r.snapshot, name, client, resolver, r.unix_millis);
        PrintEither(options.json, ExplanationJson(*explanation),
                    ExplanationText(*explanation));
        return absl::OkStatus();
      });
}

}  // namespace groupring::backend
