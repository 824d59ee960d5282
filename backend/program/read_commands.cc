#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/change/find.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"
#include "backend/program/control_session.h"
#include "backend/program/read_and_show.h"
#include "backend/report/change_words.h"
#include "backend/report/group_report.h"
#include "backend/report/group_shares.h"
#include "backend/report/node_report.h"
#include "backend/report/service_report.h"
#include "backend/report/snapshot_report.h"
#include "hashing/subnet_key.h"
#include "redis/base/dns_name.h"
#include "redis/base/printable.h"
#include "redis/base/status_macros.h"

namespace groupring::backend {
namespace {

ReadRequest RequestFor(const Arguments& arguments, ReadKind kind) {
  ReadRequest request;
  request.kind = kind;
  request.colours = OutputColours();
  if (arguments.Has("--json")) request.format = ReadFormat::kJson;
  switch (kind) {
    case ReadKind::kGroupList:
      if (arguments.Has("--names")) request.format = ReadFormat::kNames;
      break;
    case ReadKind::kGroupShow:
    case ReadKind::kAddressList:
      request.operands = {arguments.Text("group")};
      break;
    case ReadKind::kNameShow:
      request.operands = {arguments.Text("name")};
      break;
    case ReadKind::kExplain:
      request.operands = {arguments.Text("name"), arguments.Text("client"),
                          arguments.Text("--resolver")};
      break;
    case ReadKind::kStatus:
    case ReadKind::kTop:
    case ReadKind::kStats:
    case ReadKind::kNameList:
      break;
  }
  return request;
}

// The group with names that stand for others; nothing: it is on no name.
std::optional<std::string> CondensedGroup(const ReadRequest& request,
                                          const ReadSource& source,
                                          const redis::AlikeNames& alike) {
  std::optional<GroupReport> group =
      ReportGroup(*source.snapshot, request.operands[0], source.unix_millis,
                  source.counted_rings, {}, source.measured);
  if (!group) return std::nullopt;
  for (GroupMembership& membership : group->names) {
    membership.name =
        FirstOf({membership.name}, redis::CountOf(alike, membership.name) - 1);
  }
  return GroupText(*group, request.colours);
}

ReadSource SourceOf(const Reading& reading) {
  ReadSource source{reading.snapshot.get(), reading.unix_millis};
  source.dataset = &reading.dataset;
  source.counted_rings = kMaxReportedRings;
  return source;
}

// kNotFound: there is no such name, as can be told without reading many names.
// OK: there may be something about it.
absl::Status CheckKnown(const std::string& name, ControlSession* session) {
  ASSIGN_OR_RETURN(const bool many, session->store->HasManyNames());
  if (!many) return absl::OkStatus();
  ASSIGN_OR_RETURN(const redis::NameIndex index, session->store->FindNames());
  const std::vector<std::string> names = index.Behind("", SIZE_MAX);
  const std::string above = "." + name;
  const bool has_any_below =
      std::any_of(names.begin(), names.end(), [&](const std::string& other) {
        return other == name || other.ends_with(above);
      });
  return has_any_below ? absl::OkStatus() : UnknownName(name, names);
}

// What is asked of one name, of which no other name has to be read. Nothing:
// others have to be, as it may be something else than a name.
absl::StatusOr<std::optional<std::string>> AnswerOfOneName(
    const Arguments& arguments, const ReadRequest& request) {
  ASSIGN_OR_RETURN(const auto session, OpenSession(ProgramOptions(arguments)));
  const std::string name = CanonicalName(request.operands[0]);
  if (!IsValidName(name)) return std::nullopt;
  ASSIGN_OR_RETURN(const Reading reading, ReadNames({name}, session.get()));
  ReadSource source = SourceOf(reading);
  redis::Measured measured;
  if (request.kind == ReadKind::kNameShow) {
    measured = ReadMeasured(reading.dataset, session.get());
    source.measured = &measured;
  }
  absl::StatusOr<std::string> answer = AnswerRead(request, source);
  if (!absl::IsNotFound(answer.status())) return answer;
  if (request.kind == ReadKind::kAddressList) return std::nullopt;
  RETURN_IF_ERROR(CheckKnown(name, session.get()));
  return std::nullopt;
}

int ForgetNode(const Arguments& arguments) {
  const std::string& node = arguments.Text("--forget");
  const auto session = OpenSession(ProgramOptions(arguments));
  if (!session.ok()) return Fail(session.status());
  const absl::Status forgotten = (*session)->store->ForgetNode(node);
  if (!forgotten.ok()) return Fail(forgotten);
  PrintProse(Printable(node) +
             " is forgotten; if it reports again it is listed again\n");
  return kExitDone;
}

int CheckAllNodes(const Arguments& arguments) {
  const auto read = [&]() -> absl::StatusOr<NodesReport> {
    const auto session =
        OpenSession(ProgramOptions(arguments), NamesWanted::kAlike);
    if (!session.ok()) return session.status();
    const absl::StatusOr<Reading> reading = ReadEverything(session->get());
    if (!reading.ok()) return reading.status();
    return ReadNodes(reading->dataset.generation, session->get());
  };
  const absl::StatusOr<NodesReport> nodes = read();
  return PrintCheck(
      "nodes", nodes.ok() ? CheckNodes(*nodes) : CheckFailed(nodes.status()));
}

}  // namespace

int Read(const Arguments& arguments, ReadKind kind) {
  const ReadRequest request = RequestFor(arguments, kind);
  if (kind == ReadKind::kExplain && !request.operands[2].empty() &&
      !hashing::ParseClientSubnet(request.operands[2]).has_value()) {
    return Fail(absl::InvalidArgumentError(absl::StrFormat(
        "--resolver: \"%s\" is no address; expected one like 192.0.2.53",
        Printable(request.operands[2]))));
  }
  if (kind == ReadKind::kNameShow || kind == ReadKind::kExplain ||
      kind == ReadKind::kAddressList) {
    const auto answer = AnswerOfOneName(arguments, request);
    if (!answer.ok()) return Fail(answer.status());
    if (*answer) {
      Print(**answer);
      return kExitDone;
    }
  }
  // Programs get a list of all names of a group.
  const bool counts_only =
      kind == ReadKind::kGroupList || kind == ReadKind::kAddressList ||
      (kind == ReadKind::kGroupShow && request.format == ReadFormat::kText);
  const NamesWanted wanted =
      counts_only ? NamesWanted::kAlike : NamesWanted::kAll;
  return ReadAndShow(
      arguments,
      [&](ControlSession* session, const Reading& reading) -> absl::Status {
        redis::Dataset dataset = reading.dataset;
        // A group may have addresses before it is on any name.
        if (kind == ReadKind::kAddressList || kind == ReadKind::kGroupShow) {
          const absl::Status loaded = LoadUnreferencedGroup(
              request.operands[0], session->store.get(), &dataset);
          if (!loaded.ok()) return loaded;
        }
        ReadSource source = SourceOf(reading);
        source.dataset = &dataset;
        redis::Measured measured;
        if (kind == ReadKind::kGroupList || kind == ReadKind::kGroupShow ||
            kind == ReadKind::kNameShow) {
          measured = ReadMeasured(dataset, session);
          source.measured = &measured;
        }
        const absl::StatusOr<std::string> answer = AnswerRead(request, source);
        if (!answer.ok()) return answer.status();
        const bool condensed =
            kind == ReadKind::kGroupShow && !reading.alike.empty();
        Print(condensed ? CondensedGroup(request, source, reading.alike)
                              .value_or(*answer)
                        : *answer);
        if (dataset.groups.size() > reading.dataset.groups.size()) {
          PrintProse(Printable(request.operands[0]) + " is on no name\n");
        }
        if (kind == ReadKind::kGroupList &&
            request.format != ReadFormat::kNames) {
          MentionComplaints(*session);
        }
        return absl::OkStatus();
      },
      wanted);
}

int ShowNodes(const Arguments& arguments) {
  if (!arguments.Text("--forget").empty()) return ForgetNode(arguments);
  if (arguments.Has("--check")) return CheckAllNodes(arguments);
  return ReadAndShow(
      arguments,
      [&](ControlSession* session, const Reading& reading) -> absl::Status {
        const auto nodes = ReadNodes(reading.dataset.generation, session);
        if (!nodes.ok()) return nodes.status();
        const bool json = arguments.Has("--json");
        Print(json ? NodesJson(*nodes) : NodesText(*nodes, OutputColours()));
        return absl::OkStatus();
      },
      NamesWanted::kAlike);
}

int ShowSnapshot(const Arguments& arguments) {
  return ReadAndShow(
      arguments,
      [&](ControlSession* session, const Reading& reading) -> absl::Status {
        auto nodes = session->store->Nodes();
        if (!nodes.ok()) return nodes.status();
        const auto accepted = session->store->Accepted();
        if (!accepted.ok()) return accepted.status();
        const redis::Dataset& dataset = reading.dataset;
        const SnapshotReport report{dataset.names.size(), dataset.groups.size(),
                                    dataset.generation, *std::move(nodes),
                                    *accepted};
        const bool json = arguments.Has("--json");
        Print(json ? SnapshotJson(report) : SnapshotText(report));
        return absl::OkStatus();
      });
}

}  // namespace groupring::backend
